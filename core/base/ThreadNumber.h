// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>

namespace hearth {

// A small number of the calling thread, its own among all threads that live; the numbers of threads that have ended are
// given again, the smallest first. For counters of which each thread writes one by itself: who has a number sees what
// the one before wrote there. Thread-safe, without a lock.
// Returns: sharedThreadNumber for all threads beyond so many.
std::size_t threadNumber();

inline constexpr std::size_t sharedThreadNumber = 127;

} // namespace hearth
