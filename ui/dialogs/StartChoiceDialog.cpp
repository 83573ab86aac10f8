// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/StartChoiceDialog.h"

#include "ui/dialogs/PlainLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/VisibleText.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include <utility>

namespace hearth {

namespace {

constexpr int dialogWidth = 540;
constexpr int indent = 26; // of what belongs to a choice: below its words

void addIndented(QVBoxLayout &layout, QWidget *widget)
{
    auto *row = new QHBoxLayout;
    row->addSpacing(indent);
    row->addWidget(widget, 1);
    layout.addLayout(row);
}

QLabel *quietLabel(QWidget *parent, const QString &text)
{
    QLabel *label = plainLabel(parent, "", text);
    setQuiet(*label);
    return label;
}

} // namespace

StartChoiceDialog::StartChoiceDialog(const std::string &database, AddressCheck check, QWidget *parent)
    : QDialog(parent)
    , m_check(std::move(check))
{
    setWindowTitle(tr("Hearth"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->setSpacing(space::m);
    layout->addWidget(makeChoices(database));
    layout->addStretch(1);
    layout->addWidget(makeButtons());
    setMinimumWidth(dialogWidth);
    updateControls();
    m_address->setFocus();
}

QWidget *StartChoiceDialog::makeChoices(const std::string &database)
{
    auto *box = new QWidget(this);
    QLabel *title = plainLabel(box, "question", tr("What do you want to see?"));
    title->setFont(textFont(TextRole::Title));
    QLabel *named =
        plainLabel(box, "database", tr("DATABASE_URL names %1.").arg(breakableText(QString::fromStdString(database))));

    m_watch = new QRadioButton(tr("&Watch a node that serves it"), box);
    m_own = new QRadioButton(tr("&Run a cache of this program's own beside it"), box);
    m_watch->setChecked(true);
    m_address = new QLineEdit(box);
    m_address->setPlaceholderText(QStringLiteral("https://eu-1.example.org"));
    m_address->setAccessibleName(tr("Address of the node"));
    m_problem = plainLabel(box, "problem");
    connect(m_watch, &QRadioButton::toggled, this, &StartChoiceDialog::updateControls);
    connect(m_address, &QLineEdit::textChanged, this, &StartChoiceDialog::updateControls);

    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(title);
    layout->addWidget(named);
    layout->addSpacing(space::s);
    layout->addWidget(m_watch);
    addIndented(*layout, quietLabel(box, tr("The cache that the service uses, as it is: what operators want. The "
                                            "token is taken from HEARTH_TOKEN or HEARTH_TOKEN_FILE.")));
    addIndented(*layout, m_address);
    addIndented(*layout, m_problem);
    layout->addSpacing(space::s);
    layout->addWidget(m_own);
    addIndented(*layout, quietLabel(box, tr("A second cache, empty at first, over the same database. It only reads; "
                                            "tables that are missing are created. What the service has cached is not "
                                            "seen here.")));
    return box;
}

QWidget *StartChoiceDialog::makeButtons()
{
    auto *row = new QWidget(this);
    auto *quit = new QPushButton(tr("Quit"), row);
    m_start = new QPushButton(tr("Start"), row);
    m_start->setObjectName(QStringLiteral("start"));
    m_start->setDefault(true);
    setButtonRole(*m_start, ButtonRole::Accent);
    quit->setAutoDefault(false);
    connect(quit, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &QDialog::accept);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(quietLabel(row, tr("Asked once. --connect and --database decide it, too.")), 1);
    layout->addWidget(quit);
    layout->addWidget(m_start);
    return row;
}

void StartChoiceDialog::updateControls()
{
    const bool watches = m_watch->isChecked();
    const QString typed = m_address->text().trimmed();
    const QString problem = watches && !typed.isEmpty() ? m_check(QUrl(typed, QUrl::StrictMode)) : QString();
    m_address->setEnabled(watches);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_start->setEnabled(!watches || (!typed.isEmpty() && problem.isEmpty()));
}

QUrl StartChoiceDialog::node() const
{
    return m_watch->isChecked() ? QUrl(m_address->text().trimmed(), QUrl::StrictMode) : QUrl();
}

} // namespace hearth
