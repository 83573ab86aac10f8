// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesBrowser.h"

#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/RoleText.h"
#include "ui/entries/EntriesActions.h"
#include "ui/entries/EntriesLoader.h"
#include "ui/entries/EntriesModel.h"
#include "ui/entries/EntriesTable.h"
#include "ui/entries/EntriesToolbar.h"
#include "ui/entries/ProgressStrip.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/EmptyState.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto refreshInterval = 2s;
constexpr auto countdownInterval = 1s;
constexpr auto restingTime = 120ms;
constexpr int narrowestProfile = 448; // both columns of its table can be read
constexpr int widestProfile = 520;

QFrame *makeLine(QWidget *parent)
{
    auto *line = new QFrame(parent);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    return line;
}

} // namespace

EntriesBrowser::EntriesBrowser(NodeClient &node, QWidget *parent)
    : QWidget(parent)
    , m_node(node)
    , m_model(new EntriesModel(this))
    , m_loader(new EntriesLoader(node, *m_model, this))
    , m_toolbar(new EntriesToolbar(this))
{
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(makeLeft());
    m_profile = new ProfilePanel(node, this); // behind the table, also for the Tab key
    m_profile->setAutoFillBackground(true);
    m_profile->setBackgroundRole(QPalette::Base);
    m_splitter->addWidget(m_profile);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setCollapsible(0, false);
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_isSplitByHand = true; });

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_toolbar);
    layout->addWidget(makeLine(this));
    layout->addWidget(m_splitter, 1);

    m_actions = new EntriesActions(node, *m_table, *m_model, *m_loader, *m_progress, this);
    makeActions();
    connectActions();
    connectLoader();
    m_refreshTimer.setInterval(refreshInterval);
    m_countdownTimer.setInterval(countdownInterval);
    m_profileTimer.setInterval(restingTime);
    m_profileTimer.setSingleShot(true);
    connect(&m_refreshTimer, &QTimer::timeout, this, &EntriesBrowser::refreshByTime);
    connect(&m_countdownTimer, &QTimer::timeout, this, [this] {
        m_model->setNow(m_loader->nodeNow());
        m_table->repaintCountdowns();
    });
    connect(&m_profileTimer, &QTimer::timeout, this, [this] {
        if (const std::string identity = m_table->currentIdentity(); !identity.empty())
            m_profile->setIdentity(identity);
    });
    showState();
    showCounts();
}

QWidget *EntriesBrowser::makeLeft()
{
    auto *left = new QWidget(this);
    left->setAutoFillBackground(true);
    left->setBackgroundRole(QPalette::Base);
    m_banner = new Banner(left);
    m_banner->setObjectName(QStringLiteral("readingProblem"));
    m_stack = new QStackedWidget(left);
    m_table = new EntriesTable(*m_model, m_stack);
    m_emptyState = new EmptyState(m_stack);
    m_emptyState->setObjectName(QStringLiteral("empty"));
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_emptyState);
    m_progress = new ProgressStrip(left);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_progress); // below: what is above stays where it is

    connect(m_emptyState, &EmptyState::actionTriggered, this, &EntriesBrowser::emptyActionTriggered);
    connect(m_banner, &Banner::actionTriggered, this, &EntriesBrowser::reload);
    connect(m_table, &EntriesTable::selectionMoved, this, &EntriesBrowser::showCounts);
    connect(m_table, &EntriesTable::currentUserChanged, this, [this] { m_profileTimer.start(); });
    connect(m_table, &EntriesTable::viewMoved, this, [this] {
        const RowRange visible = m_table->visibleRows();
        m_loader->show(visible.first, visible.last);
    });
    connect(m_table, &EntriesTable::userActivated, this, &EntriesBrowser::openCurrentProfile);
    connect(m_table, &QWidget::customContextMenuRequested, this, &EntriesBrowser::showMenu);
    return left;
}

void EntriesBrowser::makeActions()
{
    m_menu = new QMenu(this);
    m_menu->addAction(tr("Open profile"), this, &EntriesBrowser::openCurrentProfile);
    m_menu->addSeparator();
    m_selectionActions = {
        addTableAction(tr("Refresh from database"), QKeySequence(Qt::Key_F5), &EntriesActions::refreshSelected),
        addTableAction(tr("Expire…"), QKeySequence(Qt::Key_E), &EntriesActions::expireSelected),
        addTableAction(tr("Remove…"), QKeySequence(Qt::Key_Delete), &EntriesActions::removeSelected)};
    m_menu->addSeparator();
    m_copyActions = {
        addTableAction(tr("Copy identities"), QKeySequence(QKeySequence::Copy), &EntriesActions::copyIdentities),
        addTableAction(tr("Copy as table"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), &EntriesActions::copyRows)};

    auto *find = new QShortcut(QKeySequence(QKeySequence::Find), this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, &EntriesBrowser::focusSearch);
}

