// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/NodeView.h"

#include "ui/HeaderBar.h"
#include "ui/NodeActions.h"
#include "ui/NodeNotice.h"
#include "ui/StatusLine.h"
#include "ui/dialogs/ExpiryUndoOffer.h"
#include "ui/dialogs/NodeText.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/overview/OverviewPage.h"
#include "ui/profile/ProfilePage.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Toast.h"

#include <QAction>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <array>
#include <utility>

namespace hearth {

namespace {

enum Page { OverviewAt, EntriesAt, ProfileAt, PageCount };

constexpr std::array<PageKind, PageCount> kinds{{
    {"overview", QT_TRANSLATE_NOOP("hearth::NodeView", "Overview"), Glyph::Overview},
    {"entries", QT_TRANSLATE_NOOP("hearth::NodeView", "Entries"), Glyph::Entries},
    {"profile", QT_TRANSLATE_NOOP("hearth::NodeView", "Profile"), Glyph::Profile},
}};

} // namespace

NodeView::NodeView(NodeClient &node, QSettings &settings, QWidget *parent)
    : QWidget(parent)
    , m_node(node)
    , m_settings(settings)
    , m_link(node.link())
    , m_actions(new NodeActions(node, this))
{
    if (m_link.state == LinkState::Connected)
        m_instanceId = node.info().instanceId;
    createLayout();
    connectNode();
    overview(); // records from the start
}

NodeView::~NodeView() = default;

std::span<const PageKind> NodeView::pageKinds()
{
    return kinds;
}

QString NodeView::pageTitle(int index)
{
    return tr(kinds.at(static_cast<std::size_t>(index)).title);
}

// What every page can tell.
template <class Page>
Page &NodeView::added(Page *page)
{
    m_pages->addWidget(page);
    connect(page, &Page::notify, this, &NodeView::notify);
    return *page;
}

OverviewPage &NodeView::overview()
{
    if (m_overview)
        return *m_overview;
    m_overview = &added(new OverviewPage(m_node, m_pages));
    const std::chrono::seconds timeWindow(m_settings.value(QStringLiteral("overview/window")).toLongLong());
    if (timeWindow.count() > 0)
        m_overview->setTimeWindow(timeWindow);
    connect(m_overview, &OverviewPage::timeWindowChosen, this, [this](std::chrono::seconds chosen) {
        m_settings.setValue(QStringLiteral("overview/window"), qlonglong(chosen.count()));
    });
    connect(m_overview, &OverviewPage::cleanUpRequested, &m_actions->cleanUp(), &QAction::trigger);
    return *m_overview;
}

EntriesBrowser &NodeView::entries()
{
    if (m_entries)
        return *m_entries;
    m_entries = &added(new EntriesBrowser(m_node, m_pages));
    connect(m_entries, &EntriesBrowser::warmUsersRequested, &m_actions->warmUsers(), &QAction::trigger);
    connect(m_entries, &EntriesBrowser::expired, m_undo, &ExpiryUndoOffer::offer);
    return *m_entries;
}

ProfilePage &NodeView::profile()
{
    if (m_profile)
        return *m_profile;
    m_profile = &added(new ProfilePage(m_node, m_pages));
    connect(m_profile, &ProfilePage::expired, m_undo, &ExpiryUndoOffer::offer);
    connect(&m_profile->panel(), &ProfilePanel::acted, this, &NodeView::noteChange);
    return *m_profile;
}

void NodeView::createLayout()
{
    m_header = new HeaderBar(
        {m_actions->warmUsers(), m_actions->forceExpiry(), m_actions->cleanUp(), m_actions->simulatedTraffic()}, this);
    m_pages = new QStackedWidget(this);
    m_banner = new Banner(this);
    m_status = new StatusLine(this);
    m_toasts = new ToastArea(*m_pages);
    m_undo = new ExpiryUndoOffer(m_node, *m_toasts, *this);
    connect(m_undo, &ExpiryUndoOffer::said, m_status, &StatusLine::showAction);
    connect(m_undo, &ExpiryUndoOffer::said, this, &NodeView::noteChange);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_banner);
    column->addWidget(m_pages, 1);
    column->addWidget(m_status);

