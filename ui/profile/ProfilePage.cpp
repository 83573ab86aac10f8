// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfilePage.h"

#include "core/profiles/ProfileId.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/profile/LinedDelegate.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/profile/RecentLookUps.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Panel.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QHBoxLayout>
#include <QKeyEvent>
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
    : ProfilePage(new ProfilePanel(node), parent)
{
}

ProfilePage::ProfilePage(NodeClient &node, const Clock &clock, QWidget *parent)
    : ProfilePage(new ProfilePanel(node, clock), parent)
{
}

ProfilePage::ProfilePage(ProfilePanel *panel, QWidget *parent)
    : QWidget(parent)
    , m_recent(new RecentLookUps(this))
    , m_stack(new QStackedWidget(this))
    , m_panel(panel)
{
    auto *column = new QWidget(this);
    column->setMaximumWidth(comfortableWidth);
    auto *columnLayout = new QVBoxLayout(column);
    columnLayout->setContentsMargins(0, 0, 0, 0);
    columnLayout->setSpacing(space::l);
    columnLayout->addWidget(makeSearch());
    columnLayout->addWidget(makeStack(), 1); // behind the field, also for the Tab key

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->addStretch(1);
    layout->addWidget(column, 1000);
    layout->addStretch(1);
    addActions(m_panel->actions());
    connect(m_panel, &ProfilePanel::notify, this, &ProfilePage::notify);
    connect(m_panel, &ProfilePanel::expired, this, &ProfilePage::expired);
}

QWidget *ProfilePage::makeStack()
{
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
    return m_stack;
}

QWidget *ProfilePage::makeSearch()
{
    auto *box = new QWidget(this);
    m_field = new QLineEdit(box);
    m_field->setObjectName(QStringLiteral("identity"));
    m_field->setPlaceholderText(tr("Type an identity"));
    m_field->setAccessibleName(tr("Identity of a user"));
    m_field->setAccessibleDescription(tr("Enter looks up, Escape clears, Down offers recent look-ups."));
    m_field->setClearButtonEnabled(true);
    setLeadingIcon(*m_field, icon(Glyph::Search, Tint::Quiet));
    makeRecent();
    m_lookUp = new QPushButton(tr("Look up"), box);
    m_problem = plainLabel(box, "problem");
    m_problem->hide();
    connect(m_field, &QLineEdit::returnPressed, this, [this] {
        const QAbstractItemView *popup = m_completer->popup();
        if (!popup->isVisible() || !popup->currentIndex().isValid()) // else what is chosen comes as activated()
            submit();
    });
    connect(m_lookUp, &QPushButton::clicked, this, &ProfilePage::submit);
    connect(m_field, &QLineEdit::textEdited, m_problem, &QWidget::hide);
    m_field->installEventFilter(this);

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

void ProfilePage::makeRecent()
{
    m_completer = new QCompleter(m_recent, this);
    m_completer->setCompletionRole(RecentLookUps::IdentityRole);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setMaxVisibleItems(RecentLookUps::most);
    QAbstractItemView *popup = m_completer->popup();
    popup->setAccessibleName(tr("Recent look-ups"));
    popup->setStyleSheet(QStringLiteral("QAbstractItemView { border: 1px solid palette(mid); }"));
    m_field->setCompleter(m_completer);
    popup->setItemDelegate(new LinedDelegate(popup)); // the completer has set its own
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &ProfilePage::submit,
            Qt::QueuedConnection); // the field takes the text first
    m_recentAction = m_field->addAction(icon(Glyph::ChevronDown, Tint::Quiet), QLineEdit::TrailingPosition);
    m_recentAction->setText(tr("Recent look-ups"));
    m_recentAction->setToolTip(tr("Recent look-ups of this window, which are kept nowhere (Down)"));
    m_recentAction->setVisible(false);
    connect(m_recentAction, &QAction::triggered, this, &ProfilePage::offerRecent);
}

// All of them, whatever stands in the field.
void ProfilePage::offerRecent()
{
    if (m_recent->rowCount() == 0)
        return;
    m_completer->setCompletionPrefix({});
    m_completer->complete();
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
    m_field->setText(typed);
    m_field->selectAll();
    m_recent->add(typed);
    m_recentAction->setVisible(true);
    m_panel->lookUp(id->text());
    m_stack->setCurrentIndex(1);
}

// First what is being typed, then what is shown.
void ProfilePage::clear()
{
    m_problem->hide();
    if (m_field->text().isEmpty()) {
        m_panel->clear();
        m_stack->setCurrentIndex(0);
    }
    m_field->clear();
}

// No shortcuts: they would take the keys of the list that is offered, too.
bool ProfilePage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->matches(QKeySequence::Cancel))
        clear();
    else if (key->key() == Qt::Key_Down && key->modifiers() == Qt::NoModifier)
        offerRecent();
    else
        return QWidget::eventFilter(watched, event);
    return true;
}

void ProfilePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    focusField();
}

} // namespace hearth
