// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hearth {

// A bounded map that forgets the key that came first when there is no place for another one. Thread-safe.
template <class Key, class Value>
class RecentRecords
{
public:
    explicit RecentRecords(std::size_t capacity)
        : m_capacity(capacity)
    {
    }

    void put(const Key &key, Value value)
    {
        MutexLock lock(m_mutex);
        if (const auto known = m_values.find(key); known != m_values.end()) {
            known->second = std::move(value);
            return;
        }
        if (m_values.size() >= m_capacity) {
            m_values.erase(m_order.front());
            m_order.pop_front();
        }
        m_values.emplace(key, std::move(value));
        m_order.push_back(key);
    }
    std::optional<Value> find(const Key &key) const
    {
        MutexLock lock(m_mutex);
        const auto known = m_values.find(key);
        return known == m_values.end() ? std::nullopt : std::optional(known->second);
    }
    void erase(const Key &key)
    {
        MutexLock lock(m_mutex);
        if (m_values.erase(key) > 0)
            std::erase(m_order, key);
    }
    // The newest keys first, of those whose value the predicate accepts. It runs under the lock.
    template <class Accepts>
    std::vector<Key> keys(Accepts accepts) const
    {
        MutexLock lock(m_mutex);
        std::vector<Key> found;
        for (auto key = m_order.rbegin(); key != m_order.rend(); ++key) {
            if (accepts(m_values.at(*key)))
                found.push_back(*key);
        }
        return found;
    }

private:
    const std::size_t m_capacity; // Constant after construction.

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::unordered_map<Key, Value> m_values HEARTH_GUARDED_BY(m_mutex);
    std::deque<Key> m_order HEARTH_GUARDED_BY(m_mutex); // the oldest first
};

} // namespace hearth
