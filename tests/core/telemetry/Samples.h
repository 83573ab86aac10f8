// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/Stats.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace hearth {

inline constexpr WallTime noon{std::chrono::seconds(1'767'268'800)};

// A quiet second.
inline Sample secondOf(std::uint64_t seq)
{
    Sample sample;
    sample.seq = seq;
    sample.time = noon + std::chrono::seconds(seq);
    sample.databaseReachable = true;
    return sample;
}

inline std::vector<Sample> secondsFrom(std::uint64_t first, std::uint64_t last)
{
    std::vector<Sample> samples;
    for (std::uint64_t seq = first; seq <= last; ++seq)
        samples.push_back(secondOf(seq));
    return samples;
}

// A second in which everything happened, with other numbers than the next one.
inline Sample busySample(std::uint64_t seq)
{
    Sample sample = secondOf(seq);
    sample.length += std::chrono::microseconds(seq);
    sample.activeEntries = 1'000 + seq;
    sample.expiredEntries = 200 + seq;
    sample.gets = 5'000 + 3 * seq;
    sample.hits = 4'000 + 2 * seq;
    sample.staleServed = 3 + seq;
    sample.missesByReason = {seq, 2 * seq, 3 * seq, 4 * seq, 5 * seq};
    sample.loads = 900 + seq;
    sample.loadFailures = 30 + seq;
    sample.evictions = 7 + seq;
    const std::chrono::nanoseconds step(1'000 * (seq % 50));
    sample.hitLatency = Percentiles{std::chrono::nanoseconds(300) + step, std::chrono::nanoseconds(600) + step,
                                    std::chrono::nanoseconds(900) + step};
    sample.loadLatency = Percentiles{std::chrono::milliseconds(1) + step, std::chrono::milliseconds(2) + step,
                                     std::chrono::milliseconds(3) + step};
    return sample;
}

// All of it, for comparing: "2 of 10 at 12 …".
inline QString textOf(const Sample &sample)
{
    QStringList parts{QStringLiteral("%1 of %2").arg(sample.seq).arg(sample.merged),
                      QStringLiteral("at %1").arg((sample.time - noon).count()),
                      QStringLiteral("length %1").arg(sample.length.count())};
    for (const std::uint64_t count : {sample.activeEntries, sample.expiredEntries, sample.gets, sample.hits,
                                      sample.staleServed, sample.loads, sample.loadFailures, sample.evictions})
        parts << QString::number(count);
    for (const std::uint64_t count : sample.missesByReason)
        parts << QString::number(count);
    for (const auto &latency : {sample.hitLatency, sample.loadLatency})
        parts << (latency ? QStringLiteral("%1/%2/%3")
                                .arg(latency->p50.count())
                                .arg(latency->p95.count())
                                .arg(latency->p99.count())
                          : QStringLiteral("-"));
    parts << (sample.databaseReachable ? QStringLiteral("reachable") : QStringLiteral("away"));
    if (sample.startsRun)
        parts << QStringLiteral("starts");
    return parts.join(' ');
}

// The seconds that samples stand for: "1-10 11 12", "| " before one that starts a run.
inline QString spansOf(const std::vector<Sample> &samples)
{
    QStringList texts;
    for (const Sample &sample : samples) {
        const QString span = sample.merged > 1
                                 ? QStringLiteral("%1-%2").arg(sample.seq - sample.merged + 1).arg(sample.seq)
                                 : QString::number(sample.seq);
        texts << (sample.startsRun ? QStringLiteral("| ") + span : span);
    }
    return texts.join(' ');
}

} // namespace hearth
