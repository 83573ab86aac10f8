// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/SeqPoint.h"
#include "core/cache/CacheTypes.h"
#include "core/cache/HashedKey.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hearth {

// The 16 bytes that a cached value is.
using Payload = std::array<std::uint64_t, 2>;

// The number of a line within its shard.
using LineIndex = std::uint32_t;
inline constexpr unsigned lineIndexBits = 26;
inline constexpr LineIndex noLine = (LineIndex{1} << lineIndexBits) - 1;

enum class LineKind : std::uint8_t {
    Empty,
    Head,   // an entry where its hash says; the first of its chain
    Member, // another entry of a chain, wherever there was room
    Piece,  // bytes of a long key
};

// What a line says about itself in one word. A value.
class LineFacts
{
public:
    LineFacts() = default;
    explicit LineFacts(std::uint64_t bits)
        : m_bits(bits)
    {
    }
    std::uint64_t bits() const { return m_bits; }

    LineIndex next() const { return static_cast<LineIndex>(get(0, lineIndexBits)); } // of the chain, or of the key
    std::size_t keySize() const { return get(26, 11); }
    LineKind kind() const { return static_cast<LineKind>(get(37, 2)); }
    EntrySource source() const { return static_cast<EntrySource>(get(39, 3)); }
    bool isForced() const { return get(42, 1) != 0; } // its expiry was
    bool isDue() const { return get(43, 1) != 0; }    // the wheel has it among the expired
    bool isInMain() const { return get(44, 1) != 0; } // of the two queues of the eviction
    std::chrono::nanoseconds loadTime() const;        // to four digits

    LineFacts &setNext(LineIndex next) { return set(0, lineIndexBits, next); }
    LineFacts &setKeySize(std::size_t size) { return set(26, 11, size); }
    LineFacts &setKind(LineKind kind) { return set(37, 2, static_cast<std::uint64_t>(kind)); }
    LineFacts &setSource(EntrySource source) { return set(39, 3, static_cast<std::uint64_t>(source)); }
    LineFacts &setForced(bool forced) { return set(42, 1, forced ? 1 : 0); }
    LineFacts &setDue(bool due) { return set(43, 1, due ? 1 : 0); }
    LineFacts &setInMain(bool inMain) { return set(44, 1, inMain ? 1 : 0); }
    LineFacts &setLoadTime(std::chrono::nanoseconds loadTime);

private:
    static_assert(HashedKey::maximumSize < 1 << 11);
    static constexpr std::uint64_t mask(unsigned bits) { return (std::uint64_t{1} << bits) - 1; }
    std::uint64_t get(unsigned at, unsigned bits) const { return m_bits >> at & mask(bits); }
    LineFacts &set(unsigned at, unsigned bits, std::uint64_t value)
    {
        m_bits = (m_bits & ~(mask(bits) << at)) | (value & mask(bits)) << at;
        return *this;
    }

    std::uint64_t m_bits = 0;
};

// How often an entry was hit, in one word of its line that readers store without asking anybody: two at once may count
// as one. It carries the low bits of the line's version, so that a store which comes after the entry was replaced means
// nothing. A value.
//   reuse: up to 3, for the eviction
//   hits:  exact up to 1023, then approximate (R. Morris: "Counting large numbers of events in small registers", 1978)
class Usage
{
public:
    Usage(std::uint32_t bits, std::uint32_t version)
        : m_bits(isOf(bits, version) ? bits : tagOf(version) << tagAt)
    {
    }
    static bool isOf(std::uint32_t bits, std::uint32_t version) { return bits >> tagAt == tagOf(version); }
    std::uint32_t bits() const { return m_bits; }

