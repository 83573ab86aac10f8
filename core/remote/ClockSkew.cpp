// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/ClockSkew.h"

#include <algorithm>

namespace hearth {

using namespace std::chrono_literals;

void ClockSkew::learn(WallTime date, WallTime asked, WallTime received)
{
    if (received < asked)
        return; // this machine's clock was set meanwhile
    const Range said{date - received, date + 1s - asked};
    if (m_range && said.from <= m_range->to && m_range->from <= said.to)
        m_range = Range{std::max(m_range->from, said.from), std::min(m_range->to, said.to)};
    else
        m_range = said;
}

std::chrono::milliseconds ClockSkew::ahead() const
{
    if (!m_range || (m_range->from <= 0ms && m_range->to >= 0ms))
        return 0ms;
    const std::chrono::milliseconds middle = m_range->from + (m_range->to - m_range->from) / 2;
    return middle > -1s && middle < 1s ? 0ms : middle;
}

} // namespace hearth
