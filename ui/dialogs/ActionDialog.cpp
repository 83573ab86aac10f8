// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ActionDialog.h"

#include "ui/dialogs/GrowToFit.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/VisibleText.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextOption>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

namespace {

constexpr std::size_t shownExamples = 10;
constexpr int dialogWidth = 480;

} // namespace

ActionDialog::ActionDialog(NodeClient &node, const QString &title, const QString &consequence, QWidget *parent)
    : QDialog(parent)
    , m_node(node)
    , m_choices(new QVBoxLayout)
    , m_count(plainLabel(this))
    , m_examples(new QPlainTextEdit(this))
    , m_more(plainLabel(this))
    , m_problem(new Banner(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_action(new QPushButton(this))
{
    setWindowTitle(title);
    m_choices->setSpacing(space::s);
    m_count->setFont(textFont(TextRole::Strong));
    m_examples->setReadOnly(true);
    m_examples->setTabChangesFocus(true);
    m_examples->setWordWrapMode(QTextOption::WrapAnywhere);
    m_examples->setAccessibleName(tr("Examples of the users"));
    setQuiet(*m_more);
    auto *consequenceLabel = plainLabel(this);
    consequenceLabel->setText(consequence);
    setButtonRole(*m_action, ButtonRole::Danger);
    m_action->setAutoDefault(false);
    m_cancel->setDefault(true);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_action, &QPushButton::clicked, this, [this] { act(); });

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_action);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->setSpacing(space::m);
    layout->addLayout(m_choices);
    layout->addWidget(m_count);
    layout->addWidget(m_examples);
    layout->addWidget(m_more);
    layout->addWidget(consequenceLabel);
    if (node.info().environment == "production")
        layout->addWidget(makeNameCheck());
    layout->addWidget(m_problem);
    layout->addSpacing(space::xs);
    layout->addLayout(buttons);
    setMinimumWidth(dialogWidth);
    reserveExamples(shownExamples + 1);
    (m_nameCheck != nullptr ? static_cast<QWidget *>(m_nameCheck) : m_cancel)->setFocus();
    updateAction();
}

QWidget *ActionDialog::makeNameCheck()
{
    auto *box = new QWidget(this);
    auto *label = plainLabel(box);
    label->setText(tr("This node is in production. Type its name to go on: %1")
                       .arg(breakableText(QString::fromStdString(m_node.info().name))));
    m_nameCheck = new QLineEdit(box);
    m_nameCheck->setObjectName(QStringLiteral("nameCheck"));
    m_nameCheck->setAccessibleName(tr("Name of the node"));
    label->setBuddy(m_nameCheck);
    connect(m_nameCheck, &QLineEdit::textChanged, this, [this] { updateAction(); });
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::xs);
    layout->addWidget(label);
    layout->addWidget(m_nameCheck);
    return box;
}

QString ActionDialog::examplesText() const
{
    return m_examples->toPlainText();
}

QString ActionDialog::countText() const
{
    return m_count->text();
}

void ActionDialog::showCount(const QString &sentence)
{
    m_count->setText(sentence);
}

void ActionDialog::showExamples(const std::vector<std::string> &identities, std::uint64_t total)
{
    const std::size_t shown = std::min(identities.size(), shownExamples);
    QStringList lines;
    for (std::size_t i = 0; i < shown; ++i)
        lines.append(dataText(identities[i]));
    m_examples->setPlainText(lines.join(QLatin1Char('\n')));
    m_more->setText(total > shown ? tr("and %1 more").arg(hearth::countText(total - shown)) : QStringLiteral(" "));
}

void ActionDialog::reserveExamples(std::size_t lines)
{
    const auto shown = static_cast<int>(std::clamp<std::size_t>(lines, 1, shownExamples));
    m_examples->setFixedHeight(m_examples->fontMetrics().lineSpacing() * shown + 2 * space::m);
    m_more->setVisible(lines > shownExamples);
}

void ActionDialog::offer(const QString &buttonText, bool isPossible)
{
    m_action->setText(buttonText);
    m_isPossible = isPossible;
    updateAction();
}

// A long name takes several lines.
void ActionDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    growToFit(*this);
}

void ActionDialog::showProblem(const QString &sentence)
{
    if (sentence.isEmpty()) {
        m_problem->clear();
        return;
    }
    m_problem->showMessage(Tone::Error, tr("It did not work."), sentence);
    growToFit(*this);
}

void ActionDialog::reject()
{
    if (!m_isBusy)
        QDialog::reject();
}

void ActionDialog::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    for (QAbstractButton *button : findChildren<QAbstractButton *>())
        button->setEnabled(!isBusy); // the choices, too: it is about whom it was begun for
    updateAction();
}

void ActionDialog::updateAction()
{
    const bool isNamed = m_nameCheck == nullptr || m_nameCheck->text().toStdString() == m_node.info().name;
    m_action->setEnabled(m_isPossible && !m_isBusy && isNamed);
}

} // namespace hearth
