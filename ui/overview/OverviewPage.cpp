// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/OverviewPage.h"

#include "core/node/OnAnswer.h"
#include "ui/overview/ChartsExport.h"
#include "ui/overview/OverviewCharts.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/FileSaving.h"
#include "ui/widgets/SegmentedControl.h"
#include "ui/widgets/StatTile.h"

#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

constexpr std::size_t wholePast = 24 * 3600;
constexpr int tilesAbreast = 7;
constexpr int tilesAbreastWhenNarrow = 4;

struct WindowChoice {
    std::chrono::seconds length;
    const char *text;
};
constexpr std::array<WindowChoice, 5> windowChoices{{{1min, QT_TRANSLATE_NOOP("hearth::OverviewPage", "1 min")},
                                                     {5min, QT_TRANSLATE_NOOP("hearth::OverviewPage", "5 min")},
                                                     {30min, QT_TRANSLATE_NOOP("hearth::OverviewPage", "30 min")},
                                                     {6h, QT_TRANSLATE_NOOP("hearth::OverviewPage", "6 h")},
                                                     {24h, QT_TRANSLATE_NOOP("hearth::OverviewPage", "24 h")}}};

constexpr std::chrono::seconds longestFollowed = 30min;

// Asked for one by one: of all kinds together the newest would be profiles that were cached, hundreds a second.
constexpr std::array markedKinds{EventKind::Cleanup, EventKind::Warm, EventKind::Expired, EventKind::Settings,
                                 EventKind::Traffic};
constexpr std::size_t pastEventsOfAKind = 1'000;

constexpr double pictureScale = 2; // of a saved PNG

QDateTime dateTime(WallTime time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count());
}

// The segments show what was decided elsewhere: nobody chose anything.
void selectSilently(SegmentedControl &segments, int index)
{
    const QSignalBlocker silence(segments);
    segments.setCurrentIndex(index);
}

} // namespace

OverviewPage::OverviewPage(NodeClient &node, QWidget *parent)
    : QWidget(parent)
    , m_node(node)
    , m_model(m_clock)
    , m_tileGrid(new QGridLayout)
    , m_timer(new QTimer(this))
    , m_turn(new QTimer(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Overview"));
    setAccessibleDescription(tr("Figures and charts. Space freezes the picture."));
    createTiles();
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_charts = new OverviewCharts(scroll->viewport()); // at once where it stays: moving a tree styles all of it anew
    scroll->setWidget(m_charts);
    // The ground of the window, not that of lists.
    scroll->viewport()->setAutoFillBackground(false);
    m_charts->setAutoFillBackground(false);

    auto *layout = new QVBoxLayout(this);
    layout->setSizeConstraint(QLayout::SetNoConstraint);
    layout->setContentsMargins(space::l, space::m, space::l, space::m);
    layout->setSpacing(space::s + 2);
    layout->addLayout(m_tileGrid);
    m_toolRow = createToolRow();
    layout->addWidget(m_toolRow);
    layout->addWidget(scroll, 1);

    m_charts->setTimeFormatter(
        [this](double secondsAgo) { return dateTime(m_model.timeAt(secondsAgo)).toString(u"HH:mm:ss"_s); });
    m_charts->setTableTimeFormatters(
        [this](double secondsAgo) {
            return QLocale().toString(dateTime(m_model.timeAt(secondsAgo)), u"d MMM, HH:mm:ss"_s);
        },
        [this](double secondsAgo) {
            return dateTime(m_model.timeAt(secondsAgo)).toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s) + u" UTC"_s;
        });
    connect(m_charts, &OverviewCharts::rangeSelected, this, [this](double oldest, double newest) {
        m_model.zoom(oldest, newest);
        refresh();
    });
    connect(&m_node, &NodeClient::sampled, this, &OverviewPage::takeSample);
    connect(&m_node, &NodeClient::eventHappened, this, [this](const Event &event) { m_model.takeEvent(event); });
    connect(&m_node, &NodeClient::databaseChanged, this, [this] {
        m_model.takeStats(m_node.stats());
        if (isVisible())
            showTiles();
    });
    m_timer->setInterval(1s);
    connect(m_timer, &QTimer::timeout, this, &OverviewPage::tick);
    m_turn->setInterval(0ms);
    m_turn->setSingleShot(true);
    connect(m_turn, &QTimer::timeout, this, [this] {
        if (std::exchange(m_refreshAgain, false))
            refresh();
    });

    m_instanceId = m_node.info().instanceId;
    if (m_node.link().state == LinkState::Connected)
        m_model.takeStats(m_node.stats()); // else nothing is known yet, and nothing is not zero
    applyTimeWindow(windowChoices.front().length);
    loadPast();
}

OverviewPage::~OverviewPage() = default;

void OverviewPage::createTiles()
{
    m_tileGrid->setSpacing(space::s + 2);
    for (std::size_t i = 0; i < tileCount; ++i)
        m_tiles[i] = new StatTile(tileLabel(static_cast<Tile>(i)), this);
    StatTile *cleanup = m_tiles[static_cast<std::size_t>(Tile::NextCleanup)];
    cleanup->setClickable(true);
    connect(cleanup, &StatTile::clicked, this, &OverviewPage::cleanUpRequested);
    arrangeTiles(tilesAbreast);
}

