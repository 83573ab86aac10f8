// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/HeaderBar.h"

#include "core/base/Format.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Pill.h"
#include "ui/widgets/VisibleText.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace hearth {

namespace {

constexpr int barHeight = 52;
constexpr int narrowBelow = 1'230;

// A push button that does and shows what an action does and shows.
QPushButton *buttonFor(QAction &action, ButtonRole role, QWidget *parent)
{
    auto *button = new QPushButton(action.text(), parent);
    button->setIcon(action.icon());
    button->setToolTip(
        QStringLiteral("%1 (%2)").arg(action.toolTip(), action.shortcut().toString(QKeySequence::NativeText)));
    button->setAccessibleName(action.text());
    button->setAccessibleDescription(action.toolTip());
    button->setAutoDefault(false);
    setButtonRole(*button, role);
    QObject::connect(button, &QPushButton::clicked, &action, &QAction::trigger);
    QObject::connect(&action, &QAction::changed, button, [button, &action] { button->setEnabled(action.isEnabled()); });
    return button;
}

Tone toneOf(const DatabaseStatus &status)
{
    switch (status.state) {
    case DatabaseState::Connecting:
        return Tone::Neutral;
    case DatabaseState::Reachable:
        return status.notice.empty() ? Tone::Ok : Tone::Warning;
    case DatabaseState::Unreachable:
    case DatabaseState::Unusable:
        break;
    }
    return Tone::Error;
}

QString stateWords(DatabaseState state)
{
    switch (state) {
    case DatabaseState::Connecting:
        return HeaderBar::tr("connecting …");
    case DatabaseState::Reachable:
        return HeaderBar::tr("reachable");
    case DatabaseState::Unreachable:
        return HeaderBar::tr("unreachable");
    case DatabaseState::Unusable:
        break;
    }
    return HeaderBar::tr("cannot be used");
}

QString kindName(const std::string &kind)
{
    return kind == "postgresql" ? QStringLiteral("PostgreSQL") : QStringLiteral("SQLite");
}

} // namespace

HeaderBar::HeaderBar(const Actions &actions, QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(barHeight);
    m_title = new QLabel(this);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setFont(textFont(TextRole::Title));
    m_node = new Pill(this);
    m_database = new Pill(this);
    m_traffic = new QToolButton(this);
    m_traffic->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_traffic->setIcon(icon(Glyph::Traffic, Tint::Warning));
    m_traffic->setFocusPolicy(Qt::TabFocus);
    m_traffic->hide();
    connect(m_traffic, &QToolButton::clicked, &actions.simulatedTraffic, &QAction::trigger);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l, 0, space::l, 0);
    layout->setSpacing(space::m);
    layout->addWidget(m_title);
    layout->addSpacing(space::xs);
    layout->addWidget(m_node);
    layout->addWidget(m_database);
    layout->addStretch(1);
    layout->addWidget(m_traffic);
    layout->addWidget(buttonFor(actions.warmUsers, ButtonRole::Normal, this));
    layout->addWidget(buttonFor(actions.forceExpiry, ButtonRole::Normal, this));
    layout->addWidget(buttonFor(actions.cleanUp, ButtonRole::Accent, this));
}

void HeaderBar::setPageTitle(const QString &title)
{
    m_title->setText(title);
}

void HeaderBar::showNode(const NodeInfo &info)
{
    m_nodeInfo = info;
    m_node->setTone(Tone::Ok);
    m_node->setToolTip(
        visibleText(tr("Hearth %1, instance %2")
                        .arg(QString::fromStdString(info.version), QString::fromStdString(info.instanceId))));
    showTexts();
}

void HeaderBar::showDatabase(const DatabaseStatus &status, const std::optional<Percentiles> &loadLatency)
{
    m_databaseStatus = status;
    m_loadLatency = loadLatency;
    m_database->setTone(toneOf(status));
    QString tip = visibleText(QString::fromStdString(status.displayUrl)).toHtmlEscaped();
    for (const std::string &sentence : {status.problem, status.nextStep, status.notice}) {
        if (!sentence.empty())
            tip += QStringLiteral("<br>") + visibleText(QString::fromStdString(sentence)).toHtmlEscaped();
    }
    m_database->setToolTip(tip);
    showTexts();
}

void HeaderBar::showTexts()
{
    const QString environment = QString::fromStdString(m_nodeInfo.environment);
    m_node->setText(visibleText(QString::fromStdString(m_nodeInfo.name)),
                    m_isNarrow ? QString() : visibleText(environment));

    QString words = stateWords(m_databaseStatus.state);
    if (!m_isNarrow && m_databaseStatus.state == DatabaseState::Reachable && m_loadLatency)
        words += QStringLiteral(" · ") + QString::fromStdString(format::latency(m_loadLatency->p50));
    if (m_databaseStatus.simulatedLatency.count() > 0)
        words +=
            (m_isNarrow ? tr(" · +%1 ms") : tr(" · simulated +%1 ms")).arg(m_databaseStatus.simulatedLatency.count());
    m_database->setText(kindName(m_databaseStatus.kind), words);
}

void HeaderBar::showTraffic(const TrafficView &traffic)
{
    m_traffic->setVisible(traffic.on);
    m_traffic->setText(tr("Simulated traffic"));
    m_traffic->setToolTip(tr("About %1 gets a second for %2 users are made by this program. Click to stop them.")
                              .arg(traffic.getsPerSecond)
                              .arg(traffic.users));
    m_traffic->setAccessibleName(tr("Simulated traffic is on. Press to stop it."));
}

void HeaderBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool isNarrow = width() < narrowBelow;
    if (isNarrow != m_isNarrow) {
        m_isNarrow = isNarrow;
        showTexts();
    }
}

void HeaderBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.panel);
    painter.setPen(theme.line);
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

} // namespace hearth
