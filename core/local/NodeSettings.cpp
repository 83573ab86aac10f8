// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/NodeSettings.h"

#include <QMetaObject>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace hearth {

namespace {

using Limits = ProfileServiceSettings;

struct Range {
    std::string_view name;
    std::optional<std::int64_t> value;
    std::int64_t lowest;
    std::int64_t highest;
};

template <class Duration>
std::optional<std::int64_t> countOf(const std::optional<Duration> &value)
{
    return value ? std::optional<std::int64_t>(value->count()) : std::nullopt;
}

std::array<Range, 5> rangesOf(const LiveSettingsChange &change)
{
    std::optional<std::int64_t> entries;
    if (change.maxEntries)
        entries = *change.maxEntries > NodeSettings::mostEntries ? -1 : static_cast<std::int64_t>(*change.maxEntries);
    return {{{"ttl_seconds", countOf(change.ttl), Limits::minimumTtl.count(), Limits::maximumTtl.count()},
             {"cleanup_interval_seconds", countOf(change.cleanupInterval), CleanupService::minimumInterval.count(),
              CleanupService::maximumInterval.count()},
             {"max_entries", entries, 1, NodeSettings::mostEntries},
             {"stale_grace_seconds", countOf(change.staleGrace), 0, Limits::maximumStaleGrace.count()},
             {"simulated_latency_ms", countOf(change.simulatedLatency), 0, NodeSettings::mostLatency.count()}}};
}

// "ttl_seconds 900, max_entries 5000"
std::string wordsFor(const LiveSettingsChange &change)
{
    std::string words;
    for (const Range &range : rangesOf(change)) {
        if (range.value)
            words += (words.empty() ? "" : ", ") + std::string(range.name) + " " + std::to_string(*range.value);
    }
    if (change.refreshAhead) {
        std::string share = std::to_string(*change.refreshAhead);
        share.erase(share.find_last_not_of('0') + 1);
        if (share.ends_with('.') || share.ends_with(','))
            share.pop_back();
        words += (words.empty() ? "" : ", ") + std::string("refresh_ahead ") + share;
    }
    return words;
}

} // namespace

LiveSettings NodeSettings::current() const
{
    const ProfileServiceSettings profiles = m_profiles.settings();
    LiveSettings settings;
    settings.ttl = profiles.ttl;
    settings.cleanupInterval = m_cleanup.interval();
    settings.maxEntries = m_cache.maxEntries();
    settings.staleGrace = profiles.staleGrace;
    settings.refreshAhead = profiles.refreshAhead;
    if (m_simulation.latency)
        settings.simulatedLatency = m_simulation.latency();
    settings.latencyMayChange = bool(m_simulation.setLatency);
    settings.lastUntilRestart = m_lastUntilRestart;
    return settings;
}

Result<void> NodeSettings::check(const LiveSettingsChange &change) const
{
    const auto refused = [](std::string sentence) { return Error{ErrorCode::InvalidArgument, std::move(sentence)}; };
    if (change.simulatedLatency && !m_simulation.setLatency)
        return refused("simulated_latency_ms cannot be changed on this node while it runs: it was not started with "
                       "--allow-simulation. SIMULATED_LATENCY_MS sets it at the start.");
    for (const Range &range : rangesOf(change)) {
        if (range.value && (*range.value < range.lowest || *range.value > range.highest))
            return refused(std::string(range.name) + " is allowed from " + std::to_string(range.lowest) + " to " +
                           std::to_string(range.highest) + ".");
    }
    if (change.refreshAhead && !(*change.refreshAhead >= 0 && *change.refreshAhead <= Limits::maximumRefreshAhead))
        return refused("refresh_ahead is allowed from 0 to 0.9.");
    if (wordsFor(change).empty())
        return refused("Nothing was named that is to be changed.");
    return {};
}

void NodeSettings::apply(const LiveSettingsChange &change)
{
    if (change.ttl)
        m_profiles.setTtl(*change.ttl);
    if (change.staleGrace)
        m_profiles.setStaleGrace(*change.staleGrace);
    if (change.refreshAhead)
        m_profiles.setRefreshAhead(*change.refreshAhead);
    if (change.maxEntries)
        m_cache.setMaxEntries(static_cast<std::size_t>(*change.maxEntries));
    if (change.simulatedLatency)
        m_simulation.setLatency(*change.simulatedLatency);
}

void NodeSettings::change(const LiveSettingsChange &change, const std::string &who,
                          std::function<void(Result<LiveSettings>)> done)
{
    if (const Result<void> allowed = check(change); !allowed)
        return done(allowed.error());
    apply(change);
    Event event;
    event.kind = EventKind::Settings;
    event.who = who;
    event.target = "config";
    event.count = 1;
    event.detail = "changed: " + wordsFor(change);
    m_events.append(std::move(event));
    if (!change.cleanupInterval)
        return done(current());
    LiveSettings settings = current();
    settings.cleanupInterval = *change.cleanupInterval;
    const auto setInterval = [&cleanup = m_cleanup, settings, done = std::move(done)] { // this may be gone by then
        cleanup.setInterval(settings.cleanupInterval);
        done(settings);
    };
    QMetaObject::invokeMethod(&m_cleanup, setInterval, Qt::QueuedConnection);
}

} // namespace hearth
