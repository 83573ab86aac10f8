// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/ProfileTexts.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace hearth {

namespace {

// Never more than half of the slots are taken, so that the way to a free one stays short.
std::size_t slotCountFor(std::size_t capacity)
{
    return std::bit_ceil(capacity * 2);
}

std::size_t hashOf(const RowTexts &texts)
{
    const std::hash<std::string_view> hash;
    const auto mixed = [](std::uint64_t value) { return (value ^ (value >> 29U)) * 0x9E3779B97F4A7C15U; };
    return mixed(mixed(mixed(hash(texts.nativeLanguage)) + hash(texts.voiceId)) + hash(texts.voiceProvider));
}

std::size_t lengthOf(const RowTexts &texts)
{
    return texts.nativeLanguage.size() + texts.voiceId.size() + texts.voiceProvider.size();
}

} // namespace

ProfileTexts::ProfileTexts(std::size_t capacity)
    : m_capacity(std::clamp<std::size_t>(capacity, 1, maximumCapacity))
    , m_slotMask(slotCountFor(m_capacity) - 1)
    , m_segments((m_capacity + segmentSize - 1) / segmentSize)
    , m_slots(std::make_unique<Slot[]>(m_slotMask + 1))
{
}

std::optional<ProfileTexts::Index> ProfileTexts::index(const RowTexts &texts)
{
    const std::size_t hash = hashOf(texts);
    std::size_t slot = 0;
    if (const std::optional<Index> known = find(texts, hash, &slot))
        return known;
    if (lengthOf(texts) > longestTexts)
        return std::nullopt;

    MutexLock lock(m_mutex);
    if (const std::optional<Index> known = find(texts, hash, &slot)) // somebody was faster
        return known;
    if (m_size.load(std::memory_order_relaxed) == m_capacity)
        return std::nullopt;
    const Index added = append(texts, hash);
    m_slots[slot].store(added + 1, std::memory_order_release);
    return added;
}

std::optional<ProfileTexts::Index> ProfileTexts::find(const RowTexts &texts, std::size_t hash,
                                                      std::size_t *freeSlot) const
{
    for (std::size_t slot = hash & m_slotMask;; slot = (slot + 1) & m_slotMask) {
        const Index number = m_slots[slot].load(std::memory_order_acquire);
        if (number == 0) {
            *freeSlot = slot;
            return std::nullopt;
        }
        const Entry &candidate = entry(number - 1);
        if (candidate.hash == hash && candidate.texts() == texts)
            return number - 1;
    }
}

ProfileTexts::Index ProfileTexts::append(const RowTexts &texts, std::size_t hash)
{
    const std::size_t position = m_size.load(std::memory_order_relaxed);
    Segment &segment = m_segments[position >> segmentBits];
    if (!segment)
        segment = std::make_unique<Entry[]>(std::min(segmentSize, m_capacity - (position & ~(segmentSize - 1))));
    Entry &entry = segment[position & (segmentSize - 1)];
    entry.chars.reserve(lengthOf(texts));
    entry.chars.append(texts.nativeLanguage).append(texts.voiceId).append(texts.voiceProvider);
    entry.languageLength = static_cast<std::uint32_t>(texts.nativeLanguage.size());
    entry.voiceLength = static_cast<std::uint32_t>(texts.voiceId.size());
    entry.hash = hash;
    m_size.store(position + 1, std::memory_order_release); // from here on at() shows it
    return static_cast<Index>(position);
}

} // namespace hearth
