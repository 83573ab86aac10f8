// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/BackOff.h"

#include <algorithm>

namespace hearth {

std::chrono::milliseconds BackOff::next(double chance)
{
    constexpr int mostDoublings = 5;
    const int failures = m_failures++;
    m_failures = std::min(m_failures, mostDoublings + 2);
    if (failures == 0)
        return spread(first, chance);
    return spread(std::min(second * (1 << std::min(failures - 1, mostDoublings)), longest), chance);
}

std::chrono::milliseconds BackOff::spread(std::chrono::milliseconds wait, double chance)
{
    const double factor = 0.8 + 0.4 * std::clamp(chance, 0.0, 1.0);
    return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(wait.count()) * factor));
}

} // namespace hearth
