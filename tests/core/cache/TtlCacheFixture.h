// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cache/TtlCache.h"
#include "tests/support/ManualClock.h"

#include <QString>

#include <memory>
#include <string>
#include <string_view>

namespace hearth {

// A cache of numbers, a clock and the verbs with which the tests tell their stories. Answers are texts.
class TtlCacheFixture
{
public:
    using Duration = std::chrono::nanoseconds;
    static constexpr Duration standardTtl = std::chrono::minutes(30);

    // A query on its way: what was noted when it was sent.
    struct Load {
        std::string key;
        Generation generation = 0;
        MonotonicTime readAt{};
    };

    explicit TtlCacheFixture(std::size_t maxEntries = 1'000'000,
                             MonotonicTime start = MonotonicTime(std::chrono::hours(10)))
        : clock(start)
        , cache(clock, maxEntries)
    {
    }

    Load beginLoad(std::string_view key) const { return {std::string(key), cache.generation(key), clock.now()}; }
    QString endLoad(const Load &load, int value, Duration ttl = standardTtl)
    {
        PutOptions options;
        options.ttl = ttl;
        options.readAt = load.readAt;
        options.generation = load.generation;
        switch (cache.put(load.key, value, options)) {
        case PutResult::Stored:
            return QStringLiteral("stored");
        case PutResult::Superseded:
            return QStringLiteral("superseded");
        case PutResult::Older:
            return QStringLiteral("older");
        case PutResult::TooLarge:
            return QStringLiteral("too large");
        }
        return {};
    }
    // A load that takes no time.
    QString insert(std::string_view key, int value, Duration ttl = standardTtl)
    {
        return endLoad(beginLoad(key), value, ttl);
    }
    void insertMany(int count, std::string_view prefix = "user", Duration ttl = standardTtl)
    {
        for (int index = 0; index < count; ++index)
            insert(std::string(prefix) + std::to_string(index), index, ttl);
    }

    // "7", or why there is none: "not_seen", "expired", …
    QString lookUp(std::string_view key)
    {
        const auto lookup = cache.get(key);
        if (lookup.value)
            return QString::number(*lookup.value);
        const std::string_view reason = toString(lookup.missReason);
        return QString::fromLatin1(reason.data(), static_cast<qsizetype>(reason.size()));
    }
    bool isPresent(std::string_view key) const { return cache.peek(key).has_value(); }
    // "3 active, 2 expired"
    QString size() const
    {
        const CacheSize size = cache.size();
        return QStringLiteral("%1 active, %2 expired").arg(size.active).arg(size.expired);
    }
    // "7 before, 2 removed, 5 after"
    QString cleanUp()
    {
        const CleanupResult result = cache.cleanup();
        return QStringLiteral("%1 before, %2 removed, %3 after")
            .arg(result.before)
            .arg(result.removed)
            .arg(result.after);
    }
    // Everything that a watcher could disturb, as one text.
    QString counters() const
    {
        const CacheCounters all = cache.counters();
        QString text = QStringLiteral("gets %1 hits %2 misses").arg(all.gets).arg(all.hits);
        for (const auto misses : all.missesByReason)
            text += QStringLiteral(" %1").arg(misses);
        text += QStringLiteral(", puts %1 replacements %2 refused %3, removals")
                    .arg(all.puts)
                    .arg(all.replacements)
                    .arg(all.refusedPuts);
        for (const auto removals : all.removals)
            text += QStringLiteral(" %1").arg(removals);
        return text;
    }
    QString whatIsWrong() const { return QString::fromStdString(cache.checkInvariants()); }

    ManualClock clock;
    TtlCache<int> cache;
};

} // namespace hearth
