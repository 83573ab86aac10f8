// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/CacheTypes.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace hearth {

std::string_view toString(MissReason reason)
{
    switch (reason) {
    case MissReason::NotSeen:
        return "not_seen";
    case MissReason::Expired:
        return "expired";
    case MissReason::Invalidated:
        return "invalidated";
    case MissReason::Evicted:
        return "evicted";
    case MissReason::LoadFailed:
        return "load_failed";
    }
    return "unknown";
}

std::string_view toString(EntrySource source)
{
    switch (source) {
    case EntrySource::Database:
        return "database";
    case EntrySource::Created:
        return "created";
    case EntrySource::WarmUp:
        return "warmup";
    case EntrySource::Refresh:
        return "refresh";
    }
    return "unknown";
}

std::uint64_t CacheCounters::misses() const
{
    return std::accumulate(missesByReason.begin(), missesByReason.end(), std::uint64_t{0});
}

CacheCounters &CacheCounters::operator+=(const CacheCounters &other)
{
    const auto add = std::plus<std::uint64_t>();
    gets += other.gets;
    hits += other.hits;
    puts += other.puts;
    replacements += other.replacements;
    refusedPuts += other.refusedPuts;
    std::transform(missesByReason.begin(), missesByReason.end(), other.missesByReason.begin(), missesByReason.begin(),
                   add);
    std::transform(removals.begin(), removals.end(), other.removals.begin(), removals.begin(), add);
    return *this;
}

} // namespace hearth
