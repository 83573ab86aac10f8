// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/HeaderBar.h"

#include "core/base/Format.h"
#include "ui/dialogs/NodeText.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Pill.h"
#include "ui/widgets/VisibleText.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTextDocumentFragment>
#include <QToolButton>

namespace hearth {

namespace {

constexpr int barHeight = 52;

void followAction(QPushButton &button, const QAction &action)
{
    button.setEnabled(action.isEnabled());
    button.setAccessibleDescription(QTextDocumentFragment::fromHtml(action.toolTip()).toPlainText());
    button.setToolTip(
        QStringLiteral("<qt>%1 (%2)</qt>")
            .arg(button.accessibleDescription().toHtmlEscaped(), action.shortcut().toString(QKeySequence::NativeText)));
}

// A push button that does and shows what an action does and shows.
QPushButton *buttonFor(QAction &action, ButtonRole role, QWidget *parent)
{
    auto *button = new QPushButton(action.text(), parent);
    setButtonIcon(*button, action.icon());
    button->setAccessibleName(action.text());
    button->setAutoDefault(false);
    setButtonRole(*button, role);
    followAction(*button, action);
    QObject::connect(button, &QPushButton::clicked, &action, &QAction::trigger);
    QObject::connect(&action, &QAction::changed, button, [button, &action] { followAction(*button, action); });
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

Tone toneOf(LinkState state)
{
    switch (state) {
    case LinkState::Connected:
        return Tone::Ok;
    case LinkState::Connecting:
        return Tone::Neutral;
    case LinkState::Lost:
    case LinkState::Refused:
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
    setButtonIcon(*m_traffic, icon(Glyph::Traffic, Tint::Warning));
    setButtonRole(*m_traffic, ButtonRole::WarningPill);
    m_traffic->setFocusPolicy(Qt::StrongFocus);
    m_traffic->hide();
    connect(m_traffic, &QToolButton::clicked, &actions.simulatedTraffic, &QAction::trigger);

    m_warmUsers = buttonFor(actions.warmUsers, ButtonRole::Normal, this);
    m_forceExpiry = buttonFor(actions.forceExpiry, ButtonRole::Normal, this);
    m_cleanUp = buttonFor(actions.cleanUp, ButtonRole::Accent, this);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l, 0, space::l, 0);
    layout->setSpacing(space::m);
    layout->addWidget(m_title);
    layout->addSpacing(space::xs);
    layout->addWidget(m_node);
    layout->addWidget(m_database);
    layout->addStretch(1);
    layout->addWidget(m_traffic);
    for (QPushButton *button : {m_warmUsers, m_forceExpiry, m_cleanUp})
        layout->addWidget(button);
}

void HeaderBar::setPageTitle(const QString &title)
{
    m_title->setText(title);
    fit();
}

void HeaderBar::showNode(const NodeInfo &info, const NodeLink &link)
{
    m_nodeInfo = info;
    m_link = link;
    m_node->setTone(toneOf(link.state));
    QStringList tip;
    if (!info.embedded)
        tip << QString::fromStdString(info.url);
    if (!info.instanceId.empty())
        tip << tr("Hearth %1, instance %2, up since %3")
                   .arg(QString::fromStdString(info.version), QString::fromStdString(info.instanceId),
                        localTimeText(info.startedAt));
    if (link.state != LinkState::Connected)
        tip << QString::fromStdString(link.problem);
    m_node->setDetails(tip);
    showTexts();
}

void HeaderBar::setNodeMenu(QMenu *menu)
{
    m_node->setMenu(menu);
    fit();
}

void HeaderBar::showDatabase(const DatabaseStatus &status, const std::optional<Percentiles> &loadLatency)
{
    m_databaseStatus = status;
    m_loadLatency = loadLatency;
    m_database->setTone(toneOf(status));
    QStringList tip;
    for (const std::string &line : {status.displayUrl, status.problem, status.nextStep, status.notice}) {
        if (!line.empty())
            tip << QString::fromStdString(line);
    }
    m_database->setDetails(tip);
    showTexts();
}

void HeaderBar::showTexts()
{
    showTexts(m_detail);
    if (!fits())
        fit();
}

void HeaderBar::showTexts(Detail detail)
{
    m_detail = detail;
    const bool isShort = detail == Detail::Short;
    showNodeText(detail);
    showDatabaseText(detail);

    const QString rate = QString::fromStdString(format::rate(m_trafficView.getsPerSecond));
    if (isShort)
        m_traffic->setText(tr("Simulated · %1").arg(rate));
    else
        m_traffic->setText(detail < Detail::NoRate ? tr("Simulated traffic on · %1").arg(rate)
                                                   : tr("Simulated traffic on"));
    m_warmUsers->setText(isShort ? tr("Warm…") : tr("Warm users…"));
    m_forceExpiry->setText(isShort ? tr("Expire…") : tr("Force expiry…"));
    m_cleanUp->setText(isShort ? tr("Clean up") : tr("Clean up now"));
}

// The role is always said: it decides what can be done here. This program's own cache has none.
void HeaderBar::showNodeText(Detail detail)
{
    QStringList words;
    if (m_link.state != LinkState::Connected)
        words << linkText(m_link.state);
    if (!m_nodeInfo.environment.empty() && (detail == Detail::All || !m_nodeInfo.embedded))
        words << dataText(m_nodeInfo.environment);
    if (!m_nodeInfo.embedded && !m_nodeInfo.role.empty())
        words << dataText(m_nodeInfo.role);
    m_node->setText(dataText(m_nodeInfo.name), words.join(QStringLiteral(" · ")));
}

// How a node's database is, only the node knows.
void HeaderBar::showDatabaseText(Detail detail)
{
    const bool isShort = detail == Detail::Short;
    m_database->setVisible(m_link.state == LinkState::Connected && !m_databaseStatus.kind.empty());
    const bool isReachable = m_databaseStatus.state == DatabaseState::Reachable;
    QStringList words;
    if (detail < Detail::NoState || !isReachable)
        words << stateWords(m_databaseStatus.state);
    if (detail == Detail::All && isReachable && m_loadLatency)
        words << QString::fromStdString(format::latency(m_loadLatency->p50));
    if (const auto simulated = m_databaseStatus.simulatedLatency; simulated.count() > 0)
        words << (isShort ? tr("+%1 ms") : tr("simulated +%1 ms")).arg(simulated.count());
    m_database->setText(kindName(m_databaseStatus.kind), words.join(QStringLiteral(" · ")));
}

// Words are left out, not cut.
void HeaderBar::fit()
{
    for (const Detail detail : {Detail::All, Detail::NoFigures, Detail::NoRate, Detail::NoState, Detail::Short}) {
        showTexts(detail);
        if (fits())
            return;
    }
}

bool HeaderBar::fits() const
{
    return layout()->sizeHint().width() <= width();
}

void HeaderBar::showTraffic(const TrafficView &traffic)
{
    m_trafficView = traffic;
    m_traffic->setVisible(traffic.on);
    m_traffic->setToolTip(tr("About %1 gets a second for %2 users are made by this program. Click to stop them.")
                              .arg(traffic.getsPerSecond)
                              .arg(traffic.users));
    m_traffic->setAccessibleName(tr("Simulated traffic is on. Press to stop it."));
    fit();
}

void HeaderBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
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