    connect(m_actions, &NodeActions::forceExpiryWanted, this, [this] { entries().openForceExpiry(window()); });
    connect(m_actions, &NodeActions::notify, this, &NodeView::notify);
    connect(m_actions, &NodeActions::notify, this, &NodeView::noteChange);
}

void NodeView::connectNode()
{
    connect(&m_node, &NodeClient::sampled, this, [this](const Sample &, const Stats &stats) {
        m_status->showStats(stats);
        m_header->showDatabase(stats.database, stats.loadLatency);
        m_actions->update();
    });
    connect(&m_node, &NodeClient::databaseChanged, this, [this](const DatabaseStatus &status) {
        m_header->showDatabase(status, m_node.stats().loadLatency);
        showNotice();
    });
    connect(&m_node, &NodeClient::linkChanged, this, &NodeView::showLink);
    connect(&m_node, &NodeClient::trafficChanged, this, &NodeView::showTraffic);
    const Stats stats = m_node.stats();
    m_status->showStats(stats);
    m_header->showDatabase(stats.database, stats.loadLatency);
    showLink(m_node.link());
    showTraffic(m_node.traffic());
}

void NodeView::setPage(int index)
{
    m_page = index;
    switch (index) {
    case EntriesAt:
        m_pages->setCurrentWidget(&entries());
        break;
    case ProfileAt:
        m_pages->setCurrentWidget(&profile());
        break;
    default:
        m_pages->setCurrentWidget(&overview());
        break;
    }
    m_header->setPageTitle(pageTitle(index));
}

int NodeView::showUser(const QString &identity)
{
    if (page() == EntriesAt) {
        entries().showUser(identity);
    } else {
        setPage(ProfileAt);
        profile().lookUp(identity);
    }
    return page();
}

void NodeView::setNodeMenu(QMenu *menu)
{
    m_header->setNodeMenu(menu);
}

// Lost and found again without a dialog: the frame and the banner say it while it is so, a toast when it is over.
void NodeView::showLink(const NodeLink &link)
{
    const NodeInfo info = m_node.info();
    const NodeLink before = std::exchange(m_link, link);
    m_header->showNode(info, link);
    m_status->showLink(link);
    m_actions->update();
    showNotice();
    if (link.state != LinkState::Connected)
        return;
    const std::string previous = std::exchange(m_instanceId, info.instanceId);
    if (previous.empty())
        return;
    if (previous != info.instanceId)
        notify(tr("%1 was started anew: its counters begin at zero.").arg(shortText(info.name)), Tone::Warning);
    else if (before.state != LinkState::Connected)
        notify(tr("%1 answers again, after %2.").arg(shortText(info.name), spanText(link.since - before.since)),
               Tone::Ok);
}

void NodeView::showNotice()
{
    const std::optional<NodeNotice> notice = noticeFor(m_node.info(), m_link, m_node.stats());
    if (!notice)
        return m_banner->clear();
    m_banner->showMessage(notice->tone, notice->title, notice->sentence);
    m_banner->setDismissible(notice->isDismissible);
}

void NodeView::showTraffic(const TrafficView &traffic)
{
    m_actions->update();
    m_header->showTraffic(traffic);
    if (!traffic.problem.empty())
        m_toasts->show(dataText(traffic.problem), Tone::Warning);
}

// Something was done that the entries show.
void NodeView::noteChange()
{
    if (m_entries)
        m_entries->noteChange();
}

void NodeView::notify(const QString &text, Tone tone)
{
    m_toasts->show(text, tone);
    m_status->showAction(text);
}

} // namespace hearth
