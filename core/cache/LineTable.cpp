// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/LineTable.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace hearth {

namespace {

// So many homes for so many lines that are used: 32 of 33 lines are, and two are always free.
std::size_t homesFor(std::size_t used)
{
    return used + used / 32 + 2;
}
// More homes than that are too many. Far enough from the above that a table does not grow and shrink all the time.
std::size_t homesAtMost(std::size_t used)
{
    return used + used / 8 + 64;
}

Line::PieceWords wordsOfPiece(std::string_view text, std::size_t from)
{
    Line::PieceWords words{};
    std::memcpy(words.data(), text.data() + from, std::min(text.size() - from, Line::pieceSize));
    return words;
}

} // namespace

LineTable::LineTable(LineStore &store, unsigned shard, ExpiryLists &expiry, EvictionLists &eviction)
    : m_store(store)
    , m_shard(shard)
    , m_expiry(expiry)
    , m_eviction(eviction)
    , m_free(1, 1)
{
    m_store.reserve(0);
    m_store.noteUsed(1);
}

// ---- finding

LineIndex LineTable::find(const HashedKey &key) const
{
    LineIndex entry = firstOf(home(key.hash));
    while (entry != noLine && !isOf(entry, key))
        entry = line(entry).facts().next();
    return entry;
}

bool LineTable::isOf(LineIndex entry, const HashedKey &key) const
{
    LineCopy copy;
    copy.facts = line(entry).facts();
    copy.key = line(entry).key();
    return copy.isOf(key) && (!key.isLong() || hasRest(copy, key));
}

// Whatever a line says is the next one is one, so a reader who came too late reads something else, but nothing strange.
bool LineTable::hasRest(const LineCopy &copy, const HashedKey &key) const
{
    LineIndex piece = copy.firstPiece();
    for (std::size_t at = HashedKey::longPrefix; at < key.text.size(); at += Line::pieceSize) {
        if (piece == noLine || line(piece).piece() != wordsOfPiece(key.text, at))
            return false;
        piece = line(piece).facts().next();
    }
    return true;
}

std::string_view LineTable::key(LineIndex entry, KeyBuffer &buffer) const
{
    const std::size_t size = line(entry).facts().keySize();
    const std::array<std::uint64_t, 3> words = line(entry).key();
    std::memcpy(buffer.data(), words.data(), sizeof words);
    if (size <= HashedKey::inlineSize)
        return {buffer.data(), size};
    auto piece = static_cast<LineIndex>(words[2]);
    for (std::size_t at = HashedKey::longPrefix; at < size; at += Line::pieceSize) {
        const Line::PieceWords bytes = line(piece).piece();
        std::memcpy(buffer.data() + at, bytes.data(), sizeof bytes);
        piece = line(piece).facts().next();
    }
    return {buffer.data(), size};
}

std::uint64_t LineTable::hash(LineIndex entry) const
{
    KeyBuffer buffer; // filled as far as it is read
    return hashOfKey(key(entry, buffer));
}

// The entry that comes before another one in the chain of its home.
LineIndex LineTable::before(LineIndex entry, LineIndex home) const
{
    LineIndex previous = home;
    while (line(previous).facts().next() != entry)
        previous = line(previous).facts().next();
    return previous;
}

// ---- changing

LineIndex LineTable::insert(const HashedKey &key, const EntryWords &words)
{
    makeRoom(linesOf(key.text.size()));
    const LineIndex home = this->home(key.hash);
    const LineKind sitting = line(home).facts().kind();
    if (sitting == LineKind::Member || sitting == LineKind::Piece)
        moveAway(home);
    const bool isFirst = sitting != LineKind::Head;
    const LineIndex entry = isFirst ? home : takeFree(home);
    if (isFirst)
        take(home);
    std::array<std::uint64_t, 3> keyWords = key.words;
    if (key.isLong())
        keyWords[2] = putPieces(key, entry);

    side(entry).cachedAt = words.cachedAt.time_since_epoch().count();
    {
        Line::Edit edit(line(entry));
        edit.setFacts(LineFacts()
                          .setNext(isFirst ? noLine : line(home).facts().next())
                          .setKeySize(key.text.size())
                          .setKind(isFirst ? LineKind::Head : LineKind::Member)
                          .setSource(words.source)
                          .setLoadTime(words.loadTime));
        edit.setDeadline(words.deadline);
        edit.setPayload(words.payload);
        edit.setKey(keyWords);
    }
    line(entry).setUsage(Usage(0, line(entry).version()));
    if (key.isLong())
        setOwner(entry);
    if (!isFirst)
        setNext(home, entry);
    return entry;
}

void LineTable::replace(LineIndex entry, const EntryWords &words)
{
    side(entry).cachedAt = words.cachedAt.time_since_epoch().count();
    Line &there = line(entry);
    const unsigned reuse = there.usage().reuse();
    {
        Line::Edit edit(there);
        edit.setFacts(there.facts().setForced(false).setSource(words.source).setLoadTime(words.loadTime));
        edit.setDeadline(words.deadline);
        edit.setPayload(words.payload);
    }
    there.setUsage(Usage(0, there.version()).setReuse(reuse));
}

