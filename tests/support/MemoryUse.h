// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <fstream>
#include <string>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HEARTH_SANITIZED_HEAP
#endif
#endif
#ifdef HEARTH_SANITIZED_HEAP
#include <sanitizer/allocator_interface.h>
#else
#include <malloc.h>
#endif

namespace hearth {

// What this process has allocated and not given back, in bytes, whatever the allocator keeps for later. Thread-safe.
inline std::size_t allocatedBytes()
{
#ifdef HEARTH_SANITIZED_HEAP
    return __sanitizer_get_current_allocated_bytes();
#else
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

// The memory of a process, in bytes. Returns: 0 when there is no such process.
inline std::size_t residentBytes(long long processId)
{
    std::ifstream file("/proc/" + std::to_string(processId) + "/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace hearth
