// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/EvictionQueues.h"

#include <algorithm>

namespace hearth {

namespace {

constexpr std::uint64_t unit = 256;  // of the target
constexpr unsigned reuseForMain = 2; // hits in the small queue that lead to the main queue

} // namespace

EvictionQueues::EvictionQueues(LineTable &table, EvictionLists &lists, std::size_t capacity)
    : m_table(table)
    , m_lists(lists)
    , m_capacity(std::max<std::size_t>(capacity, 1))
    , m_ghosts(m_capacity)
{
    setTarget(m_capacity * unit / 10);
}

void EvictionQueues::setCapacity(std::size_t capacity)
{
    capacity = std::max<std::size_t>(capacity, 1);
    const auto share = static_cast<double>(m_target) / static_cast<double>(m_capacity);
    m_ghosts = EvictionGhosts(capacity);
    m_capacity = capacity;
    setTarget(static_cast<std::uint64_t>(share * static_cast<double>(capacity)));
}

void EvictionQueues::add(LineIndex entry, std::uint64_t hash)
{
    const Ghosts::Queue ghost = m_ghosts.take(hash);
    adapt(ghost);
    append(entry, ghost == Ghosts::Queue::None ? small : main);
    Line &line = m_table.line(entry);
    line.setUsage(line.usage().setReuse(ghost == Ghosts::Queue::Main ? 1 : 0));
}

void EvictionQueues::append(LineIndex entry, EvictionLists::List list)
{
    Line &line = m_table.line(entry);
    line.setFacts(line.facts().setInMain(list == main));
    m_lists.append(list, entry);
    ++m_counts[list];
}

void EvictionQueues::remove(LineIndex entry)
{
    m_lists.remove(entry);
    --m_counts[m_table.line(entry).facts().isInMain() ? main : small];
}

// ---- making room

LineIndex EvictionQueues::victim(std::size_t &budget)
{
    if (m_counts[small] > 0 && (m_counts[small] >= target() || m_counts[main] == 0)) {
        if (const LineIndex victim = victimOfSmall(budget); victim != noLine)
            return victim;
    }
    return victimOfMain(budget);
}

// Returns: noLine when all went to the main queue.
LineIndex EvictionQueues::victimOfSmall(std::size_t &budget)
{
    while (m_counts[small] > 0) {
        const LineIndex entry = m_lists.first(small);
        Line &line = m_table.line(entry);
        const unsigned reuse = line.usage().reuse();
        if (reuse == 0)
            return entry;
        if (budget == 0) // who came last is not known to be in use
            return m_table.line(m_lists.last(small)).usage().reuse() == 0 ? m_lists.last(small) : entry;
        --budget;
        remove(entry);
        append(entry, reuse >= reuseForMain ? main : small);
        line.setUsage(line.usage().setReuse(0));
    }
    return noLine;
}

LineIndex EvictionQueues::victimOfMain(std::size_t &budget)
{
    for (;;) {
        const LineIndex entry = m_lists.first(main);
        Line &line = m_table.line(entry);
        const unsigned reuse = line.usage().reuse();
        if (reuse == 0 || budget == 0)
            return entry;
        --budget;
        remove(entry);
        append(entry, main);
        line.setUsage(line.usage().setReuse(reuse - 1));
    }
}

void EvictionQueues::remember(LineIndex victim, std::uint64_t hash)
{
    m_ghosts.remember(hash, m_table.line(victim).facts().isInMain() ? Ghosts::Queue::Main : Ghosts::Queue::Small);
}

// ---- the share of the small queue

std::uint64_t EvictionQueues::target() const
{
    return std::max<std::uint64_t>(m_target / unit, 1);
}

void EvictionQueues::setTarget(std::uint64_t target)
{
    m_target = std::clamp<std::uint64_t>(target, m_capacity * unit / 20, m_capacity * unit * 2 / 5);
}

// A key that comes back would have been a hit if its queue had been larger; the rarer ghosts weigh more.
void EvictionQueues::adapt(Ghosts::Queue ghost)
{
    constexpr std::uint64_t downStep = unit * 7 / 5;
    constexpr std::uint64_t longestDownStep = unit * 23;
    const std::uint64_t ofSmall = m_ghosts.smallCount() + 1;
    const std::uint64_t ofMain = m_ghosts.mainCount() + 1;
    if (ghost == Ghosts::Queue::Small) {
        setTarget(m_target + 2 * unit * std::clamp<std::uint64_t>(ofMain / ofSmall, 1, 16));
    } else if (ghost == Ghosts::Queue::Main) {
        const std::uint64_t step = std::clamp(downStep * ofSmall / ofMain, downStep, longestDownStep);
        setTarget(m_target - std::min(step, m_target));
    }
}

// ---- tests

std::string EvictionQueues::checkInvariants(std::uint64_t entries) const
{
    for (const EvictionLists::List list : {small, main}) {
        std::uint64_t inList = 0;
        for (LineIndex entry = m_lists.isEmpty(list) ? noLine : m_lists.first(list); entry != noLine;
             entry = m_lists.after(entry)) {
            if (++inList > entries)
                return "a queue has no end";
            if (m_table.line(entry).facts().isInMain() != (list == main))
                return "an entry does not know its queue";
        }
        if (inList != m_counts[list])
            return "a queue was miscounted";
    }
    return m_counts[small] + m_counts[main] == entries ? std::string() : "the queues have other entries";
}

} // namespace hearth