void EntriesBrowser::connectActions()
{
    connect(m_toolbar, &EntriesToolbar::refreshWanted, m_actions, &EntriesActions::refreshSelected);
    connect(m_toolbar, &EntriesToolbar::expireWanted, m_actions, &EntriesActions::expireSelected);
    connect(m_toolbar, &EntriesToolbar::removeWanted, m_actions, &EntriesActions::removeSelected);
    connect(m_toolbar, &EntriesToolbar::exportWanted, m_actions, &EntriesActions::exportAs);
    connect(m_actions, &EntriesActions::notify, this, &EntriesBrowser::notify);
    connect(m_actions, &EntriesActions::expired, this, &EntriesBrowser::expired);
    connect(&m_node, &NodeClient::linkChanged, this, &EntriesBrowser::showCounts);
    connect(m_actions, &EntriesActions::acted, this, [this] {
        noteChange();
        m_profile->reload();
    });
    connect(m_actions, &EntriesActions::busyChanged, this, [this](bool isBusy) {
        m_toolbar->setBusy(isBusy);
        showCounts();
    });
}

QAction *EntriesBrowser::addTableAction(const QString &text, const QKeySequence &shortcut,
                                        void (EntriesActions::*slot)())
{
    auto *action = new QAction(text, this);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, m_actions, slot);
    m_table->addAction(action);
    m_menu->addAction(action);
    return action;
}

void EntriesBrowser::connectLoader()
{
    connect(m_toolbar, &EntriesToolbar::filterChanged, this, &EntriesBrowser::takeFilter);
    connect(m_loader, &EntriesLoader::answered, this, [this] {
        m_banner->clear();
        showState();
        showCounts();
        selectWanted();
    });
    connect(m_loader, &EntriesLoader::failed, this, &EntriesBrowser::showFailure);
    connect(m_loader, &EntriesLoader::refused, this, &EntriesBrowser::takeRefusal);
    connect(m_profile, &ProfilePanel::notify, this, &EntriesBrowser::notify);
    connect(m_profile, &ProfilePanel::expired, this, &EntriesBrowser::expired);
    connect(m_profile, &ProfilePanel::acted, this, &EntriesBrowser::noteChange);
}

void EntriesBrowser::takeFilter()
{
    const EntriesFilter filter = m_toolbar->filter();
    if (filter != m_loader->filter() && m_table->isAllSelected())
        m_table->clearSelection(); // all that match are others then
    m_loader->setFilter(filter);
}

// The list stays what it was, and so do the signs of what it is.
void EntriesBrowser::takeRefusal(const Error &error)
{
    {
        const QSignalBlocker silent(m_table->horizontalHeader());
        m_table->horizontalHeader()->setSortIndicator(EntriesModel::columnOf(m_loader->sort()),
                                                      m_loader->isDescending() ? Qt::DescendingOrder
                                                                               : Qt::AscendingOrder);
    }
    m_table->horizontalHeader()->viewport()->update();
    m_toolbar->setFilter(m_loader->filter());
    Q_EMIT notify(errorText(error), Tone::Warning);
}

void EntriesBrowser::noteChange()
{
    m_loader->noteChange();
    if (isVisible())
        reload(); // else when it is shown
}

void EntriesBrowser::reload()
{
    m_sinceReload.start();
    m_loader->refresh();
}

// A node that takes long for it is asked less often, and one that has not answered yet is not asked again.
void EntriesBrowser::refreshByTime()
{
    const std::chrono::milliseconds rest = m_loader->restTime();
    const bool isRested = rest <= refreshInterval || std::chrono::milliseconds(m_sinceReload.elapsed()) >= rest;
    if (!m_loader->isRefreshing() && isRested)
        reload();
}

void EntriesBrowser::showCounts()
{
    const std::size_t selected = m_table->selectedCount();
    m_toolbar->showCounts(selected, m_model->matching(), m_model->total(), m_loader->filter() != EntriesFilter{});
    if (m_empty == Empty::Loading || m_empty == Empty::Unreadable)
        m_toolbar->showNoCounts();
    m_toolbar->setExportEnabled(m_model->matching() > 0 && !m_actions->isBusy());
    const QString refusal = refusalText(m_node.info(), m_node.link(), Right::Act);
    m_toolbar->setRefusal(refusal);
    for (QAction *action : m_selectionActions)
        action->setEnabled(selected > 0 && refusal.isEmpty());
    for (QAction *action : m_copyActions)
        action->setEnabled(selected > 0);
}

