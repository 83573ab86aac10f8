// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChartTableDialog.h"

#include "ui/widgets/VisibleText.h"

#include <QAbstractTableModel>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hearth {

namespace {

// A row per moment, newest first. Immutable.
class ValuesModel final : public QAbstractTableModel
{
public:
    static constexpr int SortRole = Qt::UserRole;

    ValuesModel(TimeSeriesData data, std::vector<SeriesSpec> specs, const ChartTableDialog::Formatters &formatters,
                QObject *parent)
        : QAbstractTableModel(parent)
        , m_data(std::move(data))
        , m_specs(std::move(specs))
        , m_formatValue(formatters.value)
    {
        for (const double time : m_data.times) {
            m_times.append(formatters.time(m_data.now - time));
            m_timeTips.append(formatters.timeTip ? plainToolTip(formatters.timeTip(m_data.now - time)) : QString());
        }
    }

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_data.times.size());
    }

    int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_specs.size()) + 1;
    }

    QVariant data(const QModelIndex &index, int role) const override
    {
        if (!index.isValid())
            return {};
        const std::size_t sample = m_data.times.size() - 1 - static_cast<std::size_t>(index.row());
        switch (role) {
        case Qt::TextAlignmentRole:
            return QVariant(Qt::AlignVCenter | Qt::AlignRight);
        case Qt::DisplayRole:
            return index.column() == 0 ? m_times[static_cast<qsizetype>(sample)] : valueText(index.column(), sample);
        case Qt::ToolTipRole:
            return index.column() == 0 ? m_timeTips[static_cast<qsizetype>(sample)] : QString();
        case SortRole: {
            const double raw = index.column() == 0 ? m_data.times[sample] : value(index.column(), sample);
            return std::isnan(raw) ? QVariant() : QVariant(raw);
        }
        default:
            return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal)
            return {};
        if (role == Qt::TextAlignmentRole)
            return QVariant(Qt::AlignVCenter | Qt::AlignRight);
        if (role != Qt::DisplayRole)
            return {};
        return section == 0 ? ChartTableDialog::tr("time") : visibleText(m_specs[std::size_t(section - 1)].name);
    }

private:
    double value(int column, std::size_t sample) const
    {
        const auto row = static_cast<std::size_t>(column - 1);
        const bool known = row < m_data.values.size() && sample < m_data.values[row].size();
        return known ? m_data.values[row][sample] : std::nan("");
    }
    QString valueText(int column, std::size_t sample) const
    {
        const double raw = value(column, sample);
        return std::isnan(raw) ? ChartTableDialog::tr("no data") : m_formatValue(raw);
    }

    TimeSeriesData m_data;
    std::vector<SeriesSpec> m_specs;
    std::function<QString(double)> m_formatValue;
    QStringList m_times; // of the samples
    QStringList m_timeTips;
};

// By number; what has no data stands at the end in either order.
class ValuesOrder final : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override
    {
        const QVariant a = left.data(ValuesModel::SortRole);
        const QVariant b = right.data(ValuesModel::SortRole);
        if (a.isValid() && b.isValid())
            return a.toDouble() < b.toDouble();
        const bool isLast = sortOrder() == Qt::DescendingOrder; // the order is turned around then
        return a.isValid() != b.isValid() && a.isValid() != isLast;
    }
};

// Numbers end where their header's word ends: before the sort indicator, not at the edge.
class NumberDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem cell(option);
        initStyleOption(&cell, index);
        const QStyle *style = cell.widget->style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, cell.widget);
        cell.rect.adjust(0, 0, -space::l, 0);
        style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    }
};

QTableView *makeTable(const QString &title, ValuesModel *values, QWidget *parent)
{
    auto *table = new QTableView(parent);
    table->setObjectName(QStringLiteral("values"));
    table->setAccessibleName(ChartTableDialog::tr("%1, values, newest first").arg(visibleText(title)));
    auto *sorted = new ValuesOrder(table);
    sorted->setSourceModel(values);
    table->setModel(sorted);
    table->setItemDelegate(new NumberDelegate(table));
    table->setSortingEnabled(true);
    table->sortByColumn(0, Qt::DescendingOrder);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setWordWrap(false);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + space::s);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->horizontalHeader()->setHighlightSections(false);
    if (sorted->rowCount() > 0)
        table->setCurrentIndex(sorted->index(0, 0));
    return table;
}

} // namespace

ChartTableDialog::ChartTableDialog(const QString &title, const TimeSeriesData &values,
                                   const std::vector<SeriesSpec> &specs, const Formatters &formatters, QWidget *parent)
    : QDialog(parent)
    , m_said(new QLabel(this))
{
    setWindowTitle(tr("%1: values").arg(visibleText(title)));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *model = new ValuesModel(values, specs, formatters, this);
    m_table = makeTable(title, model, this);
    auto *copyRows = new QAction(tr("Copy the selected rows"), m_table);
    copyRows->setShortcut(QKeySequence::Copy);
    copyRows->setShortcutContext(Qt::WidgetShortcut);
    connect(copyRows, &QAction::triggered, this, &ChartTableDialog::copySelected);
    m_table->addAction(copyRows);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_said->setTextFormat(Qt::PlainText);
    m_said->setObjectName(QStringLiteral("said"));
    m_said->setText(tr("%1 rows · a click on a header sorts, Ctrl+C copies the selected rows").arg(model->rowCount()));
    setQuiet(*m_said);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *copyButton = buttons->addButton(tr("Copy all"), QDialogButtonBox::ActionRole);
    copyButton->setAutoDefault(false);
    connect(copyButton, &QPushButton::clicked, this, &ChartTableDialog::copyAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_said);
    layout->addWidget(buttons);
    const int column = m_table->fontMetrics().averageCharWidth() * 18;
    resize(std::clamp(column * model->columnCount() + 60, 520, 960), 480);
    m_table->setFocus();
}

QString ChartTableDialog::textOf(const QList<int> &rows) const
{
    const QAbstractItemModel &model = *m_table->model();
    const auto line = [&model](const auto &cell) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << cell(column);
        return cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    };
    QString text = line([&model](int column) { return model.headerData(column, Qt::Horizontal).toString(); });
    for (const int row : rows)
        text += line([&model, row](int column) { return model.index(row, column).data().toString(); });
    return text;
}

QString ChartTableDialog::asText() const
{
    QList<int> all(m_table->model()->rowCount());
    std::iota(all.begin(), all.end(), 0);
    return textOf(all);
}

void ChartTableDialog::copy(const QList<int> &rows)
{
    QApplication::clipboard()->setText(textOf(rows));
    m_said->setText(rows.size() == 1 ? tr("Copied 1 row.") : tr("Copied %1 rows.").arg(rows.size()));
}

void ChartTableDialog::copyAll()
{
    QList<int> all(m_table->model()->rowCount());
    std::iota(all.begin(), all.end(), 0);
    copy(all);
}

void ChartTableDialog::copySelected()
{
    QList<int> rows;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    if (!rows.isEmpty())
        copy(rows);
}

} // namespace hearth
