// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/ChartContents.h"

#include "core/base/Format.h"

#include <QCoreApplication>

#include <algorithm>
#include <functional>

namespace hearth {

namespace {

using Buckets = std::vector<const ChartBucket *>;
using Style = SeriesSpec::Style;

// Theme::series: the cache is blue, the database and what expired orange, everywhere.
constexpr int cacheColour = 0;
constexpr int databaseColour = 1;
constexpr int rareColour = 2;
constexpr int otherColour = 3;

// Positions in statsMissReasonNames.
constexpr std::size_t notSeen = 0;
constexpr std::size_t expired = 1;
constexpr std::size_t invalidated = 2;
constexpr std::size_t evicted = 3;
constexpr std::size_t failed = 4;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChartContents)
};

void addTimes(ChartContent &content, const Buckets &buckets)
{
    content.data.times.reserve(buckets.size());
    for (const ChartBucket *bucket : buckets)
        content.data.times.push_back(bucket->position);
}

void addRow(ChartContent &content, const Buckets &buckets, SeriesSpec spec,
            const std::function<double(const ChartBucket &)> &value)
{
    content.specs.push_back(std::move(spec));
    std::vector<double> row;
    row.reserve(buckets.size());
    for (const ChartBucket *bucket : buckets)
        row.push_back(value(*bucket));
    content.data.values.push_back(std::move(row));
}

std::uint64_t rareMisses(const ChartBucket &bucket)
{
    return bucket.misses[invalidated] + bucket.misses[evicted] + bucket.misses[failed];
}

// What the rare reasons are called together. Returns: empty when there were none.
QString rareName(const Buckets &buckets)
{
    std::array<std::uint64_t, statsMissReasonCount> sums{};
    for (const ChartBucket *bucket : buckets) {
        for (std::size_t reason = 0; reason < statsMissReasonCount; ++reason)
            sums[reason] += bucket->misses[reason];
    }
    const std::array<std::pair<std::size_t, QString>, 3> names{
        {{invalidated, Words::tr("invalidated")}, {evicted, Words::tr("evicted")}, {failed, Words::tr("load failed")}}};
    QStringList present;
    for (const auto &[reason, name] : names) {
        if (sums[reason] > 0)
            present << name;
    }
    return present.join(QStringLiteral(", "));
}

} // namespace

ChartContent entriesContent(const Buckets &buckets)
{
    ChartContent content;
    addTimes(content, buckets);
    addRow(content, buckets, {Words::tr("active"), cacheColour, Style::StackedArea},
           [](const ChartBucket &b) { return b.active; });
    addRow(content, buckets, {Words::tr("expired"), databaseColour, Style::StackedArea},
           [](const ChartBucket &b) { return b.expired; });
    return content;
}

ChartContent hitRateContent(const Buckets &buckets)
{
    ChartContent content;
    addTimes(content, buckets);
    addRow(content, buckets, {Words::tr("hits"), cacheColour, Style::BaseLine},
           [](const ChartBucket &b) { return b.ratio(b.hits); });
    addRow(content, buckets, {Words::tr("expired"), databaseColour, Style::StackedArea},
           [](const ChartBucket &b) { return b.ratio(b.misses[expired]); });
    addRow(content, buckets, {Words::tr("not seen lately"), otherColour, Style::StackedArea},
           [](const ChartBucket &b) { return b.ratio(b.misses[notSeen]); });
    if (const QString name = rareName(buckets); !name.isEmpty())
        addRow(content, buckets, {name, rareColour, Style::StackedArea},
               [](const ChartBucket &b) { return b.ratio(rareMisses(b)); });
    return content;
}

ChartContent latencyContent(const Buckets &buckets, std::chrono::milliseconds simulated)
{
    QString database = Words::tr("db");
    if (simulated.count() > 0)
        database += QStringLiteral(" (%1)").arg(
            Words::tr("simulated +%1").arg(QString::fromStdString(format::latency(simulated))));
    ChartContent content;
    addTimes(content, buckets);
    addRow(content, buckets, {Words::tr("hit p50"), cacheColour, Style::Line},
           [](const ChartBucket &b) { return b.hitP50(); });
    addRow(content, buckets, {Words::tr("hit p99"), cacheColour, Style::DashedLine, Words::tr("p99")},
           [](const ChartBucket &b) { return b.hitTail(); });
    addRow(content, buckets, {Words::tr("%1 p50").arg(database), databaseColour, Style::Line},
           [](const ChartBucket &b) { return b.loadP50(); });
    addRow(content, buckets, {Words::tr("db p99"), databaseColour, Style::DashedLine, Words::tr("p99")},
           [](const ChartBucket &b) { return b.loadTail(); });
    return content;
}

ChartContent trafficContent(const Buckets &buckets)
{
    ChartContent content;
    addTimes(content, buckets);
    addRow(content, buckets, {Words::tr("gets"), cacheColour, Style::Line},
           [](const ChartBucket &b) { return b.perSecond(b.gets); });
    addRow(content, buckets, {Words::tr("loads"), databaseColour, Style::Line},
           [](const ChartBucket &b) { return b.perSecond(b.loads); });
    const bool failures =
        std::any_of(buckets.begin(), buckets.end(), [](const ChartBucket *b) { return b->loadFailures > 0; });
    if (failures)
        addRow(content, buckets, {Words::tr("failed loads"), otherColour, Style::Line},
               [](const ChartBucket &b) { return b.perSecond(b.loadFailures); });
    return content;
}

} // namespace hearth
