// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/EntriesStand.h"

#include <QMetaObject>

#include <array>
#include <string>
#include <utility>

namespace hearth::bench {

EntriesCache::EntriesCache(std::size_t entries)
    : cache(clock, entries + entries / 8)
{
    constexpr std::array languages{"en", "es", "fr", "ig", "yo", "ha"};
    std::array<PackedProfile, languages.size()> packed;
    for (std::size_t i = 0; i < languages.size(); ++i) {
        Profile profile(*ProfileId::parse("any"));
        profile.nativeLanguage = languages[i];
        packed[i] = pack(profile, texts).value_or(PackedProfile());
    }
    std::uint32_t random = 1;
    const auto next = [&random] { return (random = random * 1'664'525 + 1'013'904'223) >> 8; };
    for (std::size_t i = 0; i < entries; ++i) {
        const std::string identity = "user-" + std::to_string(i);
        const auto ttl = std::chrono::milliseconds(600'000 + next() % 1'200'000);
        cache.put(identity, packed[next() % packed.size()],
                  {ttl, clock.now(), cache.generation(identity), EntrySource::WarmUp,
                   std::chrono::microseconds(100 + next() % 200'000)});
        for (std::uint32_t hits = next() % 4; hits > 0; --hits)
            cache.get(identity);
        if (next() % 50 == 0)
            cache.expire(identity);
    }
}

EntriesNode::EntriesNode(EntriesCache &cache)
    : m_cache(cache)
    , m_listings(cache.cache, cache.texts, cache.clock)
{
    m_pool.setMaxThreadCount(2);
}

EntriesNode::~EntriesNode()
{
    m_pool.clear();
    m_pool.waitForDone();
}

QFuture<Result<EntriesPage>> EntriesNode::entries(const EntriesQuery &query)
{
    const auto promise = std::make_shared<QPromise<Result<EntriesPage>>>();
    promise->start();
    m_pool.start([this, promise, query] {
        const auto isWanted = [&promise] { return !promise->isCanceled(); };
        auto page = std::make_shared<Result<EntriesPage>>(m_listings.page(query, m_cache.voices, isWanted));
        QMetaObject::invokeMethod(
            this,
            [promise, page] {
                promise->addResult(std::move(*page));
                promise->finish();
            },
            Qt::QueuedConnection);
    });
    return promise->future();
}

PlainEntries::PlainEntries(std::vector<EntryRow> rows)
    : m_rows(std::move(rows))
{
}

int PlainEntries::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PlainEntries::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 3;
}

QVariant PlainEntries::data(const QModelIndex &index, int role) const
{
    const EntryRow &row = m_rows[static_cast<std::size_t>(index.row())];
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case 0:
        return QString::fromStdString(row.identity);
    case 1:
        return qlonglong(row.expiresAt.time_since_epoch().count());
    default:
        return QVariant::fromValue<qulonglong>(row.hits);
    }
}

} // namespace hearth::bench
