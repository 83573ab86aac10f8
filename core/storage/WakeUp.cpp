// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/WakeUp.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace hearth {

WakeUp::WakeUp()
    : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
}

WakeUp::~WakeUp()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void WakeUp::wake()
{
    static_cast<void>(::eventfd_write(m_descriptor, 1));
}

void WakeUp::reset()
{
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(m_descriptor, &count));
}

bool WakeUp::wait(std::chrono::steady_clock::time_point until) const
{
    pollfd descriptor{m_descriptor, POLLIN, 0};
    return ::poll(&descriptor, 1, millisecondsUntil(until)) > 0;
}

int millisecondsUntil(std::chrono::steady_clock::time_point until)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    return int(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

} // namespace hearth
