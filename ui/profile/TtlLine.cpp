// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/TtlLine.h"

#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/profile/ProfileVerdict.h"
#include "ui/widgets/TtlBar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace hearth {

TtlLine::TtlLine(QWidget *parent)
    : QWidget(parent)
    , m_text(plainLabel(this, "timeToLive"))
{
    m_text->setWordWrap(false);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(barWidth + space::s, 0, 0, 0);
    layout->addWidget(m_text, 1);
}

QString TtlLine::text() const
{
    return m_text->text();
}

void TtlLine::show(const ProfileView &view, WallTime now)
{
    const EntryRow &entry = *view.entry;
    m_text->setText(timeToLiveText(view, now));
    m_fraction = fractionLeft(entry, now);
    setToolTip(toolTipText(
        {tr("cached %1").arg(utcText(entry.cachedAt)),
         (entry.state == EntryState::Expired ? tr("expired %1") : tr("expires %1")).arg(utcText(entry.expiresAt))}));
    update(0, 0, barWidth, height());
}

void TtlLine::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    const QRect bar = layoutDirection() == Qt::RightToLeft ? QRect(width() - barWidth, 0, barWidth, height())
                                                           : QRect(0, 0, barWidth, height());
    paintTtlBar(painter, bar, m_fraction, Theme::of(this));
}

} // namespace hearth
