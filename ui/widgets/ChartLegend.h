// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ChartData.h"

#include <QWidget>

#include <vector>

namespace hearth {

// The legend of a chart: a colour mark (dashed where the line is), the name, the value. Wraps into lines; the room of a
// value only ever grows, so that nothing jumps. GUI thread only.
class ChartLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit ChartLegend(QWidget *parent = nullptr);

    void setSpecs(const std::vector<SeriesSpec> &specs);
    void setValues(const std::vector<QString> &values); // one per spec
    void setLeastHeight(int height);                    // also of a legend that needs less
    QString text() const;                               // "active 12,410, expired 318"
    void paintItems(QPainter &painter) const;           // in this widget's coordinates; also for a file

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override; // what it needs, whatever the least is

Q_SIGNALS:
    void heightNeededChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Item {
        SeriesSpec spec;
        QString value;
        int valueWidth = 0; // reserved
    };
    int itemWidth(const Item &item) const;
    std::vector<QPoint> positions(int width) const;
    int lineHeight() const;
    void fitHeight();
    void paintItem(QPainter &painter, const Item &item, const QPoint &position) const;

    std::vector<Item> m_items;
    int m_leastHeight = 0;
    int m_neededHeight = 0;
};

} // namespace hearth
