// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace hearth {

class Banner;

// Asks for the reason for which somebody wants to see what is masked for their role, says that it is logged, and has
// the node show it. GUI thread only. Borrows the node.
class RevealDialog final : public QDialog
{
    Q_OBJECT

public:
    RevealDialog(NodeClient &node, std::string identity, QWidget *parent = nullptr);

    QPushButton &revealButton() { return *m_reveal; }

Q_SIGNALS:
    void revealed(const hearth::ProfileView &view);

private:
    QWidget *makeField();
    QWidget *makeButtons();
    std::string reason() const;
    void updateButton();
    void reveal();

    NodeClient &m_node;
    const std::string m_identity;
    bool m_isAsking = false;

    QLineEdit *m_reason = nullptr;
    QLabel *m_left = nullptr; // how many characters more
    Banner *m_problem = nullptr;
    QPushButton *m_reveal = nullptr;
};

} // namespace hearth
