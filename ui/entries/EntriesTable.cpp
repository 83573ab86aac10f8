// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesTable.h"

#include "ui/dialogs/NodeText.h"
#include "ui/entries/EntriesDelegate.h"
#include "ui/entries/EntriesHeader.h"
#include "ui/entries/EntriesModel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Csv.h"

#include <QEvent>
#include <QHeaderView>
#include <QResizeEvent>
#include <QScrollBar>

#include <algorithm>
#include <array>
#include <utility>

namespace hearth {

EntriesTable::EntriesTable(EntriesModel &model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
{
    setModel(&model);
    setItemDelegate(new EntriesDelegate(this));
    setAccessibleName(tr("Cached users"));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setMouseTracking(false);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setHorizontalHeader(new EntriesHeader(this));
    horizontalHeader()->setSectionsClickable(true);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(40);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    // Always there: a scroll bar that comes and goes would move the columns.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    // With nothing to scroll its room stays empty.
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this,
            [this](int least, int most) { verticalScrollBar()->setEnabled(most > least); });
    horizontalHeader()->setSortIndicator(EntriesModel::User, Qt::AscendingOrder);
    setSortingEnabled(true);
    fitColumns();

    connect(&model, &EntriesModel::aboutToMerge, this, &EntriesTable::remember);
    connect(&model, &EntriesModel::merged, this, &EntriesTable::restore);
    connect(this, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (m_model.isLoaded(index.row()))
            Q_EMIT userActivated(m_model.entry(index.row()).identity);
    });
}

// What a column needs at least, and what it would like, by the font and what stands in it.
EntriesTable::ColumnWidths EntriesTable::widthsOf(int column) const
{
    constexpr int room = 2 * space::s + 4;
    constexpr int sortArrow = 16;
    constexpr int dot = 14;
    const QFontMetrics metrics(font());
    const auto widths = [&](const QString &narrow, const QString &wide, int more = 0, int moreWide = 0) {
        const QString title = m_model.headerData(column, Qt::Horizontal).toString();
        const int least = metrics.horizontalAdvance(title) + sortArrow;
        return ColumnWidths{std::max(metrics.horizontalAdvance(narrow) + more, least) + room,
                            std::max(metrics.horizontalAdvance(wide) + std::max(more, moreWide), least) + room};
    };
    switch (column) {
    case EntriesModel::User:
        return {148, 240};
    case EntriesModel::LanguageName:
        return widths(QStringLiteral("Spanish"), languageText("pt"));
    case EntriesModel::VoiceName:
        return widths(QStringLiteral("Pandora"), QStringLiteral("aura-2-thalia-en"));
    case EntriesModel::State:
        return widths(tr("expired"), tr("expired"), dot);
    case EntriesModel::TimeToLive:
        return widths(EntriesModel::shortAgoText(QStringLiteral("00:00")),
                      EntriesModel::shortAgoText(QStringLiteral("00:00")), 38, 96);
    case EntriesModel::Hits:
        return widths(QStringLiteral("88,888"), QStringLiteral("8,888,888"));
    case EntriesModel::Source:
        return widths(QStringLiteral("database"), QStringLiteral("database"));
    case EntriesModel::Load:
        return widths(QStringLiteral("888 ms"), QStringLiteral("888 ms"));
    default:
        return {};
    }
}

// No column is squeezed until it says nothing: where there is too little room for all, the least important ones go
// (the profile beside the table has them); where there is more, each gets what it wishes, in this order, and the
// users the rest.
void EntriesTable::fitColumns()
{
    if (const int height = LinedDelegate::rowHeight(font()); verticalHeader()->defaultSectionSize() != height)
        verticalHeader()->setDefaultSectionSize(height); // which looks at all rows
    std::array<ColumnWidths, EntriesModel::ColumnCount> widths;
    int needed = 0;
    for (int column = 0; column < EntriesModel::ColumnCount; ++column) {
        widths[static_cast<std::size_t>(column)] = widthsOf(column);
        needed += widths[static_cast<std::size_t>(column)].least;
    }
    const int available = viewport()->width();
    for (const int column : {EntriesModel::Load, EntriesModel::Source, EntriesModel::VoiceName, EntriesModel::Hits}) {
        const bool isHidden = needed > available;
        setColumnHidden(column, isHidden);
        if (isHidden)
            needed -= widths[static_cast<std::size_t>(column)].least;
    }
    int spare = std::max(available - needed, 0);
    for (const int column :
         {EntriesModel::User, EntriesModel::VoiceName, EntriesModel::TimeToLive, EntriesModel::LanguageName,
          EntriesModel::Hits, EntriesModel::State, EntriesModel::Source, EntriesModel::Load}) {
        if (isColumnHidden(column))
            continue;
        const ColumnWidths &width = widths[static_cast<std::size_t>(column)];
        const int more = std::min(width.wished - width.least, spare);
        setColumnWidth(column, width.least + more);
        spare -= more;
    }
    const QFontMetrics metrics(font());
    const int wholeWords = metrics.horizontalAdvance(tr("expired %1 ago").arg(QStringLiteral("00:00"))) -
                           metrics.horizontalAdvance(EntriesModel::shortAgoText(QStringLiteral("00:00")));
    const int more = std::clamp(spare, 0, wholeWords);
    setColumnWidth(EntriesModel::TimeToLive, columnWidth(EntriesModel::TimeToLive) + more);
    setColumnWidth(EntriesModel::User, columnWidth(EntriesModel::User) + spare - more);
}

std::size_t EntriesTable::selectedCount() const
{
    if (m_isAllSelected)
        return m_model.matching();
    std::size_t count = 0;
    for (const QItemSelectionRange &range : selectionModel()->selection())
        count += static_cast<std::size_t>(range.height());
    return count;
}

