// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/HashedKey.h"
#include "core/cache/Line.h"
#include "core/cache/LineStore.h"
#include "core/cache/LinkedLists.h"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

using ExpiryLists = LinkedLists<&EntrySide::expiry>;
using EvictionLists = LinkedLists<&EntrySide::eviction>;

// What an entry consists of beside its key.
struct EntryWords {
    MonotonicTime cachedAt{};
    MonotonicTime deadline{};
    std::chrono::nanoseconds loadTime{};
    EntrySource source = EntrySource::Database;
    Payload payload{};
};

// The bytes of a key that is in lines. Borrowed by the text that key() returns.
using KeyBuffer = std::array<char, HashedKey::longPrefix + 26 * Line::pieceSize>;

// Which entry is where: the hash table of one shard, made of lines.
//
// The entries of one home (so many low bits of the hash as there are homes) form a chain. Its first entry is in the
// line of the home itself, the others in any free line; who sits in the home of others moves away when they come ("main
// position", as in the tables of Lua; a chained scatter table with Brent's variation). So a hit touches one line in two
// of three cases and 1.5 on the average, however full the table is, and it can be full: 32 of 33 lines.
// It grows by one line at a time, which splits the chain of one home (W. Litwin: "Linear hashing", 1980), and shrinks
// likewise: neither ever touches more than a chain.
//
// homeCount() and home() from any thread; all else under the lock of the shard.
class alignas(64) LineTable
{
public:
    LineTable(LineStore &store, unsigned shard, ExpiryLists &expiry, EvictionLists &eviction);

    LineIndex homeCount() const { return m_homeCount.load(std::memory_order_acquire); }
    static LineIndex home(std::uint64_t hash, LineIndex homeCount)
    {
        const LineIndex mask = std::bit_ceil(homeCount) - 1;
        const LineIndex index = static_cast<LineIndex>(hash) & mask;
        return index < homeCount ? index : index & (mask >> 1);
    }
    LineIndex home(std::uint64_t hash) const { return home(hash, m_homeCount.load(std::memory_order_relaxed)); }

    // Whether the rest of a long key is what the copy's line goes on with. Without a lock: the copy must be validated
    // again.
    bool hasRest(const LineCopy &copy, const HashedKey &key) const;
    // Returns: noLine when it is not there.
    LineIndex find(const HashedKey &key) const;
    // A key that is not there. Moves others. The new entry is in no list yet.
    // Throws std::bad_alloc; then nothing has changed.
    LineIndex insert(const HashedKey &key, const EntryWords &words);
    void replace(LineIndex entry, const EntryWords &words);
    // An entry that was taken from its lists. Moves others.
    void erase(LineIndex entry, std::uint64_t hash);
    // Gives up one line that is not needed. Returns: false when all are.
    bool shrink();

    Line &line(LineIndex index) const { return m_store.line(index, m_shard); }
    EntrySide &side(LineIndex index) const { return m_store.side(index, m_shard); }
    std::string_view key(LineIndex entry, KeyBuffer &buffer) const;
    std::uint64_t hash(LineIndex entry) const;

    // Lines that an entry of this key takes.
    static std::size_t linesOf(std::size_t keySize)
    {
        return keySize <= HashedKey::inlineSize
                   ? 1
                   : 1 + (keySize - HashedKey::longPrefix + Line::pieceSize - 1) / Line::pieceSize;
    }
    std::size_t usedLines() const { return m_used; }
    void prefetch(LineIndex index) const
    {
        __builtin_prefetch(&line(index));
        __builtin_prefetch(&side(index));
    }
    // Returns: empty, or what is wrong.
    std::string checkInvariants() const;

private:
    bool isOf(LineIndex entry, const HashedKey &key) const;
    LineIndex firstOf(LineIndex home) const { return line(home).facts().kind() == LineKind::Head ? home : noLine; }
    LineIndex before(LineIndex entry, LineIndex home) const;
    void setNext(LineIndex index, LineIndex next);

    void makeRoom(std::size_t lines);
    void grow();
    void chain(const std::vector<LineIndex> &entries);
    void join(LineIndex home, LineIndex into);
    LineIndex takeFree(LineIndex near);
    void take(LineIndex index);
    void clear(LineIndex index);
    void moveAway(LineIndex index);
    void moveEntry(LineIndex from, LineIndex to, LineKind kind, LineIndex next);
    void movePiece(LineIndex from, LineIndex to);
    LineIndex putPieces(const HashedKey &key, LineIndex near);
    void setOwner(LineIndex entry);
    void clearPieces(LineIndex entry);
    bool isFree(LineIndex index) const { return (m_free[index / 64] >> index % 64 & 1) != 0; }
    std::string checkChain(LineIndex home, std::size_t &lines) const;

    LineStore &m_store;
    const unsigned m_shard;
    std::atomic<LineIndex> m_homeCount = 1; // with the two above: all that readers need, on a line that seldom changes
    alignas(64) ExpiryLists &m_expiry;
    EvictionLists &m_eviction;
    std::vector<std::uint64_t> m_free; // a bit for each line below homeCount
    std::size_t m_freeHint = 0;        // the word where a free line was found last
    std::size_t m_used = 0;
    std::vector<LineIndex> m_staying; // for grow(), kept to save allocations
    std::vector<LineIndex> m_leaving;
};

} // namespace hearth