void EntriesBrowser::showState()
{
    m_empty = Empty::None;
    if (m_model->rowCount() == 0) {
        if (m_loader->isLoading())
            m_empty = Empty::Loading;
        else
            m_empty = m_model->total() == 0 ? Empty::NothingCached : Empty::NothingMatches;
    }
    switch (m_empty) {
    case Empty::None:
    case Empty::Unreadable:
        break;
    case Empty::Loading:
        m_emptyState->setContent(Glyph::Entries, tr("Loading …"), tr("The node was asked for its entries."));
        break;
    case Empty::NothingCached:
        m_emptyState->setContent(Glyph::Entries, tr("Nothing is cached yet"),
                                 tr("Users appear here as soon as their profiles are read, or when you warm them."),
                                 tr("Warm users…"));
        break;
    case Empty::NothingMatches:
        m_emptyState->setContent(Glyph::Search, tr("Nobody matches"),
                                 tr("Of %1, none fits the search and the filters: %2.")
                                     .arg(entriesText(m_model->total()), filterText(m_loader->filter())),
                                 tr("Clear the filter"));
        break;
    }
    m_stack->setCurrentIndex(m_empty == Empty::None ? 0 : 1);
}

void EntriesBrowser::showFailure(const Error &error)
{
    if (m_model->rowCount() > 0) {
        m_banner->showMessage(Tone::Error, tr("The entries could not be read anew."),
                              tr("What is shown is the last that was read. %1").arg(errorText(error)), tr("Try again"));
        return;
    }
    m_empty = Empty::Unreadable;
    showCounts();
    m_emptyState->setContent(Glyph::Error, tr("The entries could not be read"), errorText(error), tr("Try again"));
    m_stack->setCurrentIndex(1);
}

void EntriesBrowser::emptyActionTriggered()
{
    if (m_empty == Empty::NothingCached)
        Q_EMIT warmUsersRequested();
    else if (m_empty == Empty::NothingMatches)
        m_toolbar->clearFilter();
    else
        reload();
}

void EntriesBrowser::showMenu(const QPoint &position)
{
    m_menu->popup(m_table->viewport()->mapToGlobal(position));
}

void EntriesBrowser::focusSearch()
{
    m_toolbar->focusSearch();
}

void EntriesBrowser::showUser(const QString &identity)
{
    m_profile->setIdentity(identity.toStdString());
    const int row = m_model->rowOf(identity.toStdString());
    if (row >= 0)
        m_table->selectRow(row);
    else if (m_model->rowCount() > 0)
        m_toolbar->setSearch(identity);
    else
        m_userToSelect = identity.toStdString(); // once the entries are there
}

void EntriesBrowser::selectWanted()
{
    if (m_userToSelect.empty())
        return;
    const int row = m_model->rowOf(m_userToSelect);
    // Somebody chose another row meanwhile.
    const bool isElsewhere = !m_table->currentIdentity().empty() || m_table->selectedCount() > 0;
    if (row >= 0 && !isElsewhere)
        m_table->selectRow(row);
    if (row >= 0 || isElsewhere)
        m_userToSelect.clear();
}

void EntriesBrowser::openCurrentProfile()
{
    m_profileTimer.stop();
    const std::string identity = m_table->currentIdentity();
    if (identity.empty())
        return;
    if (m_splitter->sizes().last() == 0)
        splitByWidth();
    m_profile->setIdentity(identity);
}

void EntriesBrowser::forceExpiry()
{
    openForceExpiry(this);
}

void EntriesBrowser::openForceExpiry(QWidget *parent)
{
    m_actions->openForceExpiry(parent);
}

void EntriesBrowser::splitByWidth()
{
    const int profileWidth = std::clamp(width() * 3 / 10, narrowestProfile, widestProfile);
    m_splitter->setSizes({std::max(width() - profileWidth, 1), profileWidth});
}

void EntriesBrowser::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (!m_isSplitByHand)
        splitByWidth();
}

void EntriesBrowser::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_refreshTimer.start();
    m_countdownTimer.start();
    reload();
}

void EntriesBrowser::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_refreshTimer.stop();
    m_countdownTimer.stop();
    m_profileTimer.stop();
}

} // namespace hearth
