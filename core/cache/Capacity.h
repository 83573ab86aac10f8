// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"

#include <cassert>
#include <cstddef>

namespace hearth {

// How many places for entries there are and how many are taken. A place is taken before an entry is made and given back
// after it is gone, so the entries never outnumber the places.
//
// Thread-safe. Its lock is the innermost: nothing else is locked under it.
class Capacity
{
public:
    explicit Capacity(std::size_t limit)
        : m_limit(limit)
    {
    }

    // Returns: false when all are taken.
    bool tryTake()
    {
        MutexLock lock(m_mutex);
        if (m_taken >= m_limit)
            return false;
        ++m_taken;
        return true;
    }
    void giveBack()
    {
        MutexLock lock(m_mutex);
        assert(m_taken > 0);
        --m_taken;
    }
    std::size_t taken() const
    {
        MutexLock lock(m_mutex);
        return m_taken;
    }
    // Whether more are taken than there are, after the limit was lowered.
    bool isOverdrawn() const
    {
        MutexLock lock(m_mutex);
        return m_taken > m_limit;
    }
    void setLimit(std::size_t limit)
    {
        MutexLock lock(m_mutex);
        m_limit = limit;
    }

private:
    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::size_t m_limit HEARTH_GUARDED_BY(m_mutex);
    std::size_t m_taken HEARTH_GUARDED_BY(m_mutex) = 0;
};

} // namespace hearth
