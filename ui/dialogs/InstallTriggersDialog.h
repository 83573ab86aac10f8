// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QDialog>
#include <QTimer>

#include <string>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace hearth {

class Banner;
class ElidedLabel;

// Installs the triggers by which the database tells of changes, after showing the very SQL: nothing is run that was not
// shown, nor without the button. Where the role may not, it says so and hands out the SQL for an administrator.
//
// Keep one per window and show() it again: closing it while the database works stops nothing, and the result is still
// told through notify(). GUI thread only. Borrows the node.
class InstallTriggersDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit InstallTriggersDialog(NodeClient &node, QWidget *parent = nullptr);

    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QLayout *makeButtons();
    void askForSql();
    void showSql(const std::string &sql);
    void copySql();
    void install();
    void setRunning(bool isRunning);
    void finish(const Result<TriggerInstallation> &outcome);
    void succeed();
    void showDenied(const std::string &problem);
    void showFailure(const Error &error);
    void updateButtons();

    NodeClient &m_node;
    std::string m_sql; // as the node gave it; empty until then
    std::uint64_t m_sqlRequest = 0;
    bool m_isRunning = false;
    QTimer m_untilProgress; // what is quick needs none
    ElidedLabel *m_database = nullptr;
    QPlainTextEdit *m_sqlView = nullptr;
    Banner *m_banner = nullptr;
    QLabel *m_status = nullptr;
    QProgressBar *m_progress = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_cancel = nullptr;
    QPushButton *m_install = nullptr;
};

} // namespace hearth