SelectedUsers EntriesTable::selectedUsers() const
{
    if (!m_isAllSelected)
        return m_selected;
    SelectedUsers loaded;
    loaded.note(selectionModel()->selection(), m_model);
    return loaded;
}

std::vector<std::string> EntriesTable::selectedIdentities() const
{
    return selectedUsers().names(selectionModel()->selection());
}

std::vector<RowRange> EntriesTable::unseenSelected() const
{
    return selectedUsers().unknown(selectionModel()->selection());
}

std::vector<RowRange> EntriesTable::selectedRanges() const
{
    return rangesOf(selectionModel()->selection());
}

std::string EntriesTable::currentIdentity() const
{
    const int row = currentIndex().row();
    return currentIndex().isValid() && m_model.isLoaded(row) ? m_model.entry(row).identity : std::string();
}

RowRange EntriesTable::visibleRows() const
{
    const int first = rowAt(0);
    if (first < 0)
        return {0, -1};
    const int last = rowAt(viewport()->height() - 1);
    return {first, last < 0 ? m_model.rowCount() - 1 : last};
}

void EntriesTable::repaintCountdowns()
{
    for (const int column : {EntriesModel::State, EntriesModel::TimeToLive})
        viewport()->update(columnViewportPosition(column), 0, columnWidth(column), viewport()->height());
}

void EntriesTable::selectAll()
{
    m_isSelectingAll = true;
    QTableView::selectAll();
    m_isSelectingAll = false;
    m_isAllSelected = m_model.rowCount() > 0;
    m_selected.clear();
    Q_EMIT selectionMoved();
}

QModelIndex EntriesTable::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    const bool isToAnEnd = action == MoveHome || action == MoveEnd;
    return QTableView::moveCursor(action, isToAnEnd ? modifiers | Qt::ControlModifier : modifiers);
}

void EntriesTable::scrollContentsBy(int dx, int dy)
{
    QTableView::scrollContentsBy(dx, dy);
    if (dy != 0)
        Q_EMIT viewMoved();
}

void EntriesTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    if (m_isMerging || m_isSelectingAll)
        return; // told of when it is done
    m_selected.forget(deselected);
    m_selected.note(std::exchange(m_isAllSelected, false) ? selectionModel()->selection() : selected, m_model);
    Q_EMIT selectionMoved();
}

void EntriesTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (m_isMerging)
        return;
    m_currentIdentity = currentIdentity();
    m_isCurrentUnseen = current.isValid() && m_currentIdentity.empty();
    if (!m_currentIdentity.empty())
        Q_EMIT currentUserChanged(m_currentIdentity);
}

void EntriesTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitColumns();
}

void EntriesTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitColumns();
    if (event->size().height() != event->oldSize().height())
        Q_EMIT viewMoved();
}

void EntriesTable::remember()
{
    m_isMerging = true;
    setAutoScroll(false); // the picture stays where it is, wherever the cursor's user goes
    m_topIdentity.clear();
    const int row = rowAt(0);
    if (row < 0 || verticalScrollBar()->value() == 0 || !m_model.isLoaded(row))
        return;
    m_topRow = row;
    m_topIdentity = m_model.entry(row).identity;
    m_topOffset = rowViewportPosition(row);
}

void EntriesTable::restore(bool isAnotherList)
{
    restoreSelection(isAnotherList);
    restoreCurrent(isAnotherList);
    if (isAnotherList)
        scrollToTop();
    else
        restoreTop();
    setAutoScroll(true);
    m_isMerging = false;
    Q_EMIT selectionMoved();
    Q_EMIT viewMoved();
    if (m_isCurrentUnseen && !m_currentIdentity.empty()) {
        m_isCurrentUnseen = false;
        Q_EMIT currentUserChanged(m_currentIdentity);
    }
}

void EntriesTable::restoreSelection(bool isAnotherList)
{
    using Command = QItemSelectionModel;
    if (m_isAllSelected) {
        QTableView::selectAll();
        m_isAllSelected = m_model.rowCount() > 0;
    } else if (isAnotherList) {
        selectionModel()->select(m_selected.keepLoaded(m_model), Command::ClearAndSelect);
    } else {
        const SelectedUsers::Change change = m_selected.follow(m_model);
        if (!change.gone.isEmpty())
            selectionModel()->select(change.gone, Command::Deselect);
        if (!change.come.isEmpty())
            selectionModel()->select(change.come, Command::Select);
        m_selected.note(selectionModel()->selection(), m_model);
    }
}

void EntriesTable::restoreCurrent(bool isAnotherList)
{
    if (!currentIndex().isValid())
        return;
    if (m_isCurrentUnseen)
        m_currentIdentity = currentIdentity();
    const int row = m_currentIdentity.empty() ? -1 : m_model.rowOf(m_currentIdentity);
    if (row >= 0 && row != currentIndex().row())
        selectionModel()->setCurrentIndex(m_model.index(row, currentIndex().column()), QItemSelectionModel::NoUpdate);
    else if (row < 0 && isAnotherList)
        selectionModel()->clearCurrentIndex(); // somebody else stands there
}

void EntriesTable::restoreTop()
{
    if (m_topIdentity.empty())
        return;
    const bool isThere = m_model.isLoaded(m_topRow) && m_model.entry(m_topRow).identity == m_topIdentity;
    const int row = isThere ? m_topRow : m_model.rowOf(m_topIdentity);
    if (row < 0)
        return;         // it went: the picture stays where it is
    updateGeometries(); // the scroll bar learns of the rows that came
    verticalScrollBar()->setValue(row * verticalHeader()->defaultSectionSize() - m_topOffset);
}

} // namespace hearth
