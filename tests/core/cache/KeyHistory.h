// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hearth {

// What one thread asked of one key, what it was answered, and between which two moments.
struct KeyOperation {
    enum class Kind : std::uint8_t {
        Hit,        // get answered with this version
        Miss,       // get answered with none
        Stored,     // put of this version: no other put is of the same
        Superseded, // put refused, for an invalidation since its load began
        Older,      // put refused, for a newer read that is there
        Invalidate, // expire, expireAll or remove
    };
    Kind kind = Kind::Miss;
    std::uint64_t begin = 0; // moments are counted by one counter for all threads
    std::uint64_t end = 0;
    std::uint32_t version = 0;
    std::uint64_t loadBegin = 0; // of a put: around the reading of its generation
    std::uint64_t loadEnd = 0;
    std::uint64_t readAt = 0; // of a put: its age
};

// Everything that happened to one key, by thread, each thread's in its order. While it happened nothing expired by
// itself, nothing was evicted, and no other key shared the generation.
//
// Not synchronized. Ownership: values.
class KeyHistory
{
public:
    explicit KeyHistory(std::vector<std::vector<KeyOperation>> threads)
        : m_threads(std::move(threads))
    {
    }

    // Whether there is an order of all operations, each somewhere between its begin and its end, in which every answer
    // is right for a map used by one thread. Returns: empty, or what is wrong.
    std::string whatIsWrong() const
    {
        for (const auto &thread : m_threads) {
            for (const KeyOperation &operation : thread) {
                if (isRefusedForNothing(operation))
                    return "a value was refused without an invalidation";
            }
        }
        return hasLegalOrder() ? std::string() : "no order of the operations explains the answers";
    }

private:
    using Kind = KeyOperation::Kind;
    using Value = const KeyOperation *; // the put whose value is there; null: none, or an expired one
    // How many operations of each thread have had their turn, and what is there then. Those of a thread have their
    // turns in their order, so that is all that decides how it may go on.
    using Position = std::pair<std::vector<std::size_t>, Value>;

    // The search of Wing and Gong: next may come any operation that began before all that remain ended; what leads to a
    // position seen before is not tried again.
    bool hasLegalOrder() const
    {
        std::vector<Position> open{{std::vector<std::size_t>(m_threads.size()), nullptr}};
        std::set<Position> seen{open.front()};
        while (!open.empty()) {
            const Position position = open.back();
            open.pop_back();
            const std::uint64_t firstEnd = firstEndAfter(position);
            if (firstEnd == nothingLeft)
                return true;
            for (std::size_t thread = 0; thread < m_threads.size(); ++thread) {
                const KeyOperation *next = nextOf(position, thread);
                if (!next || next->begin > firstEnd)
                    continue;
                const std::optional<Value> after = valueAfter(*next, position.second);
                if (!after || comesTooLate(*next, position))
                    continue;
                Position following{position.first, *after};
                ++following.first[thread];
                if (seen.insert(following).second)
                    open.push_back(std::move(following));
            }
        }
        return false;
    }

    const KeyOperation *nextOf(const Position &position, std::size_t thread) const
    {
        const std::size_t index = position.first[thread];
        return index < m_threads[thread].size() ? &m_threads[thread][index] : nullptr;
    }
    std::uint64_t firstEndAfter(const Position &position) const
    {
        std::uint64_t first = nothingLeft;
        for (std::size_t thread = 0; thread < m_threads.size(); ++thread) {
            if (const KeyOperation *next = nextOf(position, thread))
                first = std::min(first, next->end);
        }
        return first;
    }
    // Returns: nothing when the answer would not be right now.
    static std::optional<Value> valueAfter(const KeyOperation &operation, Value value)
    {
        const auto only = [&](bool isRight) { return isRight ? std::optional(value) : std::nullopt; };
        switch (operation.kind) {
        case Kind::Hit:
            return only(value && value->version == operation.version);
        case Kind::Miss:
            return only(!value);
        case Kind::Stored:
            return value && value->readAt > operation.readAt ? std::nullopt : std::optional<Value>(&operation);
        case Kind::Superseded:
            return value; // isRefusedForNothing() has judged it
        case Kind::Older:
            return only(value && value->readAt > operation.readAt);
        case Kind::Invalidate:
            return nullptr;
        }
        return std::nullopt;
    }

    // Whether a value would be stored after an invalidation that began when the value's load had its generation.
    bool comesTooLate(const KeyOperation &put, const Position &position) const
    {
        if (put.kind != Kind::Stored)
            return false;
        for (std::size_t thread = 0; thread < m_threads.size(); ++thread) {
            const auto had = m_threads[thread].begin() + static_cast<std::ptrdiff_t>(position.first[thread]);
            const auto last = std::find_if(std::reverse_iterator(had), m_threads[thread].rend(),
                                           [](const KeyOperation &other) { return other.kind == Kind::Invalidate; });
            if (last != m_threads[thread].rend() && last->begin > put.loadEnd)
                return true;
        }
        return false;
    }
    // The generation has no place in the order: between the moment at which an invalidation changes it and the moment
    // at which the value is gone may pass some time. Whether a refusal had a reason is told by the intervals.
    bool isRefusedForNothing(const KeyOperation &put) const
    {
        const auto mayHaveRefused = [&](const KeyOperation &other) {
            return other.kind == Kind::Invalidate && other.begin < put.end && other.end > put.loadBegin;
        };
        return put.kind == Kind::Superseded &&
               std::none_of(m_threads.begin(), m_threads.end(), [&](const std::vector<KeyOperation> &thread) {
                   return std::any_of(thread.begin(), thread.end(), mayHaveRefused);
               });
    }

    static constexpr std::uint64_t nothingLeft = std::numeric_limits<std::uint64_t>::max();

    std::vector<std::vector<KeyOperation>> m_threads;
};

} // namespace hearth
