// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QWidget>

class QLabel;

namespace hearth {

class ElidedLabel;

// The quiet line at the bottom of the window: what is recorded and set on the left, the last action on the right.
// GUI thread only.
class StatusLine final : public QWidget
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget *parent = nullptr);

    void showStats(const Stats &stats);
    // Of a node that does not answer nothing is known but since when.
    void showLink(const NodeLink &link);
    // Stays until the next one, with the time of day behind it.
    void showAction(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *m_recording = nullptr;
    QLabel *m_ttl = nullptr;
    QLabel *m_cleanup = nullptr;
    QLabel *m_uptime = nullptr;
    QLabel *m_changes = nullptr;     // how changes by others become known
    ElidedLabel *m_action = nullptr; // takes what room is left
};

} // namespace hearth