QWidget *OverviewPage::createToolRow()
{
    auto *row = new QWidget(this);
    auto *label = new QLabel(tr("Window"), row);
    setQuiet(*label);
    m_windows = new SegmentedControl(tr("Window"), row);
    for (const WindowChoice &choice : windowChoices)
        m_windows->addSegment(tr(choice.text), QVariant::fromValue<qlonglong>(choice.length.count()));
    connect(m_windows, &SegmentedControl::currentChanged, this,
            [this] { setTimeWindow(std::chrono::seconds(m_windows->currentData().toLongLong())); });

    m_notice = new ElidedLabel(row);
    m_notice->setQuietText(true);
    m_freeze = new QPushButton(row);
    setButtonIcon(*m_freeze, icon(Glyph::Pause, Tint::Quiet));
    connect(m_freeze, &QPushButton::clicked, this, &OverviewPage::toggleFreeze);
    auto *save = new SaveChartsButton(row);
    connect(save, &SaveChartsButton::fileChosen, this, &OverviewPage::saveCharts);

    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(label);
    layout->addWidget(m_windows);
    layout->addWidget(m_notice, 1);
    layout->addWidget(m_freeze);
    layout->addWidget(save);
    showFreeze();
    return row;
}

void OverviewPage::arrangeTiles(int columns)
{
    if (columns == m_tileColumns)
        return;
    m_tileColumns = columns;
    for (int i = 0; i < static_cast<int>(tileCount); ++i) {
        StatTile *tile = m_tiles[static_cast<std::size_t>(i)];
        m_tileGrid->removeWidget(tile);
        m_tileGrid->addWidget(tile, i / columns, i % columns);
    }
    for (int column = 0; column < tilesAbreast; ++column)
        m_tileGrid->setColumnStretch(column, column < columns ? 1 : 0);
}

void OverviewPage::setTimeWindow(std::chrono::seconds window)
{
    m_windowFollows = false;
    if (window == m_model.window())
        return;
    applyTimeWindow(window);
    Q_EMIT timeWindowChosen(window);
}

// Until a person chooses, the window is the longest, up to half an hour, of which two fifths are recorded: a program
// that has just started shows its seconds, not a line at the edge of an empty chart.
void OverviewPage::followRecording()
{
    const SeriesBuffer &recorded = m_model.buffer();
    if (!m_windowFollows || recorded.isEmpty() || m_model.isFrozen())
        return;
    const double newest = recorded.newest().position;
    const double followed = std::chrono::duration<double>(longestFollowed).count();
    const double seconds = newest - recorded.at(recorded.firstAfter(newest - followed)).position;
    const auto isFilled = [seconds](const WindowChoice &choice) {
        return choice.length <= longestFollowed && seconds >= static_cast<double>(choice.length.count()) * 0.4 - 1;
    };
    auto chosen = windowChoices.begin();
    for (auto choice = windowChoices.begin(); choice != windowChoices.end(); ++choice) {
        if (isFilled(*choice))
            chosen = choice;
    }
    if (chosen->length != m_model.window())
        applyTimeWindow(chosen->length);
}

void OverviewPage::applyTimeWindow(std::chrono::seconds window)
{
    m_model.setWindow(window);
    for (std::size_t i = 0; i < windowChoices.size(); ++i) {
        if (windowChoices[i].length == window)
            selectSilently(*m_windows, static_cast<int>(i));
    }
    refresh();
}

void OverviewPage::loadPast()
{
    const std::uint64_t request = ++m_pastRequest;
    onAnswer(m_node.samples(0, wholePast), this, [this, request](const Result<std::vector<Sample>> &past) {
        if (request != m_pastRequest)
            return; // the node started again meanwhile
        if (past)
            m_model.takePast(*past);
        followRecording();
        const bool isSaid = m_node.link().state != LinkState::Connected; // across the page, and why
        m_notice->setText(
            past || isSaid
                ? QString()
                : tr("What was recorded before is not shown: %1").arg(QString::fromStdString(past.error().detail)));
        refresh();
    });
    loadPastEvents();
}

// Marks of before this page was there. Without them the charts are still right, so a failure is not worth a word.
void OverviewPage::loadPastEvents()
{
    for (const EventKind kind : markedKinds) {
        EventsQuery query;
        query.kind = kind;
        query.limit = pastEventsOfAKind;
        onAnswer(m_node.events(query), this, [this, request = m_pastRequest](const Result<std::vector<Event>> &past) {
            if (request != m_pastRequest || !past)
                return;
            m_model.takePastEvents(*past);
            refresh();
        });
    }
}

void OverviewPage::takeSample(const Sample &sample, const Stats &stats)
{
    const std::string instanceId = m_node.info().instanceId;
    if (instanceId != m_instanceId) {
        m_instanceId = instanceId;
        m_model.restart();
        loadPast();
    }
    m_model.takeSample(sample, stats);
    followRecording();
    refreshOnce();
}

