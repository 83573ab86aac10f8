// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfileButtons.h"

#include "ui/dialogs/NodeText.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace hearth {

ProfileButtons::ProfileButtons(QWidget *parent)
    : QWidget(parent)
    , m_refresh(new QPushButton(this))
    , m_expire(new QPushButton(this))
{
    m_refresh->setObjectName(QStringLiteral("refresh"));
    setButtonRole(*m_refresh, ButtonRole::Accent);
    m_expire->setObjectName(QStringLiteral("expire"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addWidget(m_refresh);
    layout->addWidget(m_expire);
    layout->addStretch(1);
}

void ProfileButtons::show(const State &state)
{
    const bool isCached = state.view != nullptr && state.view->entry;
    const bool hasRow = state.view != nullptr && state.view->stored;
    const bool isActive =
        isCached && state.view->entry->state == EntryState::Active && state.now <= state.view->entry->expiresAt;
    const bool isPossible = !state.isBusy && state.refusal.isEmpty();

    m_refresh->setText(isCached ? tr("Refresh from database") : tr("Load into cache"));
    m_refresh->setVisible(isCached || hasRow);
    m_refresh->setEnabled((isCached || hasRow) && isPossible);
    m_refresh->setToolTip(isCached ? tr("Load the row of the database anew, now (F5)")
                                   : tr("Load the row of the database before the user asks (F5)"));
    m_expire->setText(state.isInProduction ? tr("Expire…") : tr("Expire"));
    m_expire->setVisible(isCached);
    m_expire->setEnabled(isActive && isPossible);
    m_expire->setToolTip(
        isActive ? tr("The next read of this user goes to the database. Nothing is deleted there. (Ctrl+Shift+X)")
                 : tr("It has expired already: the next read goes to the database."));
    for (QPushButton *button : {m_refresh, m_expire}) {
        if (!state.refusal.isEmpty())
            button->setToolTip(toolTipText({state.refusal}));
        button->setAccessibleDescription(button->isEnabled() ? QString() : button->toolTip());
    }
}

} // namespace hearth