    unsigned reuse() const { return m_bits >> reuseAt & maximumReuse; }
    std::uint64_t hits() const
    {
        const std::uint32_t counted = m_bits & hitsMask;
        return ((std::uint64_t{counted & mantissaMask} + step) << (counted >> mantissaBits)) - step;
    }
    // dice: any number that differs from hit to hit.
    Usage &count(std::uint64_t dice)
    {
        if (reuse() < maximumReuse)
            m_bits += 1U << reuseAt;
        const std::uint32_t counted = m_bits & hitsMask;
        const std::uint32_t exponent = counted >> mantissaBits;
        const std::uint64_t spread = dice * 0x9e3779b97f4a7c15U >> 33;
        if (counted < hitsMask && (spread & ((std::uint64_t{1} << exponent) - 1)) == 0)
            ++m_bits;
        return *this;
    }
    Usage &setReuse(unsigned reuse)
    {
        m_bits = (m_bits & ~(maximumReuse << reuseAt)) | reuse << reuseAt;
        return *this;
    }
    // The same of another version of the line.
    std::uint32_t movedTo(std::uint32_t version) const
    {
        return (m_bits & ~(~std::uint32_t{0} << tagAt)) | tagOf(version) << tagAt;
    }

    static constexpr std::uint32_t maximumReuse = 3;

private:
    static constexpr unsigned mantissaBits = 10;
    static constexpr std::uint32_t step = 1U << mantissaBits;
    static constexpr std::uint32_t mantissaMask = step - 1;
    static constexpr unsigned reuseAt = 15; // ten bits of mantissa and five of exponent below
    static constexpr std::uint32_t hitsMask = (1U << reuseAt) - 1;
    static constexpr unsigned tagAt = 17;
    static std::uint32_t tagOf(std::uint32_t version) { return version >> 1 & 0x7fff; }

    std::uint32_t m_bits;
};

// What a reader saw of a line. A value.
struct LineCopy {
    std::uint32_t version; // nothing is set until a line was read
    MonotonicTime deadline;
    LineFacts facts;
    Payload payload;
    std::array<std::uint64_t, 3> key;

    // Whether this is the key's entry, as far as this line tells: the rest of a long key is elsewhere.
    bool isOf(const HashedKey &wanted) const
    {
        return facts.keySize() == wanted.text.size() && key[0] == wanted.words[0] && key[1] == wanted.words[1] &&
               (key[2] == wanted.words[2] || wanted.isLong());
    }
    // Of a long key.
    LineIndex firstPiece() const { return static_cast<LineIndex>(key[2]); }
};

// One entry, or a piece of a long key: one cache line, read without a lock.
//
// A seqlock (H.-J. Boehm: "Can seqlocks get along with programming language memory models?", 2012) of atomic words.
// The version is odd while the line changes. Writers store the words with release, so none is seen before the odd
// version; readers load them with acquire, so the version is loaded again after them. On x86 all of it are plain moves.
//
// Thread-safe: read, facts, usage and noteHit from any thread; the others under the lock of the shard.
class alignas(64) Line
{
public:
    static constexpr std::size_t pieceSize = 40; // bytes of a key in a piece
    using PieceWords = std::array<std::uint64_t, pieceSize / 8>;

    // Returns: false when it changed meanwhile.
    bool read(LineCopy &copy) const
    {
        copy.version = m_version.load(std::memory_order_acquire);
        copy.facts = facts();
        copy.key = {load(m_key[0]), load(m_key[1]), load(m_key[2])};
        copy.deadline = MonotonicTime(std::chrono::nanoseconds(static_cast<std::int64_t>(load(m_deadline))));
        copy.payload = {load(m_payload[0]), load(m_payload[1])};
        HEARTH_SEQ_POINT("TtlCache.get.read");
        return (copy.version & 1) == 0 && isStill(copy.version);
    }
    bool isStill(std::uint32_t version) const { return m_version.load(std::memory_order_relaxed) == version; }
    LineFacts facts() const { return LineFacts(load(m_facts)); }
    PieceWords piece() const
    {
        return {load(m_payload[0]), load(m_payload[1]), load(m_key[0]), load(m_key[1]), load(m_key[2])};
    }
    void noteHit(std::uint32_t version, std::uint64_t dice)
    {
        const std::uint32_t before = m_usage.load(std::memory_order_relaxed);
        if (!Usage::isOf(before, version) && !isStill(version))
            return; // the entry was replaced or moved, and its counts with it
        const std::uint32_t after = Usage(before, version).count(dice).bits();
        if (after != before)
            m_usage.store(after, std::memory_order_relaxed);
    }

