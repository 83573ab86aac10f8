// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/SeriesBuffer.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using Seconds = std::chrono::duration<double>;

// An answer about the past may arrive a little after newer samples: that is no restart.
constexpr std::uint64_t restartDistance = 10;
constexpr double shortestStep = 0.001;

// How far a sample lies behind the one before it. Where something is missing between them, or the node was not running,
// only the wall clock knows; it may have been set back meanwhile, but what was recorded took its time.
double stepBetween(const Sample &before, const Sample &after)
{
    const double length = std::max(shortestStep, Seconds(after.length).count());
    if (after.follows(before))
        return length;
    const double missing = after.startsRun ? 0 : static_cast<double>(after.seq - before.seq);
    return std::max({length, missing, Seconds(after.time - before.time).count()});
}

bool isBefore(const Sample &a, const Sample &b)
{
    return a.seq < b.seq;
}

} // namespace

SeriesBuffer::SeriesBuffer(std::size_t capacity)
    : m_capacity(std::max<std::size_t>(capacity, 1))
{
}

bool SeriesBuffer::append(const Sample &sample)
{
    if (!m_samples.empty()) {
        const std::uint64_t newestSeq = newest().sample.seq;
        const bool restarted = sample.seq + restartDistance < newestSeq && sample.time > newest().sample.time;
        if (restarted)
            clear();
        else if (sample.seq <= newestSeq)
            return false;
    }
    m_samples.push_back({0, sample});
    place(m_samples.size() - 1);
    while (m_samples.size() > m_capacity)
        m_samples.pop_front();
    return true;
}

// A day is some twenty megabytes: what comes in order, as nodes tell it, is copied once and not sorted.
void SeriesBuffer::merge(const std::vector<Sample> &samples)
{
    if (!std::is_sorted(samples.begin(), samples.end(), isBefore)) {
        std::vector<Sample> inOrder(samples);
        std::stable_sort(inOrder.begin(), inOrder.end(), isBefore);
        return merge(inOrder);
    }
    std::deque<PlacedSample> all;
    auto known = m_samples.cbegin();
    for (const Sample &sample : samples) {
        for (; known != m_samples.cend() && known->sample.seq <= sample.seq; ++known)
            all.push_back(*known);
        if (all.empty() || all.back().sample.seq < sample.seq)
            all.push_back({0, sample});
    }
    all.insert(all.end(), known, m_samples.cend());
    while (all.size() > m_capacity)
        all.pop_front();
    m_samples = std::move(all);
    place(0);
}

void SeriesBuffer::clear()
{
    m_samples.clear();
}

void SeriesBuffer::place(std::size_t first)
{
    for (std::size_t i = first; i < m_samples.size(); ++i) {
        if (i == 0)
            m_samples[i].position = 0;
        else
            m_samples[i].position =
                m_samples[i - 1].position + stepBetween(m_samples[i - 1].sample, m_samples[i].sample);
    }
}

std::size_t SeriesBuffer::firstAfter(double position) const
{
    const auto found = std::upper_bound(m_samples.begin(), m_samples.end(), position,
                                        [](double value, const PlacedSample &s) { return value < s.position; });
    return static_cast<std::size_t>(found - m_samples.begin());
}

double SeriesBuffer::positionOf(WallTime time) const
{
    return isEmpty() ? 0 : newest().position + Seconds(time - newest().sample.time).count();
}

WallTime SeriesBuffer::timeAt(double position) const
{
    if (isEmpty())
        return {};
    const std::size_t index = std::min(firstAfter(position), size() - 1);
    const PlacedSample &near = at(index);
    return near.sample.time + std::chrono::round<std::chrono::milliseconds>(Seconds(position - near.position));
}

std::optional<double> SeriesBuffer::hitRate(std::chrono::seconds window) const
{
    if (isEmpty())
        return std::nullopt;
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    for (std::size_t i = firstAfter(newest().position - Seconds(window).count()); i < size(); ++i) {
        gets += at(i).sample.gets;
        hits += at(i).sample.hits;
    }
    if (gets == 0)
        return std::nullopt;
    return static_cast<double>(std::min(hits, gets)) / static_cast<double>(gets);
}

} // namespace hearth
