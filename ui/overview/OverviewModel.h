// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/telemetry/Event.h"
#include "ui/overview/ChartBuckets.h"
#include "ui/overview/OverviewTiles.h"
#include "ui/overview/SeriesBuffer.h"
#include "ui/widgets/TimeSeriesChart.h"

#include <chrono>
#include <deque>
#include <optional>
#include <vector>

namespace hearth {

// What a chart is to show: its rows and their values.
struct ChartContent {
    std::vector<SeriesSpec> specs;
    TimeSeriesData data;
};

// All four charts at one moment. Times are positions of the SeriesBuffer.
struct ChartsPicture {
    ChartContent entries;
    ChartContent hitRate;
    ChartContent latency;
    ChartContent traffic;
    std::vector<ChartMark> marks;
    std::chrono::seconds oldest{1800}; // of the axis, seconds before its "now"
    std::chrono::seconds newest{0};
    std::chrono::seconds maximumGap{3};
    double secondsPerPoint = 1;
};

// What the overview knows: samples, figures, marks, and which part of them is looked at. Plain values in, plain values
// out, no widgets. Not synchronized. Ownership: borrows the clock, which must outlive it.
class OverviewModel
{
public:
    explicit OverviewModel(const Clock &clock);

    void takeSample(const Sample &sample, const Stats &stats);
    void takePast(const std::vector<Sample> &samples);
    void takeStats(const Stats &stats);
    void takeEvent(const Event &event);
    // What happened before, in any order; what is known already stays once.
    void takePastEvents(const std::vector<Event> &events);
    // Another node, or the same one started again: nothing of before counts.
    void restart();

    void setWindow(std::chrono::seconds window);
    std::chrono::seconds window() const { return m_window; }
    // The picture stands still while recording goes on.
    void freeze();
    void backToNow();
    bool isFrozen() const { return m_frozenAt.has_value(); }
    std::chrono::seconds sinceFrozen() const;
    // Looks at a part of the picture, which therefore freezes.
    void zoom(double oldestSecondsAgo, double newestSecondsAgo);
    bool isZoomed() const { return m_zoomed; }

    // No sample for longer than usual: the right edge moves on without one.
    bool isOverdue() const;
    bool hasSamples() const { return !m_buffer.isEmpty(); }
    const SeriesBuffer &buffer() const { return m_buffer; }
    TileTexts tiles() const;
    ChartsPicture picture() const;
    // The slices of the picture, oldest first; the first one may end before its left edge.
    std::vector<const ChartBucket *> visibleBuckets() const;
    // The wall clock so many seconds before the picture's right edge.
    WallTime timeAt(double secondsAgo) const;

private:
    struct Mark {
        WallTime time;
        QString name;
        QString text;
        Tone tone = Tone::Neutral;
        std::uint64_t event = 0; // its number; 0: none
    };
    using Marks = std::deque<Mark>; // oldest first

    static void add(Marks &marks, Mark mark);

    double now() const; // the right edge
    double liveNow() const;
    void rebuild();
    void noteOutage(std::size_t index);
    void noteOutages();
    static std::chrono::seconds maximumGap(const std::vector<const ChartBucket *> &buckets, double secondsPerPoint);
    std::vector<ChartMark> chartMarks() const;

    const Clock &m_clock;
    SeriesBuffer m_buffer;
    ChartBuckets m_buckets; // of the buffer, as far as they are looked at
    std::optional<Stats> m_stats;
    MonotonicTime m_statsAt{};
    MonotonicTime m_sampleAt{};
    Marks m_marks;
    Marks m_routine;                 // cleanups that nobody asked for: left out where there are too many
    std::deque<ChartMark> m_outages; // on the samples that tell of them
    std::chrono::seconds m_window{1800};
    std::optional<double> m_frozenAt;
    double m_oldest = 1800; // what is looked at, seconds before now()
    double m_newest = 0;
    bool m_zoomed = false;
    int m_sinceTrim = 0;
};

} // namespace hearth
