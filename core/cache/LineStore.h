// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/cache/Line.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace hearth {

// The memory of all lines and of what is kept beside them. It begins small and grows by segments, each as large as all
// before; nothing is ever moved, so growing takes no time. The lines of the shards are interleaved (line 7 of all
// shards, then line 8 of all), so that shards of about equal size fill the memory from its beginning, and what is used
// lies on whole huge pages. What is not used any more goes back to the system page by page, but stays mapped: a reader
// that comes late finds zeros there, which is an empty line.
//
// Thread-safe: line() from any thread; side() under the lock of the shard; reserve() by its shard; releaseFrom() under
// the locks of all shards.
class LineStore
{
public:
    // For 2^shardBits shards.
    explicit LineStore(unsigned shardBits);
    ~LineStore();
    LineStore(const LineStore &) = delete;
    LineStore &operator=(const LineStore &) = delete;

    Line &line(LineIndex index, unsigned shard) const
    {
        const Place place = placeOf(index);
        return m_segments[place.segment].lines.load(std::memory_order_acquire)[(place.offset << m_shardBits) + shard];
    }
    EntrySide &side(LineIndex index, unsigned shard) const
    {
        const Place place = placeOf(index);
        return m_segments[place.segment].sides.load(std::memory_order_acquire)[(place.offset << m_shardBits) + shard];
    }

    // Makes the line with this index usable in every shard. Throws std::bad_alloc.
    void reserve(LineIndex index)
    {
        if (index >= m_reserved.load(std::memory_order_acquire))
            addSegment(index);
    }
    // Gives memory back behind the first so many lines of each shard, as few pages at a time as possible: a huge one.
    // Returns: whether there may be more to give back.
    bool releaseFrom(LineIndex used);
    // So many lines of each shard were used; only lines below may be in memory.
    void noteUsed(LineIndex lines);

    // Where the versions of a line begin that is new, or new again: not where they were before.
    std::uint32_t firstVersion() const { return m_firstVersion.load(std::memory_order_relaxed); }

    static constexpr std::size_t bytesPerLine = sizeof(Line) + sizeof(EntrySide);
    static constexpr LineIndex maximumLines = noLine;

private:
    static constexpr unsigned firstBits = 6; // the first segment has 64 lines of each shard
    static constexpr unsigned segmentCount = lineIndexBits - firstBits + 1;
    struct Segment {
        std::atomic<Line *> lines = nullptr;
        std::atomic<EntrySide *> sides = nullptr;
    };
    struct Place {
        unsigned segment;
        std::size_t offset;
    };
    static Place placeOf(LineIndex index)
    {
        constexpr LineIndex first = LineIndex{1} << firstBits;
        if (index < first)
            return {0, index};
        const auto width = static_cast<unsigned>(std::bit_width(index));
        return {width - firstBits, index - (LineIndex{1} << (width - 1))};
    }
    static LineIndex sizeOf(unsigned segment)
    {
        return LineIndex{1} << (segment == 0 ? firstBits : firstBits + segment - 1);
    }
    static LineIndex startOf(unsigned segment) { return segment == 0 ? 0 : sizeOf(segment); }

    void addSegment(LineIndex index) HEARTH_EXCLUDES(m_mutex);

    const unsigned m_shardBits; // Constant after construction.
    const std::size_t m_shards;
    std::array<Segment, segmentCount> m_segments;
    std::atomic<LineIndex> m_reserved = 0; // lines of each shard in all segments
    std::atomic<LineIndex> m_touched = 0;  // lines of each shard that may be in memory
    std::atomic<std::uint32_t> m_firstVersion = 0;
    Mutex m_mutex; // held while a segment is added
};

} // namespace hearth