// A node that was lost tells what was missed, up to an hour of samples, at once: the first and the last are drawn.
void OverviewPage::refreshOnce()
{
    m_refreshAgain = m_turn->isActive();
    if (m_refreshAgain)
        return;
    refresh();
    m_turn->start();
}

void OverviewPage::tick()
{
    if (m_model.isOverdue())
        refresh();
    else
        showTiles();
}

void OverviewPage::refresh()
{
    if (!isVisible())
        return;
    showTiles();
    showFreeze();
    m_charts->showPicture(m_model.picture());
}

void OverviewPage::showTiles()
{
    const TileTexts texts = m_model.tiles();
    for (std::size_t i = 0; i < tileCount; ++i) {
        StatTile &tile = *m_tiles[i];
        const TileText &text = texts[i];
        const QFontMetrics metrics(textFont(TextRole::Small));
        const bool fits = metrics.horizontalAdvance(text.subline) <= tile.width() - 2 * space::m;
        tile.setValue(text.value);
        tile.setTone(text.tone);
        tile.setSubline(fits || text.shortSubline.isEmpty() ? text.subline : text.shortSubline);
        if (tile.accessibleDescription() != text.explanation)
            tile.setExplanation(text.explanation);
    }
}

void OverviewPage::showFreeze()
{
    const bool frozen = m_model.isFrozen();
    const QString text = frozen ? tr("+%1 s, back to now").arg(m_model.sinceFrozen().count()) : tr("Freeze");
    if (m_freeze->text() == text)
        return;
    m_freeze->setText(text);
    // Wide enough for an hour, so that the seconds do not move it.
    const QFontMetrics metrics(m_freeze->font());
    m_freeze->setMinimumWidth(frozen ? metrics.horizontalAdvance(tr("+%1 s, back to now").arg(9999)) + 4 * space::m
                                     : 0);
    setButtonIcon(*m_freeze, icon(frozen ? Glyph::Play : Glyph::Pause, frozen ? Tint::OnAccent : Tint::Quiet));
    setButtonRole(*m_freeze, frozen ? ButtonRole::Accent : ButtonRole::Normal);
    m_freeze->setToolTip(frozen ? tr("Recording went on meanwhile (Space or Escape)")
                                : tr("The charts stand still, recording goes on (Space)"));
}

void OverviewPage::toggleFreeze()
{
    if (m_model.isFrozen())
        m_model.backToNow();
    else
        m_model.freeze();
    refresh();
}

void OverviewPage::saveCharts(ChartsFormat format, const QString &path)
{
    m_charts->showPicture(m_model.picture());
    std::function<QByteArray()> contents;
    switch (format) {
    case ChartsFormat::Png:
        contents = [drawing = chartsDrawing(*m_charts, chartsCaption(m_node.info(), m_model))] {
            return chartsPng(drawing, pictureScale);
        };
        break;
    case ChartsFormat::Svg:
        contents = [drawing = chartsDrawing(*m_charts, chartsCaption(m_node.info(), m_model))] {
            return chartsSvg(drawing);
        };
        break;
    case ChartsFormat::Csv:
        contents = [rows = chartsRows(m_model)] { return chartsCsv(rows); };
        break;
    }
    onAnswer(saveInBackground(path, std::move(contents)), this, [this, path](const Result<void> &saved) {
        if (saved)
            Q_EMIT notify(tr("Saved the charts to %1.").arg(path), Tone::Ok);
        else
            Q_EMIT notify(QString::fromStdString(saved.error().detail), Tone::Error);
    });
}

void OverviewPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    // Space is the page's, unless somebody chose a control.
    if (!window()->focusWidget())
        setFocus(Qt::OtherFocusReason);
    m_timer->start();
    refresh();
}

void OverviewPage::hideEvent(QHideEvent *event)
{
    m_timer->stop();
    QWidget::hideEvent(event);
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Below that sub-lines would be cut.
    const int needed = tilesAbreast * (m_tiles[0]->sizeHint().width() * 9 / 10) +
                       (tilesAbreast - 1) * m_tileGrid->horizontalSpacing() + 2 * space::l;
    arrangeTiles(event->size().width() < needed ? tilesAbreastWhenNarrow : tilesAbreast);
    if (isVisible())
        showTiles();
}

QSize OverviewPage::minimumSizeHint() const
{
    // That of the narrow arrangement, also while the wide one is shown: else the page could never become narrow.
    const int tiles = tilesAbreastWhenNarrow * m_tiles[0]->minimumSizeHint().width() +
                      (tilesAbreastWhenNarrow - 1) * m_tileGrid->horizontalSpacing();
    const int width = std::max(tiles, m_toolRow->minimumSizeHint().width()) + 2 * space::l;
    return {width, QWidget::minimumSizeHint().height()};
}

void OverviewPage::keyPressEvent(QKeyEvent *event)
{
    const bool plain = event->modifiers() == Qt::NoModifier && !event->isAutoRepeat();
    if (plain && event->key() == Qt::Key_Space) {
        toggleFreeze();
        return;
    }
    if (plain && event->key() == Qt::Key_Escape && m_model.isFrozen()) {
        toggleFreeze();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace hearth
