// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfilePage.h"

#include "core/profiles/ProfileId.h"
#include "ui/dialogs/NodeText.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace hearth {

namespace {

constexpr int comfortableWidth = 720;

} // namespace

ProfilePage::ProfilePage(NodeClient &node, QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
{
    QWidget *search = makeSearch();
    m_panel = new ProfilePanel(node, this); // behind the field, also for the Tab key
    auto *empty = new EmptyState(m_stack);
    empty->setContent(Glyph::Profile, tr("Look up one user"),
                      tr("See what is cached for them, since when and until when, and whether it still matches the row "
                         "in the database. Looking changes nothing: no hit is counted, no entry lives longer."));
    auto *card = new Panel(m_stack);
    auto *cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(1, 1, 1, 1);
    cardLayout->addWidget(m_panel);
    m_stack->addWidget(empty);
    m_stack->addWidget(card);

    auto *column = new QWidget(this);
    column->setMaximumWidth(comfortableWidth);
    auto *columnLayout = new QVBoxLayout(column);
    columnLayout->setContentsMargins(0, 0, 0, 0);
    columnLayout->setSpacing(space::l);
    columnLayout->addWidget(search);
    columnLayout->addWidget(m_stack, 1);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->addStretch(1);
    layout->addWidget(column, 1000);
    layout->addStretch(1);
    connect(m_panel, &ProfilePanel::notify, this, &ProfilePage::notify);
}

QWidget *ProfilePage::makeSearch()
{
    auto *box = new QWidget(this);
    m_field = new QLineEdit(box);
    m_field->setPlaceholderText(tr("Type an identity"));
    m_field->setAccessibleName(tr("Identity of a user"));
    m_field->setClearButtonEnabled(true);
    setLeadingIcon(*m_field, icon(Glyph::Search, Tint::Quiet));
    m_lookUp = new QPushButton(tr("Look up"), box);
    m_problem = new QLabel(box);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->hide();
    connect(m_field, &QLineEdit::returnPressed, this, &ProfilePage::submit);
    connect(m_lookUp, &QPushButton::clicked, this, &ProfilePage::submit);
    connect(m_field, &QLineEdit::textEdited, m_problem, &QWidget::hide);

    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(m_field, 1);
    row->addWidget(m_lookUp);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::xs);
    layout->addLayout(row);
    layout->addWidget(m_problem);
    return box;
}

void ProfilePage::lookUp(const QString &identity)
{
    m_field->setText(identity);
    submit();
}

void ProfilePage::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void ProfilePage::submit()
{
    const QString typed = m_field->text().trimmed();
    const Result<ProfileId> id = ProfileId::parse(typed.toStdString());
    m_problem->setVisible(!id);
    if (!id) {
        m_problem->setText(typed.isEmpty() ? tr("Type the identity of a user first.") : errorText(id.error()));
        return;
    }
    if (id->text() == m_panel->identity())
        m_panel->reload();
    else
        m_panel->setIdentity(id->text());
    m_stack->setCurrentIndex(1);
}

void ProfilePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    focusField();
}

} // namespace hearth
