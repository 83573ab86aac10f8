// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/OverviewModel.h"

#include "core/base/Format.h"
#include "ui/overview/ChartContents.h"
#include "ui/widgets/VisibleText.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace hearth {

namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

constexpr auto hitRateWindow = 5min;
constexpr double pointsPerPicture = 400;
constexpr std::array<double, 5> bucketLengths{1, 5, 15, 60, 240};
constexpr auto sampleIsLate = 2500ms;
constexpr std::size_t mostMarks = 1000;
constexpr std::size_t mostMarksShown = 60;
constexpr int samplesBetweenTrims = 60;
constexpr double shortestZoom = 10;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(OverviewModel)
};

double bucketLength(double range)
{
    for (const double length : bucketLengths) {
        if (range <= length * pointsPerPicture)
            return length;
    }
    return bucketLengths.back();
}

// The word for a mark. Returns: empty for what is not worth one.
QString markName(EventKind kind)
{
    switch (kind) {
    case EventKind::Cleanup:
        return Words::tr("cleanup");
    case EventKind::Warm:
        return Words::tr("warm-up");
    case EventKind::Expired:
        return Words::tr("expiry forced");
    case EventKind::Settings:
        return Words::tr("settings changed");
    case EventKind::Traffic:
        return Words::tr("simulated traffic");
    case EventKind::Database: // outages are told by the samples, also those of the past
    case EventKind::Cached:
    case EventKind::Removed:
    case EventKind::Evicted:
    case EventKind::Failure:
    case EventKind::Restored:
    case EventKind::Refreshed:
    case EventKind::Profile:
    case EventKind::Room:
    case EventKind::Token:
    case EventKind::Erased:
    case EventKind::Revealed:
    case EventKind::Refused:
        break;
    }
    return {};
}

} // namespace

OverviewModel::OverviewModel(const Clock &clock)
    : m_clock(clock)
{
}

void OverviewModel::takeSample(const Sample &sample, const Stats &stats)
{
    takeStats(stats);
    m_sampleAt = m_clock.now();
    const std::size_t before = m_buffer.size();
    if (!m_buffer.append(sample))
        return;
    if (before > 0 && m_buffer.size() == 1) { // the node counts anew
        m_outages.clear();
        backToNow();
        return;
    }
    if (m_buffer.size() > 1)
        noteOutage(m_buffer.size() - 1);
    if (isFrozen())
        return;
    m_buckets.add(m_buffer.newest());
    if (++m_sinceTrim >= samplesBetweenTrims) {
        m_sinceTrim = 0;
        m_buckets.dropBefore(now() - m_oldest - 2 * m_buckets.secondsPerBucket());
    }
}

void OverviewModel::takePast(const std::vector<Sample> &samples)
{
    const double before = m_buffer.isEmpty() ? 0 : m_buffer.newest().position;
    if (m_buffer.isEmpty())
        m_sampleAt = m_clock.now();
    m_buffer.merge(samples);
    if (m_frozenAt && !m_buffer.isEmpty())
        *m_frozenAt += m_buffer.newest().position - before;
    noteOutages();
    rebuild();
}

void OverviewModel::takeStats(const Stats &stats)
{
    m_stats = stats;
    m_statsAt = m_clock.now();
}

void OverviewModel::takeEvent(const Event &event)
{
    const QString name = markName(event.kind);
    if (name.isEmpty())
        return;
    Mark mark;
    mark.time = event.time;
    mark.name = name;
    mark.text =
        event.detail.empty() ? name : name + QStringLiteral(": ") + visibleText(QString::fromStdString(event.detail));
    mark.tone = event.kind == EventKind::Cleanup ? Tone::Neutral : Tone::Accent;
    mark.event = event.seq;
    const bool isRoutine = event.kind == EventKind::Cleanup && event.who.empty();
    add(isRoutine ? m_routine : m_marks, std::move(mark));
}

void OverviewModel::takePastEvents(const std::vector<Event> &events)
{
    for (const Event &event : events) {
        if (isWorthAMark(event))
            takeEvent(event);
    }
}

// Nearly always at the end. The node told of an event that came while the past was asked for twice: it is one.
void OverviewModel::add(Marks &marks, Mark mark)
{
    const auto isLater = [](const Mark &a, const Mark &b) { return a.time < b.time; };
    const auto place = std::upper_bound(marks.begin(), marks.end(), mark, isLater);
    for (auto same = place; same != marks.begin() && std::prev(same)->time == mark.time; --same) {
        if (mark.event != 0 && std::prev(same)->event == mark.event)
            return;
    }
    marks.insert(place, std::move(mark));
    if (marks.size() > mostMarks)
        marks.pop_front();
}

void OverviewModel::restart()
{
    m_buffer.clear();
    m_stats.reset();
    m_marks.clear();
    m_routine.clear();
    m_outages.clear();
    backToNow();
}

void OverviewModel::setWindow(std::chrono::seconds window)
{
    m_window = window;
    m_zoomed = false;
    m_oldest = Seconds(window).count();
    m_newest = 0;
    rebuild();
}

void OverviewModel::freeze()
{
    if (!m_frozenAt && hasSamples())
        m_frozenAt = liveNow();
}

void OverviewModel::backToNow()
{
    m_frozenAt.reset();
    setWindow(m_window);
}

