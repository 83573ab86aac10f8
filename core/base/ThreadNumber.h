// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>

namespace hearth {

inline constexpr std::size_t sharedThreadNumber = 127;

namespace detail {

inline constexpr std::size_t noThreadNumber = ~std::size_t{0};
extern constinit thread_local std::size_t numberOfThisThread;
std::size_t takeThreadNumber();

} // namespace detail

// A small number of the calling thread, its own among all threads that live; the numbers of threads that have ended are
// given again, the smallest first. For counters of which each thread writes one by itself: who has a number sees what
// the one before wrote there. Thread-safe, without a lock.
// Returns: sharedThreadNumber for all threads beyond so many.
inline std::size_t threadNumber()
{
    const std::size_t number = detail::numberOfThisThread;
    return number != detail::noThreadNumber ? number : detail::takeThreadNumber();
}

} // namespace hearth
