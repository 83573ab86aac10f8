// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QWidget>

class QLabel;

namespace hearth {

// How much of an entry's TTL is left: a draining bar, and the words behind it. It moves when it is told the time.
// GUI thread only.
class TtlLine final : public QWidget
{
    Q_OBJECT

public:
    explicit TtlLine(QWidget *parent = nullptr);

    // The view has an entry.
    void show(const ProfileView &view, WallTime now);
    double fraction() const { return m_fraction; } // what the bar shows, 0-1
    QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    static constexpr int barWidth = 96;

    QLabel *m_text = nullptr;
    double m_fraction = 0;
};

} // namespace hearth
