// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/LineStore.h"

#include <algorithm>
#include <new>
#include <sys/mman.h>

namespace hearth {

namespace {

constexpr std::size_t pageSize = 4096;
constexpr std::size_t hugePageSize = std::size_t{2} << 20;

std::size_t roundedUp(std::size_t bytes, std::size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

// Zeroed memory, on huge pages as far as there are any when it is large enough for them.
void *mapped(std::size_t bytes)
{
    const bool isHuge = bytes >= hugePageSize;
    const std::size_t size = roundedUp(bytes, pageSize) + (isHuge ? hugePageSize : 0);
    void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        throw std::bad_alloc();
    if (!isHuge)
        return memory;
    auto *begin = static_cast<std::byte *>(memory);
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    const std::size_t before = roundedUp(address, hugePageSize) - address;
    if (before > 0)
        munmap(begin, before);
    const std::size_t kept = roundedUp(bytes, pageSize);
    if (size - before > kept)
        munmap(begin + before + kept, size - before - kept);
    madvise(begin + before, kept, MADV_HUGEPAGE);
    return begin + before;
}

void unmap(void *memory, std::size_t bytes)
{
    if (memory)
        munmap(memory, roundedUp(bytes, pageSize));
}

// Gives the pages wholly within [from, to) of an array back.
void release(void *array, std::size_t from, std::size_t to)
{
    const std::size_t unit = to - from >= hugePageSize ? hugePageSize : pageSize;
    from = roundedUp(from, unit);
    if (from < to)
        madvise(static_cast<std::byte *>(array) + from, to - from, MADV_DONTNEED);
}

} // namespace

LineStore::LineStore(unsigned shardBits)
    : m_shardBits(shardBits)
    , m_shards(std::size_t{1} << shardBits)
{
}

LineStore::~LineStore()
{
    for (unsigned segment = 0; segment < segmentCount; ++segment) {
        const std::size_t count = sizeOf(segment) * m_shards;
        unmap(m_segments[segment].lines, count * sizeof(Line));
        unmap(m_segments[segment].sides, count * sizeof(EntrySide));
    }
}

void LineStore::addSegment(LineIndex index)
{
    MutexLock lock(m_mutex);
    while (index >= m_reserved) {
        const unsigned segment = placeOf(m_reserved).segment;
        const std::size_t count = sizeOf(segment) * m_shards;
        void *lines = mapped(count * sizeof(Line));
        void *sides = nullptr;
        try {
            sides = mapped(count * sizeof(EntrySide));
        } catch (...) {
            unmap(lines, count * sizeof(Line));
            throw;
        }
        // Zeros are what both are made of; nothing has to be written, so no page is touched before it is needed.
        m_segments[segment].sides.store(static_cast<EntrySide *>(sides), std::memory_order_release);
        m_segments[segment].lines.store(static_cast<Line *>(lines), std::memory_order_release);
        m_reserved.store(startOf(segment) + sizeOf(segment), std::memory_order_release);
    }
}

void LineStore::noteUsed(LineIndex lines)
{
    LineIndex before = m_touched.load(std::memory_order_relaxed);
    while (before < lines && !m_touched.compare_exchange_weak(before, lines)) {}
}

bool LineStore::releaseFrom(LineIndex used)
{
    const LineIndex touched = m_touched.load();
    if (touched <= used)
        return false;
    const Place last = placeOf(touched - 1);
    const std::size_t size = m_shards * sizeof(Line);
    const LineIndex most = std::max<LineIndex>(static_cast<LineIndex>(hugePageSize / size), 1);
    const LineIndex start = std::max(startOf(last.segment), used);
    // Down to the beginning of a huge page, so that the next one begins there.
    const std::size_t end = last.offset + 1;
    const std::size_t from = std::max<std::size_t>((end - 1) / most * most, start - startOf(last.segment));
    Segment &segment = m_segments[last.segment];
    const std::size_t whole = roundedUp(end, most);
    release(segment.lines, from * size, std::min<std::size_t>(whole, sizeOf(last.segment)) * size);
    const std::size_t sideSize = m_shards * sizeof(EntrySide);
    release(segment.sides, from * sideSize, std::min<std::size_t>(whole, sizeOf(last.segment)) * sideSize);
    m_touched = startOf(last.segment) + static_cast<LineIndex>(from);
    m_firstVersion.fetch_add(1U << 16, std::memory_order_relaxed);
    return m_touched > used;
}

} // namespace hearth
