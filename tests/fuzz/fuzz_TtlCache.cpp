// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches for bytes, read as operations, after which TtlCache and its reference disagree.
// A script that fails is printed as a line for corpus/TtlCache.hex, so that replay_TtlCache runs it for ever.
#include "tests/core/cache/CacheScript.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    hearth::CacheScript script({data, size});
    const std::string wrong = script.run();
    if (wrong.empty())
        return 0;
    std::fprintf(stderr, "%s\n", wrong.c_str());
    for (std::size_t index = 0; index < size; ++index)
        std::fprintf(stderr, "%02x", static_cast<unsigned>(data[index]));
    std::fputc('\n', stderr);
    std::abort();
}
