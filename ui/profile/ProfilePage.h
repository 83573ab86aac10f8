// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace hearth {

class ProfilePanel;

// Support's page: type an identity, see what is cached and what the database says. Looking changes nothing.
// GUI thread only. Borrows the node.
class ProfilePage final : public QWidget
{
    Q_OBJECT

public:
    explicit ProfilePage(NodeClient &node, QWidget *parent = nullptr);

    ProfilePanel &panel() { return *m_panel; }

public Q_SLOTS:
    void lookUp(const QString &identity); // as if it had been typed
    void focusField();

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeSearch();
    void submit();

    QLineEdit *m_field = nullptr;
    QPushButton *m_lookUp = nullptr;
    QLabel *m_problem = nullptr;
    QStackedWidget *m_stack = nullptr;
    ProfilePanel *m_panel = nullptr;
};

} // namespace hearth
