// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QUrl>

#include <functional>
#include <string>

class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace hearth {

// Asked once, when a database is named for the first time: watch a node that serves it, or run a cache of this
// program's own beside whatever serves it. Nothing is connected to before the answer. GUI thread only.
class StartChoiceDialog final : public QDialog
{
    Q_OBJECT

public:
    // Returns: what is wrong with an address, in a sentence; empty when it can be attached to.
    using AddressCheck = std::function<QString(const QUrl &)>;

    // database: as it may be shown, without its secret.
    StartChoiceDialog(const std::string &database, AddressCheck check, QWidget *parent = nullptr);

    // Once accepted: the node to watch; empty: an own cache.
    QUrl node() const;

private:
    QWidget *makeChoices(const std::string &database);
    QWidget *makeButtons();
    void updateControls();

    const AddressCheck m_check;
    QRadioButton *m_watch = nullptr;
    QRadioButton *m_own = nullptr;
    QLineEdit *m_address = nullptr;
    QLabel *m_problem = nullptr;
    QPushButton *m_start = nullptr;
};

} // namespace hearth
