// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace hearth::bench {

// How often the calling thread has allocated with new so far.
std::uint64_t allocationsSoFar();

} // namespace hearth::bench