void LineTable::erase(LineIndex entry, std::uint64_t hash)
{
    const LineIndex home = this->home(hash);
    const LineIndex next = line(entry).facts().next();
    clearPieces(entry);
    if (entry != home) {
        setNext(before(entry, home), next);
        clear(entry);
        return;
    }
    clear(home);
    if (next == noLine)
        return;
    take(home);
    moveEntry(next, home, LineKind::Head, line(next).facts().next());
}

void LineTable::setNext(LineIndex index, LineIndex next)
{
    line(index).setFacts(line(index).facts().setNext(next));
}

// ---- lines

void LineTable::take(LineIndex index)
{
    m_free[index / 64] &= ~(std::uint64_t{1} << index % 64);
    ++m_used;
}

void LineTable::clear(LineIndex index)
{
    {
        Line::Edit edit(line(index));
        edit.setFacts(LineFacts().setNext(noLine));
        edit.setKey({});
    }
    m_free[index / 64] |= std::uint64_t{1} << index % 64;
    --m_used;
}

// A free line, near if there is one, else wherever the last one was. There always is one: makeRoom.
LineIndex LineTable::takeFree(LineIndex near)
{
    constexpr std::size_t nearWords = 4;
    const auto search = [this](std::size_t word, std::size_t count) {
        for (std::size_t step = 0; step < count; ++step, ++word) {
            word = word == m_free.size() ? 0 : word;
            if (m_free[word] != 0) {
                m_freeHint = word;
                return static_cast<LineIndex>(word * 64 + static_cast<unsigned>(std::countr_zero(m_free[word])));
            }
        }
        return noLine;
    };
    LineIndex found = search(near / 64, nearWords);
    if (found == noLine)
        found = search(m_freeHint, m_free.size());
    assert(found != noLine);
    take(found);
    return found;
}

// Who sits in a home that is not his goes to another line.
void LineTable::moveAway(LineIndex index)
{
    const LineIndex to = takeFree(index);
    if (line(index).facts().kind() == LineKind::Piece)
        return movePiece(index, to);
    const LineIndex previous = before(index, home(hash(index)));
    moveEntry(index, to, LineKind::Member, line(index).facts().next());
    setNext(previous, to);
}

// ---- growing and shrinking

void LineTable::makeRoom(std::size_t lines)
{
    while (homeCount() < homesFor(m_used + lines))
        grow();
}

// One home more: the entries of another one whose hash has the bit that counts now go there.
void LineTable::grow()
{
    const LineIndex added = homeCount();
    if (added >= LineStore::maximumLines)
        throw std::bad_alloc();
    // What may throw comes first.
    m_store.reserve(added);
    if (added / 64 >= m_free.size())
        m_free.push_back(0);
    const LineIndex split = added - std::bit_floor(added);
    m_staying.clear();
    m_leaving.clear();
    for (LineIndex entry = firstOf(split); entry != noLine; entry = line(entry).facts().next())
        (home(hash(entry), added + 1) == split ? m_staying : m_leaving).push_back(entry);

    m_store.noteUsed(added + 1);
    m_free[added / 64] |= std::uint64_t{1} << added % 64;
    line(added).beginAt(m_store.firstVersion());
    m_homeCount.store(added + 1, std::memory_order_release);
    if (m_leaving.empty())
        return;

    const bool firstLeaves = m_leaving.front() == split;
    take(added);
    moveEntry(m_leaving.front(), added, LineKind::Head, noLine);
    m_leaving.front() = added;
    if (firstLeaves && !m_staying.empty()) {
        take(split);
        moveEntry(m_staying.front(), split, LineKind::Head, noLine);
        m_staying.front() = split;
    }
    chain(m_staying);
    chain(m_leaving);
}

void LineTable::chain(const std::vector<LineIndex> &entries)
{
    for (std::size_t at = 0; at < entries.size(); ++at)
        setNext(entries[at], at + 1 < entries.size() ? entries[at + 1] : noLine);
}

// The reverse of grow().
bool LineTable::shrink()
{
    const LineIndex last = homeCount() - 1;
    if (last + 1 <= homesAtMost(m_used))
        return false;
    const LineKind kind = line(last).facts().kind();
    if (kind == LineKind::Head)
        join(last, last - std::bit_floor(last));
    else if (kind != LineKind::Empty)
        moveAway(last);
    m_free[last / 64] &= ~(std::uint64_t{1} << last % 64);
    if (last % 64 == 0)
        m_free.pop_back();
    m_freeHint = 0;
    m_homeCount.store(last, std::memory_order_release);
    return true;
}

// The chain of one home becomes a part of that of another.
void LineTable::join(LineIndex home, LineIndex into)
{
    const LineKind sitting = line(into).facts().kind();
    if (sitting == LineKind::Member || sitting == LineKind::Piece)
        moveAway(into);
    const LineIndex next = line(home).facts().next();
    if (sitting != LineKind::Head) {
        take(into);
        return moveEntry(home, into, LineKind::Head, next);
    }
    LineIndex tail = home;
    while (line(tail).facts().next() != noLine)
        tail = line(tail).facts().next();
    const LineIndex first = takeFree(into);
    moveEntry(home, first, LineKind::Member, next);
    setNext(tail == home ? first : tail, line(into).facts().next());
    setNext(into, first);
}

