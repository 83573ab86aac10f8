// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace hearth::bench {

// The floor of an HTTP answer on this machine with Boost.Beast: reads a request, writes the same answer of so many
// bytes of body, and looks at nothing. Each thread has its own listener and its own connections. Prints
// "listening on PORT"; never returns.
[[noreturn]] void serveConstantAnswers(unsigned threads, std::size_t bodyBytes);

} // namespace hearth::bench