    // ---- under the lock

    // For a line that is new: all zeros.
    void beginAt(std::uint32_t version)
    {
        if (this->version() == 0)
            m_version.store(version, std::memory_order_relaxed);
    }
    std::uint32_t version() const { return m_version.load(std::memory_order_relaxed); }
    Usage usage() const { return {m_usage.load(std::memory_order_relaxed), version()}; }
    void setUsage(Usage usage) { m_usage.store(usage.movedTo(version()), std::memory_order_relaxed); }
    MonotonicTime deadline() const
    {
        return MonotonicTime(std::chrono::nanoseconds(static_cast<std::int64_t>(load(m_deadline))));
    }
    Payload payload() const { return {load(m_payload[0]), load(m_payload[1])}; }
    std::array<std::uint64_t, 3> key() const { return {load(m_key[0]), load(m_key[1]), load(m_key[2])}; }
    LineIndex owner() const { return static_cast<LineIndex>(load(m_deadline)); } // of a piece: the entry
    // What no reader depends on: the chain, the lists.
    void setFacts(LineFacts facts) { m_facts.store(facts.bits(), std::memory_order_release); }
    void setOwner(LineIndex owner) { store(m_deadline, owner); }

    // Everything else changes while one of these lives. What is not set stays.
    class Edit
    {
    public:
        explicit Edit(Line &line)
            : m_line(line)
            , m_version(line.version())
        {
            m_line.m_version.store(m_version + 1, std::memory_order_relaxed);
        }
        ~Edit() { m_line.m_version.store(m_version + 2, std::memory_order_release); }
        Edit(const Edit &) = delete;
        Edit &operator=(const Edit &) = delete;

        void setFacts(LineFacts facts) { m_line.setFacts(facts); }
        void setDeadline(MonotonicTime deadline)
        {
            store(m_line.m_deadline, static_cast<std::uint64_t>(deadline.time_since_epoch().count()));
        }
        void setOwner(LineIndex owner) { m_line.setOwner(owner); }
        void setPayload(const Payload &payload)
        {
            store(m_line.m_payload[0], payload[0]);
            store(m_line.m_payload[1], payload[1]);
        }
        void setKey(const std::array<std::uint64_t, 3> &key)
        {
            for (std::size_t word = 0; word < key.size(); ++word)
                store(m_line.m_key[word], key[word]);
        }
        void setPiece(const PieceWords &words)
        {
            setPayload({words[0], words[1]});
            setKey({words[2], words[3], words[4]});
        }

    private:
        Line &m_line;
        const std::uint32_t m_version;
    };

private:
    static std::uint64_t load(const std::atomic<std::uint64_t> &word) { return word.load(std::memory_order_acquire); }
    static void store(std::atomic<std::uint64_t> &word, std::uint64_t value)
    {
        word.store(value, std::memory_order_release);
    }

    std::atomic<std::uint32_t> m_version;
    std::atomic<std::uint32_t> m_usage;
    std::atomic<std::uint64_t> m_facts;
    std::atomic<std::uint64_t> m_deadline;
    std::atomic<std::uint64_t> m_payload[2];
    std::atomic<std::uint64_t> m_key[3];
};
static_assert(sizeof(Line) == 64);

// What beside the line is kept of an entry; nobody needs it for a hit. Read and written under the lock of the shard.
struct EntrySide {
    struct Link {
        std::uint32_t previous;
        std::uint32_t next;
    };

    MonotonicTime::rep cachedAt;
    Link expiry;
    Link eviction;
};
static_assert(sizeof(EntrySide) == 24);

} // namespace hearth
