// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/base/ThreadNumber.h"

#include "core/base/Mutex.h"

#include <algorithm>
#include <vector>

namespace hearth {

namespace {

class Numbers
{
public:
    std::size_t take()
    {
        MutexLock lock(m_mutex);
        const auto free = std::find(m_taken.begin(), m_taken.end(), false);
        const auto number = static_cast<std::size_t>(free - m_taken.begin());
        if (free == m_taken.end())
            m_taken.push_back(true);
        else
            *free = true;
        return number;
    }
    void giveBack(std::size_t number)
    {
        MutexLock lock(m_mutex);
        m_taken[number] = false;
    }

private:
    Mutex m_mutex; // State below is protected by m_mutex.
    std::vector<bool> m_taken HEARTH_GUARDED_BY(m_mutex);
};

// Never destroyed: threads may end after the program's statics have.
Numbers &numbers()
{
    static auto *all = new Numbers;
    return *all;
}

struct Taken {
    const std::size_t number = numbers().take();
    Taken() = default;
    Taken(const Taken &) = delete;
    Taken &operator=(const Taken &) = delete;
    ~Taken() { numbers().giveBack(number); }
};

} // namespace

std::size_t threadNumber()
{
    static thread_local const Taken taken;
    return taken.number;
}

} // namespace hearth
