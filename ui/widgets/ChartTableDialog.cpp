// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChartTableDialog.h"

#include "ui/widgets/VisibleText.h"

#include <QAbstractTableModel>
#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

namespace hearth {

namespace {

using Formatter = std::function<QString(double)>;

class ValuesModel final : public QAbstractTableModel
{
public:
    ValuesModel(TimeSeriesData data, std::vector<SeriesSpec> specs, Formatter formatValue, Formatter formatTime,
                QObject *parent)
        : QAbstractTableModel(parent)
        , m_data(std::move(data))
        , m_specs(std::move(specs))
        , m_formatValue(std::move(formatValue))
        , m_formatTime(std::move(formatTime))
    {
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
        if (role == Qt::TextAlignmentRole)
            return QVariant(Qt::AlignVCenter | Qt::AlignRight);
        if (role != Qt::DisplayRole)
            return {};
        const std::size_t sample = m_data.times.size() - 1 - static_cast<std::size_t>(index.row());
        if (index.column() == 0)
            return m_formatTime(m_data.now - m_data.times[sample]);
        const auto row = static_cast<std::size_t>(index.column() - 1);
        const bool known =
            row < m_data.values.size() && sample < m_data.values[row].size() && !std::isnan(m_data.values[row][sample]);
        return known ? m_formatValue(m_data.values[row][sample]) : tr("no data");
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
    TimeSeriesData m_data;
    std::vector<SeriesSpec> m_specs;
    Formatter m_formatValue;
    Formatter m_formatTime;
};

} // namespace

ChartTableDialog::ChartTableDialog(const QString &title, const TimeSeriesData &values,
                                   const std::vector<SeriesSpec> &specs, const Formatter &formatValue,
                                   const Formatter &formatTime, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("%1: values").arg(visibleText(title)));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *table = new QTableView(this);
    table->setObjectName(QStringLiteral("values"));
    table->setAccessibleName(tr("%1, values, newest first").arg(visibleText(title)));
    table->setModel(new ValuesModel(values, specs, formatValue, formatTime, table));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setWordWrap(false);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + space::s);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->horizontalHeader()->setHighlightSections(false);
    if (table->model()->rowCount() > 0)
        table->setCurrentIndex(table->model()->index(0, 0));

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *copy = buttons->addButton(tr("Copy all"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(asText()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(table, 1);
    layout->addWidget(buttons);
    const int column = table->fontMetrics().averageCharWidth() * 18;
    resize(std::min(960, column * table->model()->columnCount() + 60), 480);
    table->setFocus();
}

QString ChartTableDialog::asText() const
{
    const QAbstractItemModel &model = *findChild<QTableView *>()->model();
    QString text;
    for (int row = -1; row < model.rowCount(); ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            if (column > 0)
                text += QLatin1Char('\t');
            text += row < 0 ? model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()
                            : model.index(row, column).data().toString();
        }
        text += QLatin1Char('\n');
    }
    return text;
}

} // namespace hearth
