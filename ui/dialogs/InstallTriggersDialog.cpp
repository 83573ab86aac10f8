// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/InstallTriggersDialog.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr QSize usualSize(720, 540);
constexpr auto quick = 1s;

// The lines as they are, but nothing in them is invisible.
QString shownSql(const std::string &sql)
{
    QStringList lines = QString::fromStdString(sql).split(QLatin1Char('\n'));
    for (QString &line : lines)
        line = dataText(line.toStdString());
    return lines.join(QLatin1Char('\n'));
}

} // namespace

InstallTriggersDialog::InstallTriggersDialog(NodeClient &node, QWidget *parent)
    : QDialog(parent)
    , m_node(node)
    , m_database(new ElidedLabel(this))
    , m_sqlView(new QPlainTextEdit(this))
    , m_banner(new Banner(this))
{
    setWindowTitle(tr("Install change triggers"));
    auto *explanation = plainLabel(this, "explanation");
    explanation->setText(
        tr("This creates a function and four triggers on user_profiles in the database below, by which "
           "it notifies Hearth of each change as it happens. No data is changed."));
    m_database->setObjectName(QStringLiteral("database"));
    m_database->setTextRole(TextRole::Strong);
    m_database->setElideMode(Qt::ElideMiddle);
    m_sqlView->setObjectName(QStringLiteral("sql"));
    m_sqlView->setReadOnly(true);
    m_sqlView->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_sqlView->setTabChangesFocus(true);
    m_sqlView->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_sqlView->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_sqlView->setAccessibleName(tr("The SQL that is run"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->setSpacing(space::m);
    layout->addWidget(explanation);
    layout->addWidget(m_database);
    layout->addWidget(m_sqlView, 1);
    layout->addWidget(m_banner);
    layout->addLayout(makeButtons());
    setTabOrder(m_sqlView, m_copy);
    setTabOrder(m_copy, m_cancel);
    setTabOrder(m_cancel, m_install);
    resize(usualSize);

    m_untilProgress.setSingleShot(true);
    m_untilProgress.setInterval(quick);
    connect(&m_untilProgress, &QTimer::timeout, this, [this] {
        m_progress->show();
        m_status->setText(tr("The database is at work …"));
    });
    updateButtons();
}

QLayout *InstallTriggersDialog::makeButtons()
{
    m_copy = new QPushButton(tr("Copy SQL"), this);
    m_copy->setObjectName(QStringLiteral("copy"));
    setButtonIcon(*m_copy, icon(Glyph::Copy));
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(120);
    m_progress->setAccessibleName(tr("Installing the change triggers"));
    m_progress->hide();
    m_status = plainLabel(this, "status");
    m_status->setWordWrap(false);
    setQuiet(*m_status);
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_install = new QPushButton(tr("Install triggers"), this);
    m_install->setObjectName(QStringLiteral("install"));
    setButtonRole(*m_install, ButtonRole::Accent);
    for (QPushButton *button : {m_copy, m_install})
        button->setAutoDefault(false);
    m_cancel->setDefault(true);
    connect(m_copy, &QPushButton::clicked, this, &InstallTriggersDialog::copySql);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_install, &QPushButton::clicked, this, &InstallTriggersDialog::install);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addWidget(m_copy);
    buttons->addWidget(m_progress);
    buttons->addWidget(m_status, 1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_install);
    return buttons;
}

void InstallTriggersDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (event->spontaneous())
        return;
    m_cancel->setFocus();
    if (m_isRunning)
        return;
    m_database->setText(QString::fromStdString(m_node.stats().database.displayUrl));
    m_banner->clear();
    m_status->clear();
    askForSql();
}

void InstallTriggersDialog::askForSql()
{
    const std::uint64_t request = ++m_sqlRequest;
    showSql({});
    onAnswer(m_node.triggersSql(), this, [this, request](const Result<std::string> &sql) {
        if (request != m_sqlRequest)
            return; // asked again meanwhile
        if (sql)
            showSql(*sql);
        else
            showFailure(sql.error());
    });
}

void InstallTriggersDialog::showSql(const std::string &sql)
{
    m_sql = sql;
    m_sqlView->setPlainText(shownSql(sql));
    updateButtons();
}

void InstallTriggersDialog::copySql()
{
    QGuiApplication::clipboard()->setText(QString::fromStdString(m_sql));
    m_status->setText(tr("Copied."));
}

void InstallTriggersDialog::install()
{
    m_banner->clear();
    m_status->clear();
    setRunning(true);
    onAnswer(m_node.installTriggers(), this, [this](const Result<TriggerInstallation> &outcome) {
        setRunning(false);
        finish(outcome);
    });
}

void InstallTriggersDialog::setRunning(bool isRunning)
{
    m_isRunning = isRunning;
    if (isRunning) {
        m_untilProgress.start();
        m_cancel->setFocus(); // the button that had it is disabled now
    } else {
        m_untilProgress.stop();
        m_progress->hide();
        m_status->clear();
    }
    updateButtons();
}

void InstallTriggersDialog::finish(const Result<TriggerInstallation> &outcome)
{
    if (!outcome) {
        if (outcome.error().code == ErrorCode::PermissionDenied)
            showDenied(outcome.error().detail);
        else
            showFailure(outcome.error());
        return;
    }
    if (outcome->installed)
        return succeed();
    if (!outcome->sql.empty())
        showSql(outcome->sql);
    showDenied(outcome->problem);
}

void InstallTriggersDialog::succeed()
{
    Q_EMIT notify(tr("The change triggers are installed: in a few seconds changes are heard of as they happen."),
                  Tone::Ok);
    accept();
}

void InstallTriggersDialog::showDenied(const std::string &problem)
{
    m_banner->showMessage(
        Tone::Warning, tr("This role may not install them."),
        tr("%1 Copy the SQL and hand it to the administrator of the database: Hearth notices by itself "
           "when the triggers are there.")
            .arg(errorText({ErrorCode::PermissionDenied, problem})));
    m_copy->setFocus();
    if (!isVisible())
        Q_EMIT notify(tr("This role may not install the change triggers; the same command has the SQL for somebody who "
                         "may."),
                      Tone::Warning);
}

void InstallTriggersDialog::showFailure(const Error &error)
{
    m_banner->showMessage(Tone::Error, tr("It did not work."), errorText(error));
    if (!isVisible())
        Q_EMIT notify(tr("The change triggers were not installed. %1").arg(errorText(error)), Tone::Error);
}

// While the database works, closing the window would not stop it: the button does not say "Cancel" then.
void InstallTriggersDialog::updateButtons()
{
    m_copy->setEnabled(!m_sql.empty());
    m_install->setEnabled(!m_sql.empty() && !m_isRunning);
    m_cancel->setText(m_isRunning ? tr("Close") : tr("Cancel"));
}

} // namespace hearth
