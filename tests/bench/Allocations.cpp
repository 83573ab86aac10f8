// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/Allocations.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace hearth::bench {

namespace {

thread_local std::uint64_t allocations = 0;

void *counted(void *memory)
{
    ++allocations;
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace

std::uint64_t allocationsSoFar()
{
    return allocations;
}

static void *allocated(std::size_t bytes)
{
    return counted(std::malloc(std::max<std::size_t>(bytes, 1)));
}
static void *allocated(std::size_t bytes, std::align_val_t alignment)
{
    const auto line = static_cast<std::size_t>(alignment);
    return counted(std::aligned_alloc(line, (std::max<std::size_t>(bytes, 1) + line - 1) / line * line));
}

} // namespace hearth::bench

// These replace those of the library for the whole program; the others, of arrays and without exceptions, call them.
void *operator new(std::size_t bytes)
{
    return hearth::bench::allocated(bytes);
}
void *operator new(std::size_t bytes, std::align_val_t alignment)
{
    return hearth::bench::allocated(bytes, alignment);
}
void operator delete(void *memory) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}
