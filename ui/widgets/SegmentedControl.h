// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariant>
#include <QWidget>

#include <vector>

class QAbstractButton;
class QButtonGroup;

namespace hearth {

// One of a few, all of them visible: "1 min  5 min  30 min". Arrow keys move. GUI thread only.
class SegmentedControl final : public QWidget
{
    Q_OBJECT

public:
    explicit SegmentedControl(const QString &accessibleName, QWidget *parent = nullptr);

    int addSegment(const QString &label, const QVariant &userData = {}); // Returns: its index. The first is current.
    int count() const { return static_cast<int>(m_buttons.size()); }
    int currentIndex() const;
    QVariant currentData() const;
    QString text(int index) const;

public Q_SLOTS:
    void setCurrentIndex(int index);

Q_SIGNALS:
    void currentChanged(int index);

private:
    std::vector<QAbstractButton *> m_buttons; // Owned by this widget.
    std::vector<QVariant> m_data;
    QButtonGroup *m_group = nullptr;
    int m_current = -1;
};

} // namespace hearth