std::chrono::seconds OverviewModel::sinceFrozen() const
{
    return m_frozenAt ? std::chrono::seconds(std::llround(liveNow() - *m_frozenAt)) : 0s;
}

void OverviewModel::zoom(double oldestSecondsAgo, double newestSecondsAgo)
{
    const double newest = std::max(0.0, std::floor(newestSecondsAgo));
    const double oldest = std::ceil(oldestSecondsAgo);
    if (!hasSamples() || !(oldest - newest >= shortestZoom))
        return;
    freeze();
    m_zoomed = true;
    m_oldest = oldest;
    m_newest = newest;
    rebuild();
}

bool OverviewModel::isOverdue() const
{
    return hasSamples() && m_clock.now() - m_sampleAt > sampleIsLate;
}

double OverviewModel::liveNow() const
{
    if (!hasSamples())
        return 0;
    const double late = isOverdue() ? Seconds(m_clock.now() - m_sampleAt).count() : 0;
    return m_buffer.newest().position + late;
}

double OverviewModel::now() const
{
    return m_frozenAt.value_or(liveNow());
}

void OverviewModel::rebuild()
{
    const double length = bucketLength(m_oldest - m_newest);
    m_buckets.rebuild(m_buffer, now() - m_oldest - 2 * length, length);
}

// Before the first connection of a run the database was not lost, only not there yet.
void OverviewModel::noteOutage(std::size_t index)
{
    const Sample &before = m_buffer.at(index - 1).sample;
    const PlacedSample &after = m_buffer.at(index);
    const bool isBack = after.sample.databaseReachable;
    const bool isAway = !m_outages.empty() && m_outages.back().tone == Tone::Error;
    const bool isLost = !isBack && before.databaseReachable && !after.sample.startsRun;
    if (!isLost && !(isBack && isAway))
        return;
    const QString name = isBack ? Words::tr("database reachable again") : Words::tr("database not reachable");
    m_outages.push_back({after.position, name, isBack ? Tone::Ok : Tone::Error, name});
    if (m_outages.size() > mostMarks)
        m_outages.pop_front();
}

void OverviewModel::noteOutages()
{
    m_outages.clear();
    for (std::size_t i = 1; i < m_buffer.size(); ++i)
        noteOutage(i);
}

TileTexts OverviewModel::tiles() const
{
    if (!m_stats)
        return unknownTileTexts();
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - m_statsAt);
    return tileTexts(*m_stats, m_buffer.hitRate(hitRateWindow), since);
}

std::vector<ChartMark> OverviewModel::chartMarks() const
{
    std::vector<ChartMark> shown;
    if (m_buffer.isEmpty())
        return shown;
    const double first = now() - m_oldest;
    const double last = now() - m_newest;
    const auto show = [&](const ChartMark &mark) {
        if (mark.time >= first && mark.time <= last)
            shown.push_back(mark);
    };
    const auto gather = [&](const Marks &marks) {
        for (const Mark &mark : marks)
            show({m_buffer.positionOf(mark.time), mark.text, mark.tone, mark.name});
    };
    std::for_each(m_outages.begin(), m_outages.end(), show);
    gather(m_marks);
    const std::size_t important = shown.size();
    gather(m_routine);
    if (shown.size() > mostMarksShown)
        shown.resize(important);
    std::sort(shown.begin(), shown.end(), [](const ChartMark &a, const ChartMark &b) { return a.time < b.time; });
    return shown;
}

std::vector<const ChartBucket *> OverviewModel::visibleBuckets() const
{
    std::vector<const ChartBucket *> visible;
    const double right = now();
    // One more on the left, so that lines come from outside the frame.
    std::size_t index = m_buckets.firstAfter(right - m_oldest);
    index = index > 0 ? index - 1 : 0;
    for (; index < m_buckets.buckets().size() && m_buckets.buckets()[index].position <= right; ++index)
        visible.push_back(&m_buckets.buckets()[index]);
    return visible;
}

ChartsPicture OverviewModel::picture() const
{
    const auto buckets = visibleBuckets();
    const auto simulated = m_stats ? m_stats->database.simulatedLatency : 0ms;
    ChartsPicture picture;
    picture.entries = entriesContent(buckets);
    picture.hitRate = hitRateContent(buckets);
    picture.latency = latencyContent(buckets, simulated);
    picture.traffic = trafficContent(buckets);
    for (ChartContent *content : {&picture.entries, &picture.hitRate, &picture.latency, &picture.traffic})
        content->data.now = now();
    picture.marks = chartMarks();
    picture.oldest = std::chrono::seconds(std::llround(m_oldest));
    picture.newest = std::chrono::seconds(std::llround(m_newest));
    picture.secondsPerPoint = m_buckets.secondsPerBucket();
    picture.maximumGap = maximumGap(buckets, picture.secondsPerPoint);
    return picture;
}

// Of the distances between points the longest that is not yet a gap: points are as far apart as slices or, where these
// are longer, as samples.
std::chrono::seconds OverviewModel::maximumGap(const std::vector<const ChartBucket *> &buckets, double secondsPerPoint)
{
    double distance = secondsPerPoint;
    for (const ChartBucket *bucket : buckets)
        distance = std::max(distance, bucket->secondsPerSample);
    return std::chrono::seconds(std::llround(std::max(3.0, 2.5 * distance)));
}

WallTime OverviewModel::timeAt(double secondsAgo) const
{
    return m_buffer.timeAt(now() - secondsAgo);
}

} // namespace hearth
