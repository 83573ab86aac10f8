// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntrySnapshot.h"

#include <algorithm>

namespace hearth {

namespace {

constexpr std::size_t chunkBytes = std::size_t{1} << 20;

} // namespace

EntrySnapshot::EntrySnapshot(const ProfileCache &cache, const Clock &clock)
{
    // With room for those who come meanwhile: growing would move all of them under the lock of a shard.
    const std::size_t expected = cache.size().total();
    m_rows.reserve(expected + expected / 8 + 4096);
    cache.forEach([this](std::string_view identity, const PackedProfile &profile, const EntryFacts &facts) {
        m_rows.push_back({keep(identity), profile, facts});
    });
    m_takenAt = clock.now();
}

std::string_view EntrySnapshot::keep(std::string_view text)
{
    if (m_rows.empty()) {
        m_prefixSize = text.size();
    } else {
        const std::string_view prefix = m_rows.front().identity.substr(0, m_prefixSize);
        const auto end = std::mismatch(prefix.begin(), prefix.end(), text.begin(), text.end()).first;
        m_prefixSize = static_cast<std::size_t>(end - prefix.begin());
    }
    if (text.size() > m_freeBytes) {
        m_freeBytes = std::max(chunkBytes, text.size());
        m_chunks.push_back(std::make_unique_for_overwrite<char[]>(m_freeBytes));
        m_free = m_chunks.back().get();
    }
    char *const begin = m_free;
    m_free = std::copy(text.begin(), text.end(), begin);
    m_freeBytes -= text.size();
    m_identityBytes += text.size();
    return {begin, text.size()};
}

const FoldedTexts &EntrySnapshot::foldedIdentities() const
{
    std::call_once(m_isFolded, [this] {
        m_folded.reserve(m_rows.size(), m_identityBytes);
        for (const Row &row : m_rows)
            m_folded.append(row.identity);
    });
    return m_folded;
}

} // namespace hearth
