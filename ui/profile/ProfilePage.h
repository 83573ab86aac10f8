// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QCompleter;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace hearth {

class ProfilePanel;
class RecentLookUps;

// Support's page: type an identity, see what is cached and what the database says. Looking changes nothing.
//
// Enter looks up, Escape clears the field and then the page, Down offers whom one looked up before, in this window
// only. The keys of the panel work from the field, too. GUI thread only. Borrows the node and the clock.
class ProfilePage final : public QWidget
{
    Q_OBJECT

public:
    explicit ProfilePage(NodeClient &node, QWidget *parent = nullptr); // by this machine's clock
    ProfilePage(NodeClient &node, const Clock &clock, QWidget *parent = nullptr);

    ProfilePanel &panel() { return *m_panel; }

    bool eventFilter(QObject *watched, QEvent *event) override;

public Q_SLOTS:
    void lookUp(const QString &identity); // as if it had been typed
    void focusField();

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);
    void expired(const hearth::ExpiryOutcome &outcome, const QString &whom); // as ForceExpiryDialog's

protected:
    void showEvent(QShowEvent *event) override;

private:
    ProfilePage(ProfilePanel *panel, QWidget *parent);
    QWidget *makeSearch();
    void makeRecent();
    QWidget *makeStack();
    void submit();
    void clear();
    void offerRecent();

    RecentLookUps *m_recent = nullptr;
    QCompleter *m_completer = nullptr;
    QLineEdit *m_field = nullptr;
    QPushButton *m_lookUp = nullptr;
    QAction *m_recentAction = nullptr;
    QLabel *m_problem = nullptr;
    QStackedWidget *m_stack = nullptr;
    ProfilePanel *m_panel = nullptr;
};

} // namespace hearth
