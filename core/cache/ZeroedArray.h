// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <type_traits>

namespace hearth {

// An array of plain values, all zero at the beginning. Unlike a vector it does not write the zeros: the system gives
// its pages as they are first touched. On cache lines of its own. Not synchronized.
template <class Value>
class ZeroedArray
{
    static_assert(std::is_trivially_copyable_v<Value>);

public:
    explicit ZeroedArray(std::size_t size)
        : m_values(map(size * sizeof(Value)), Unmap{size * sizeof(Value)})
        , m_size(size)
    {
    }

    std::size_t size() const { return m_size; }
    Value &operator[](std::size_t index) { return m_values.get()[index]; }
    const Value &operator[](std::size_t index) const { return m_values.get()[index]; }

private:
    struct Unmap {
        std::size_t bytes;
        void operator()(Value *values) const { munmap(values, bytes); }
    };
    static Value *map(std::size_t bytes)
    {
        void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED)
            throw std::bad_alloc();
        return static_cast<Value *>(memory);
    }

    std::unique_ptr<Value, Unmap> m_values;
    std::size_t m_size;
};

} // namespace hearth
