// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace hearth {

class ElidedLabel;
class TtlLine;

// Who it is, since when and until when they are cached, and how much of that is left. GUI thread only.
class ProfileHead final : public QWidget
{
    Q_OBJECT

public:
    explicit ProfileHead(QWidget *parent = nullptr);

    void show(const ProfileView &view, WallTime now);
    void showTime(const ProfileView &view, WallTime now); // time went by, nothing else
    QToolButton &copyButton() { return *m_copy; }

private:
    ElidedLabel *m_name = nullptr;
    QLabel *m_line = nullptr;
    TtlLine *m_timeToLive = nullptr;
    QToolButton *m_copy = nullptr;
};

} // namespace hearth
