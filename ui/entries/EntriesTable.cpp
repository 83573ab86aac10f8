// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesTable.h"

#include "ui/entries/EntriesCsv.h"
#include "ui/entries/EntriesDelegate.h"
#include "ui/entries/EntriesModel.h"

#include <QEvent>
#include <QHeaderView>
#include <QScrollBar>

#include <algorithm>

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
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(40);
    horizontalHeader()->setSortIndicator(EntriesModel::User, Qt::AscendingOrder);
    setSortingEnabled(true);
    fitColumns();

    connect(&model, &EntriesModel::aboutToMerge, this, &EntriesTable::rememberTop);
    connect(&model, &EntriesModel::merged, this, &EntriesTable::restoreTop);
    connect(this, &QTableView::activated, this,
            [this](const QModelIndex &index) { Q_EMIT userActivated(m_model.entry(index.row()).identity); });
}

// Widths by the font, from what stands in the columns at its widest; the users' column takes the rest.
void EntriesTable::fitColumns()
{
    verticalHeader()->setDefaultSectionSize(LinedDelegate::rowHeight(font()));
    constexpr int room = 22;
    constexpr int sortArrow = 12;
    const QFontMetrics metrics(font());
    const auto setWidth = [&](int column, const QString &widest, int more = 0) {
        const QString title = m_model.headerData(column, Qt::Horizontal).toString();
        const int width = std::max(metrics.horizontalAdvance(widest) + more,
                                   horizontalHeader()->fontMetrics().horizontalAdvance(title) + sortArrow);
        setColumnWidth(column, width + room);
    };
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    horizontalHeader()->setSectionResizeMode(EntriesModel::User, QHeaderView::Stretch);
    setWidth(EntriesModel::LanguageName, QStringLiteral("Spanish"));
    setWidth(EntriesModel::VoiceName, QStringLiteral("Pandora"));
    setWidth(EntriesModel::State, tr("expired"), 14);
    setWidth(EntriesModel::TimeToLive, tr("expired %1 ago").arg(QStringLiteral("00:00")), 56);
    setWidth(EntriesModel::Hits, QStringLiteral("88,888"));
    setWidth(EntriesModel::Source, QStringLiteral("database"));
    setWidth(EntriesModel::Load, QStringLiteral("888 ms"));
}

std::size_t EntriesTable::selectedCount() const
{
    std::size_t count = 0;
    for (const QItemSelectionRange &range : selectionModel()->selection())
        count += static_cast<std::size_t>(range.height());
    return count;
}

std::vector<int> EntriesTable::selectedRows() const
{
    std::vector<int> rows;
    for (const QItemSelectionRange &range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

std::vector<std::string> EntriesTable::selectedIdentities() const
{
    std::vector<std::string> identities;
    for (const int row : selectedRows())
        identities.push_back(m_model.entry(row).identity);
    return identities;
}

QString EntriesTable::selectionAsTsv() const
{
    QStringList lines;
    QStringList cells;
    for (int column = 0; column < EntriesModel::ColumnCount; ++column)
        cells << m_model.headerData(column, Qt::Horizontal).toString();
    lines << cells.join(QLatin1Char('\t'));
    for (const int row : selectedRows()) {
        cells.clear();
        for (int column = 0; column < EntriesModel::ColumnCount; ++column) {
            const QString text = m_model.index(row, column).data().toString();
            cells << QString::fromUtf8(formulaSafe(text.toUtf8()));
        }
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

std::string EntriesTable::currentIdentity() const
{
    return currentIndex().isValid() ? m_model.entry(currentIndex().row()).identity : std::string();
}

int EntriesTable::firstVisibleRow() const
{
    return std::max(rowAt(0), 0);
}

void EntriesTable::repaintCountdowns()
{
    for (const int column : {EntriesModel::State, EntriesModel::TimeToLive})
        viewport()->update(columnViewportPosition(column), 0, columnWidth(column), viewport()->height());
}

void EntriesTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    Q_EMIT selectionMoved();
}

void EntriesTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (!m_isMerging && current.isValid())
        Q_EMIT currentUserChanged(m_model.entry(current.row()).identity);
}

void EntriesTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitColumns();
}

void EntriesTable::rememberTop()
{
    m_isMerging = true;
    m_topIdentity.clear();
    const int row = rowAt(0);
    if (row < 0 || verticalScrollBar()->value() == 0)
        return;
    m_topRow = row;
    m_topIdentity = m_model.entry(row).identity;
    m_topOffset = rowViewportPosition(row);
}

void EntriesTable::restoreTop()
{
    m_isMerging = false;
    Q_EMIT selectionMoved();
    if (m_topIdentity.empty())
        return;
    const bool isThere = m_topRow < m_model.rowCount() && m_model.entry(m_topRow).identity == m_topIdentity;
    const int row = isThere ? m_topRow : m_model.rowOf(m_topIdentity);
    if (row < 0)
        return;         // it went: the picture stays where it is
    updateGeometries(); // the scroll bar learns of the rows that came
    verticalScrollBar()->setValue(row * verticalHeader()->defaultSectionSize() - m_topOffset);
}

} // namespace hearth