// ---- moving: the new line is complete before the old one is empty, so a reader finds one of them or asks again

// To a line that was taken.
void LineTable::moveEntry(LineIndex from, LineIndex to, LineKind kind, LineIndex next)
{
    Line &source = line(from);
    Line &target = line(to);
    const Usage usage = source.usage();
    {
        Line::Edit edit(target);
        edit.setFacts(source.facts().setKind(kind).setNext(next));
        edit.setDeadline(source.deadline());
        edit.setPayload(source.payload());
        edit.setKey(source.key());
    }
    target.setUsage(usage);
    if (target.facts().keySize() > HashedKey::inlineSize)
        setOwner(to);
    side(to) = side(from);
    m_expiry.movedTo(to);
    m_eviction.movedTo(to);
    clear(from);
}

void LineTable::movePiece(LineIndex from, LineIndex to)
{
    Line &owner = line(line(from).owner());
    const Usage usage = owner.usage();
    {
        Line::Edit edit(owner); // who reads this key now reads it again
        {
            Line::Edit target(line(to));
            target.setFacts(line(from).facts());
            target.setOwner(line(from).owner());
            target.setPiece(line(from).piece());
        }
        std::array<std::uint64_t, 3> key = owner.key();
        auto piece = static_cast<LineIndex>(key[2]);
        if (piece == from) {
            key[2] = to;
            edit.setKey(key);
        } else {
            while (line(piece).facts().next() != from)
                piece = line(piece).facts().next();
            setNext(piece, to);
        }
    }
    owner.setUsage(usage);
    clear(from);
}

// Returns: the first.
LineIndex LineTable::putPieces(const HashedKey &key, LineIndex near)
{
    LineIndex first = noLine;
    LineIndex last = noLine;
    for (std::size_t at = HashedKey::longPrefix; at < key.text.size(); at += Line::pieceSize) {
        const LineIndex piece = takeFree(near);
        {
            Line::Edit edit(line(piece));
            edit.setFacts(LineFacts().setKind(LineKind::Piece).setNext(noLine));
            edit.setPiece(wordsOfPiece(key.text, at));
        }
        if (first == noLine)
            first = piece;
        else
            setNext(last, piece);
        last = piece;
    }
    return first;
}

void LineTable::setOwner(LineIndex entry)
{
    for (auto piece = static_cast<LineIndex>(line(entry).key()[2]); piece != noLine; piece = line(piece).facts().next())
        line(piece).setOwner(entry);
}

void LineTable::clearPieces(LineIndex entry)
{
    if (line(entry).facts().keySize() <= HashedKey::inlineSize)
        return;
    auto piece = static_cast<LineIndex>(line(entry).key()[2]);
    while (piece != noLine) {
        const LineIndex next = line(piece).facts().next();
        clear(piece);
        piece = next;
    }
}

// ---- tests

std::string LineTable::checkInvariants() const
{
    std::size_t lines = 0;
    std::size_t taken = 0;
    for (LineIndex index = 0; index < homeCount(); ++index) {
        const LineKind kind = line(index).facts().kind();
        if ((kind == LineKind::Empty) != isFree(index))
            return "line " + std::to_string(index) + " is free and used";
        taken += kind == LineKind::Empty ? 0 : 1;
        if (std::string wrong = checkChain(index, lines); !wrong.empty())
            return "home " + std::to_string(index) + ": " + wrong;
    }
    if (taken != m_used || lines != m_used)
        return std::to_string(taken) + " lines are not free, " + std::to_string(lines) + " are in chains, " +
               std::to_string(m_used) + " were counted";
    if (m_used > 0 && homeCount() < homesFor(m_used))
        return "there are too few homes";
    if (m_free.size() != (homeCount() + 63) / 64)
        return "the bits of free lines are of another size";
    return {};
}

std::string LineTable::checkChain(LineIndex home, std::size_t &lines) const
{
    for (LineIndex entry = firstOf(home); entry != noLine; entry = line(entry).facts().next()) {
        const LineFacts facts = line(entry).facts();
        if ((line(entry).version() & 1) != 0)
            return "a version is odd";
        if (this->home(hash(entry)) != home)
            return "an entry has another home";
        if ((entry == home) != (facts.kind() == LineKind::Head) || facts.kind() == LineKind::Piece)
            return "an entry is of the wrong kind";
        if (++lines > homeCount())
            return "the chain has no end";
        if (facts.keySize() <= HashedKey::inlineSize)
            continue;
        std::size_t pieces = 1;
        for (auto piece = static_cast<LineIndex>(line(entry).key()[2]); piece != noLine;
             piece = line(piece).facts().next()) {
            if (line(piece).facts().kind() != LineKind::Piece || line(piece).owner() != entry)
                return "a piece of a key is not the entry's";
            ++pieces;
            ++lines;
        }
        if (pieces != linesOf(facts.keySize()))
            return "a key has too few or too many pieces";
    }
    return {};
}

} // namespace hearth
