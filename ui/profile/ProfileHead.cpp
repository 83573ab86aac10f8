// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfileHead.h"

#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/profile/ProfileVerdict.h"
#include "ui/profile/TtlLine.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/ElidedLabel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace hearth {

ProfileHead::ProfileHead(QWidget *parent)
    : QWidget(parent)
{
    m_name = new ElidedLabel(this);
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setTextRole(TextRole::Title);
    m_name->setElideMode(Qt::ElideMiddle);
    m_name->setSelectable(true);
    m_line = plainLabel(this, "cachedLine");
    setQuiet(*m_line);
    m_timeToLive = new TtlLine(this);
    m_copy = new QToolButton(this);
    m_copy->setObjectName(QStringLiteral("copy"));
    m_copy->setIcon(icon(Glyph::Copy, Tint::Quiet));
    m_copy->setText(tr("Copy summary"));
    m_copy->setAccessibleName(tr("Copy summary"));
    m_copy->setToolTip(tr("Copy a summary for a ticket (Ctrl+Shift+C)"));

    auto *top = new QHBoxLayout;
    top->setSpacing(space::s);
    top->addWidget(m_name, 1);
    top->addWidget(m_copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::xs);
    layout->addLayout(top);
    layout->addWidget(m_line);
    layout->addWidget(m_timeToLive);
}

void ProfileHead::show(const ProfileView &view, WallTime now)
{
    m_name->setText(QString::fromStdString(view.identity));
    m_name->setAccessibleName(tr("User %1").arg(dataText(view.identity)));
    m_line->setVisible(view.entry.has_value());
    m_timeToLive->setVisible(view.entry.has_value());
    if (view.entry)
        m_line->setToolTip(toolTipText({tr("cached %1").arg(utcText(view.entry->cachedAt)),
                                        tr("expires %1").arg(utcText(view.entry->expiresAt))}));
    showTime(view, now);
}

void ProfileHead::showTime(const ProfileView &view, WallTime now)
{
    if (!view.entry)
        return;
    m_line->setText(cachedLine(view, now));
    m_timeToLive->show(view, now);
}

} // namespace hearth
