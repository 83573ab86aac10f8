// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// The texts of a profile's row, as they are in it. Views: whoever hands them out says how long they are valid.
struct RowTexts {
    std::string_view nativeLanguage;
    std::string_view voiceId;
    std::string_view voiceProvider;

    friend bool operator==(const RowTexts &, const RowTexts &) = default;
};

// The combinations of language, voice and provider that rows hold, each kept once and known by a number: there are as
// many as voices in use, however many profiles. Append-only: a number means the same texts as long as the table lives,
// and the views of at() are valid as long. Bounded: when it is full, or texts are absurdly long, there is no number.
//
// Thread-safe. at(), and index() of texts that are known, take no lock and allocate nothing.
class ProfileTexts
{
public:
    using Index = std::uint32_t;
    static constexpr std::size_t defaultCapacity = 65'536;
    static constexpr std::size_t maximumCapacity = std::size_t{1} << 29; // PackedProfile has 29 bits for it
    // The three columns hold 315 characters, 1,260 bytes at most; in somebody else's table they may be wider.
    static constexpr std::size_t longestTexts = 4'096;

    // 1 to maximumCapacity. For each some ten bytes are taken at once, the rest as they come.
    explicit ProfileTexts(std::size_t capacity = defaultCapacity);

    // The number of these texts, a new one where they have none yet.
    // Returns: nullopt when the table is full, or they are longer than longestTexts together.
    std::optional<Index> index(const RowTexts &texts);
    // The texts of a number that index() gave; empty ones for any other.
    RowTexts at(Index index) const
    {
        if (index >= m_size.load(std::memory_order_acquire))
            return {};
        return entry(index).texts();
    }

    std::size_t size() const { return m_size.load(std::memory_order_acquire); }
    std::size_t capacity() const { return m_capacity; }

private:
    struct Entry {
        std::string chars; // the three texts, one after the other
        std::uint32_t languageLength = 0;
        std::uint32_t voiceLength = 0;
        std::size_t hash = 0;

        RowTexts texts() const
        {
            const std::string_view all = chars;
            return {all.substr(0, languageLength), all.substr(languageLength, voiceLength),
                    all.substr(languageLength + voiceLength)};
        }
    };
    static constexpr std::size_t segmentBits = 8;
    static constexpr std::size_t segmentSize = std::size_t{1} << segmentBits;
    using Segment = std::unique_ptr<Entry[]>;
    using Slot = std::atomic<Index>; // a number + 1; 0: free

    const Entry &entry(Index index) const { return m_segments[index >> segmentBits][index & (segmentSize - 1)]; }
    // Returns: the number that is there, or none; then *freeSlot is where it would be.
    std::optional<Index> find(const RowTexts &texts, std::size_t hash, std::size_t *freeSlot) const;
    Index append(const RowTexts &texts, std::size_t hash) HEARTH_REQUIRES(m_mutex);

    const std::size_t m_capacity;    // Constant after construction.
    const std::size_t m_slotMask;    // Constant after construction.
    std::vector<Segment> m_segments; // Its length is constant; segments and entries are written under m_mutex, each
                                     // before m_size says that it is there, and never again.
    std::unique_ptr<Slot[]> m_slots; // By hash, open addressing; written under m_mutex, each at most once.
    std::atomic<std::size_t> m_size = 0;
    Mutex m_mutex; // held by whoever appends
};

} // namespace hearth
