// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/StatusLine.h"

#include "core/base/Format.h"
#include "ui/dialogs/NodeText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/VisibleText.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QTime>

namespace hearth {

namespace {

QLabel *quietLabel(QWidget *parent, const QString &text = {})
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setFont(textFont(TextRole::Small));
    setQuiet(*label);
    return label;
}

} // namespace

StatusLine::StatusLine(QWidget *parent)
    : QWidget(parent)
{
    m_recording = quietLabel(this, tr("recording · 1 s"));
    m_ttl = quietLabel(this);
    m_cleanup = quietLabel(this);
    m_uptime = quietLabel(this);
    m_changes = quietLabel(this);
    m_changes->setObjectName(QStringLiteral("changes"));
    m_action = new ElidedLabel(this);
    m_action->setObjectName(QStringLiteral("action"));
    m_action->setTextRole(TextRole::Small);
    m_action->setQuietText(true);
    m_action->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_action->setElideMode(Qt::ElideMiddle); // what it was, and when

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l, space::xs, space::l, space::xs);
    layout->setSpacing(space::xl);
    for (QLabel *label : {m_recording, m_ttl, m_cleanup, m_uptime, m_changes})
        layout->addWidget(label);
    layout->addWidget(m_action, 1);
}

void StatusLine::showStats(const Stats &stats)
{
    m_ttl->setText(tr("TTL %1").arg(QString::fromStdString(format::ttl(stats.ttl))));
    m_cleanup->setText(tr("cleanup every %1").arg(QString::fromStdString(format::ttl(stats.cleanupInterval))));
    m_uptime->setText(tr("up %1").arg(QString::fromStdString(format::span(stats.uptime))));
    m_changes->setText(tr("database changes: %1").arg(QString::fromStdString(toString(stats.changes.mode))));
    const QString why = stats.changes.mode == InvalidationMode::Listening
                            ? tr("The database tells of each change as it happens.")
                            : visibleText(QString::fromStdString(stats.changes.why));
    m_changes->setToolTip(QStringLiteral("<qt>%1</qt>").arg(why.toHtmlEscaped()));
}

void StatusLine::showLink(const NodeLink &link)
{
    const bool isConnected = link.state == LinkState::Connected;
    if (isConnected)
        m_recording->setText(tr("recording · 1 s"));
    else
        m_recording->setText(tr("nothing recorded since %1 · %2").arg(localTimeText(link.since), linkText(link.state)));
    for (QLabel *label : {m_ttl, m_cleanup, m_uptime, m_changes})
        label->setVisible(isConnected);
}

void StatusLine::showAction(const QString &text)
{
    m_action->setText(QStringLiteral("%1 · %2").arg(text, QTime::currentTime().toString(u"HH:mm:ss")));
}

void StatusLine::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.panel);
    painter.setPen(theme.line);
    painter.drawLine(rect().topLeft(), rect().topRight());
}

} // namespace hearth
