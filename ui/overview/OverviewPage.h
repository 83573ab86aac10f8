// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/node/NodeClient.h"
#include "ui/overview/OverviewModel.h"
#include "ui/overview/SaveChartsButton.h"

#include <QWidget>

#include <array>
#include <cstdint>
#include <string>

class QGridLayout;
class QPushButton;
class QTimer;

namespace hearth {

class ElidedLabel;
class OverviewCharts;
class SegmentedControl;
class StatTile;

// How the cache is doing: the figures of now in tiles, the past in four linked charts. Only looks: acting is for
// whoever hears cleanUpRequested(). Redrawn once a second and only while it can be seen; recording goes on meanwhile.
// Space freezes the picture, dragging over a chart looks at that part, Escape or the button goes back to now, Ctrl+S
// saves what is shown.
//
// GUI thread only. Ownership: borrows the node, which must outlive the page.
class OverviewPage final : public QWidget
{
    Q_OBJECT

public:
    explicit OverviewPage(NodeClient &node, QWidget *parent = nullptr);
    ~OverviewPage() override;

    // What a person chose; until then it follows what is recorded: 1, 5, then 30 minutes.
    void setTimeWindow(std::chrono::seconds window);
    std::chrono::seconds timeWindow() const { return m_model.window(); }
    bool isFrozen() const { return m_model.isFrozen(); }

    const OverviewCharts &charts() const { return *m_charts; }
    const StatTile &tile(Tile tile) const { return *m_tiles[static_cast<std::size_t>(tile)]; }

    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void toggleFreeze();
    // What is shown now, as a file; written in the background, told by notify().
    void saveCharts(hearth::ChartsFormat format, const QString &path);

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);
    void cleanUpRequested();
    void timeWindowChosen(std::chrono::seconds window);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void createTiles();
    QWidget *createToolRow();
    void arrangeTiles(int columns);
    void followRecording();
    void applyTimeWindow(std::chrono::seconds window);
    void loadPast();
    void loadPastEvents();
    void takeSample(const Sample &sample, const Stats &stats);
    void tick();
    void refresh();
    void refreshOnce();
    void showTiles();
    void showFreeze();

    NodeClient &m_node;
    const SystemClock m_clock;
    OverviewModel m_model;
    bool m_windowFollows = true;
    std::string m_instanceId;
    std::uint64_t m_pastRequest = 0; // answers to older ones are dropped

    std::array<StatTile *, tileCount> m_tiles{};
    QGridLayout *m_tileGrid = nullptr;
    int m_tileColumns = 0;
    QWidget *m_toolRow = nullptr;
    SegmentedControl *m_windows = nullptr;
    ElidedLabel *m_notice = nullptr;
    QPushButton *m_freeze = nullptr;
    OverviewCharts *m_charts = nullptr;
    QTimer *m_timer = nullptr;
    QTimer *m_turn = nullptr; // Active: drawn already in this turn of the event loop.
    bool m_refreshAgain = false;
};

} // namespace hearth
