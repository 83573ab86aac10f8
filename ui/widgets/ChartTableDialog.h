// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ChartData.h"

#include <QDialog>

#include <functional>
#include <vector>

class QLabel;
class QTableView;

namespace hearth {

// The values of a chart as a table, newest first: for screen readers, for copying, for exact figures. A click on a
// header sorts, Ctrl+C copies the selected rows. A snapshot: it does not move while it is read. GUI thread only.
class ChartTableDialog final : public QDialog
{
    Q_OBJECT

public:
    // How values are written. Times are given as seconds before the newest moment of the data, so a formatter must
    // still mean the same moment when it is asked: it is asked for all of them at once, in the constructor.
    struct Formatters {
        std::function<QString(double)> value;
        std::function<QString(double)> time;
        std::function<QString(double)> timeTip; // none: no tip
    };

    ChartTableDialog(const QString &title, const TimeSeriesData &values, const std::vector<SeriesSpec> &specs,
                     const Formatters &formatters, QWidget *parent);

    QString asText() const; // all of it as shown, tab separated, with a header

private:
    QString textOf(const QList<int> &rows) const;
    void copyAll();
    void copySelected();
    void copy(const QList<int> &rows);

    QTableView *m_table = nullptr;
    QLabel *m_said = nullptr; // what was copied
};

} // namespace hearth
