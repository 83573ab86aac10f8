// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace hearth {

// An array of plain values, all zero at the beginning. Unlike a vector it does not write the zeros: the system gives
// its pages as they are first touched. On cache lines of its own. Not synchronized.
template <class Value>
class ZeroedArray
{
    static_assert(std::is_trivially_copyable_v<Value> && alignof(Value) <= 64);

public:
    explicit ZeroedArray(std::size_t size)
        : m_size(size)
        , m_memory(std::calloc(size * sizeof(Value) + lineSize, 1))
    {
        void *begin = m_memory.get();
        std::size_t space = size * sizeof(Value) + lineSize;
        if (!begin)
            throw std::bad_alloc();
        m_values = static_cast<Value *>(std::align(lineSize, size * sizeof(Value), begin, space));
    }

    std::size_t size() const { return m_size; }
    Value &operator[](std::size_t index) { return m_values[index]; }
    const Value &operator[](std::size_t index) const { return m_values[index]; }

private:
    static constexpr std::size_t lineSize = 64;
    struct Release {
        void operator()(void *memory) const { std::free(memory); }
    };

    std::size_t m_size;
    std::unique_ptr<void, Release> m_memory;
    Value *m_values = nullptr; // in there
};

} // namespace hearth
