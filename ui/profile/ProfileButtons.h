// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QWidget>

class QPushButton;

namespace hearth {

// What can be done to one user: what cannot be done now, or by this role, is disabled and says why. GUI thread only.
class ProfileButtons final : public QWidget
{
    Q_OBJECT

public:
    struct State {
        const ProfileView *view = nullptr; // null: nobody is shown
        WallTime now{};
        bool isBusy = false;
        QString refusal; // why nothing can be done at all; empty: it can
        bool isInProduction = false;
    };

    explicit ProfileButtons(QWidget *parent = nullptr);

    void show(const State &state);
    QPushButton &refreshButton() { return *m_refresh; }
    QPushButton &expireButton() { return *m_expire; }

private:
    QPushButton *m_refresh = nullptr; // or to load what is not cached
    QPushButton *m_expire = nullptr;
};

} // namespace hearth
