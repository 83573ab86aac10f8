// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace hearth {

class Banner;

// What a dialog that destroys something has in common: whom it is about with examples, what follows, a button that
// names the count and is not the default one, and the answer. On a node whose environment is "production" the node's
// name has to be typed first. GUI thread only. Borrows the node.
class ActionDialog : public QDialog
{
    Q_OBJECT

public:
    QPushButton &actionButton() { return *m_action; }
    QString examplesText() const;
    QString countText() const;

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);

protected:
    ActionDialog(NodeClient &node, const QString &title, const QString &consequence, QWidget *parent);

    NodeClient &node() { return m_node; }
    QVBoxLayout *choicesLayout() { return m_choices; } // above everything else, empty
    void showCount(const QString &sentence);
    // At most ten; `total` says how many more there are.
    void showExamples(const std::vector<std::string> &identities, std::uint64_t total);
    // Room for so many examples, at most ten and the line below: all unless told. Nothing moves while they change.
    void reserveExamples(std::size_t lines);
    void offer(const QString &buttonText, bool isPossible);
    void showProblem(const QString &sentence);
    void setBusy(bool isBusy);
    void showEvent(QShowEvent *event) override;
    // Not while the node is at it: how to take it back comes with its answer.
    void reject() override;
    // The button was pressed: ask the node, then accept() or showProblem().
    virtual void act() = 0;

private:
    QWidget *makeNameCheck();
    void updateAction();

    NodeClient &m_node;
    QVBoxLayout *m_choices = nullptr;
    QLabel *m_count = nullptr;
    QPlainTextEdit *m_examples = nullptr;
    QLabel *m_more = nullptr;
    QLineEdit *m_nameCheck = nullptr; // null where none is needed
    Banner *m_problem = nullptr;
    QPushButton *m_cancel = nullptr;
    QPushButton *m_action = nullptr;
    bool m_isPossible = false;
    bool m_isBusy = false;
};

} // namespace hearth
