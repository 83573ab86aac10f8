// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/cache/CacheTypes.h"

#include <cassert>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth {

// At most one load per key at a time: the first caller leads, those who come meanwhile wait for its result.
// After golang.org/x/sync/singleflight, with generations: a waiter only joins a flight of its own generation, so that
// nobody is handed a value that was read before an invalidation that they could have seen.
//
// Thread-safe. Waiters are called back outside the lock, once each, on the thread that lands the flight, in the order
// in which they joined; they may join or land other flights, and must not throw.
// Value must be copyable: a waiter that keeps the value takes its own copy.
// Waiters of a flight that never lands are dropped, not called, when the SingleFlight is destroyed.
template <class Value>
class SingleFlight
{
public:
    using Waiter = std::function<void(const Value &)>;

    // Joins the flight of this key and generation. Returns: true when the caller leads and must call land() exactly
    // once, whatever happens; false when it was added to a flight under way (its waiter will be called).
    // The waiter of the leader is called by land() too.
    bool join(std::string_view key, Generation generation, Waiter waiter)
    {
        MutexLock lock(m_mutex);
        auto flight = m_flights.find(FlightView{key, generation});
        const bool leads = flight == m_flights.end();
        if (leads)
            flight = m_flights.emplace(FlightKey{std::string(key), generation}, std::vector<Waiter>()).first;
        flight->second.push_back(std::move(waiter));
        return leads;
    }

    // Ends the flight and hands the result to everybody who waits. Who joins from now on starts a new flight.
    void land(std::string_view key, Generation generation, const Value &value)
    {
        for (const Waiter &waiter : takeWaiters(key, generation)) {
            if (waiter)
                waiter(value);
        }
    }

    // How many flights are under way: 0 when idle.
    std::size_t size() const
    {
        MutexLock lock(m_mutex);
        return m_flights.size();
    }

private:
    using FlightKey = std::pair<std::string, Generation>;
    using FlightView = std::pair<std::string_view, Generation>;
    struct Before {
        using is_transparent = void;
        template <class Left, class Right>
        bool operator()(const Left &left, const Right &right) const
        {
            return FlightView(left.first, left.second) < FlightView(right.first, right.second);
        }
    };

    std::vector<Waiter> takeWaiters(std::string_view key, Generation generation)
    {
        MutexLock lock(m_mutex);
        const auto flight = m_flights.find(FlightView{key, generation});
        assert(flight != m_flights.end()); // landed twice, or never led
        if (flight == m_flights.end())
            return {};
        std::vector<Waiter> waiters = std::move(flight->second);
        m_flights.erase(flight);
        return waiters;
    }

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::map<FlightKey, std::vector<Waiter>, Before> m_flights HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
