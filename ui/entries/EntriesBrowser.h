// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QAction;
class QMenu;
class QSplitter;
class QStackedWidget;

namespace hearth {

class Banner;
class EmptyState;
class EntriesActions;
class EntriesLoader;
class EntriesModel;
class EntriesTable;
class EntriesToolbar;
class ProfilePanel;
class ProgressStrip;

// The page of all cached users: find, watch, select, act; the profile of the current one beside the table.
// (A page of rows, in core/node, is called EntriesPage; hence the name.)
//
// Looks only, until a button is pressed: while it is visible it asks anew for the rows around the visible ones every
// two seconds (less often where the node takes long for it), and repaints the countdowns every second. GUI thread only.
// Borrows the node.
class EntriesBrowser final : public QWidget
{
    Q_OBJECT

public:
    explicit EntriesBrowser(NodeClient &node, QWidget *parent = nullptr);

    EntriesTable &table() { return *m_table; }
    EntriesModel &model() { return *m_model; }
    EntriesToolbar &toolbar() { return *m_toolbar; }
    ProfilePanel &profile() { return *m_profile; }
    // The dialog that forceExpiry() shows, over `parent`: the selected users, those of the filter, everyone.
    void openForceExpiry(QWidget *parent);
    EntriesActions &actions() { return *m_actions; }

public Q_SLOTS:
    void focusSearch();
    // What is cached has changed by what somebody did: what is shown from now on was read after it.
    void noteChange();
    // Opens their profile, with their row selected; where the row is not loaded, searches for them.
    void showUser(const QString &identity);
    void forceExpiry();

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);
    void expired(const hearth::ExpiryOutcome &outcome, const QString &whom); // as ForceExpiryDialog
    void warmUsersRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeLeft();
    void makeActions();
    QAction *addTableAction(const QString &text, const QKeySequence &shortcut, void (EntriesActions::*slot)());
    void connectActions();
    void connectLoader();
    void takeFilter();
    void takeRefusal(const Error &error);
    void reload();
    void refreshByTime();
    void showCounts();
    void showState();
    void showFailure(const Error &error);
    void showMenu(const QPoint &position);
    void emptyActionTriggered();
    void openCurrentProfile();
    void selectWanted();
    void splitByWidth();

    enum class Empty { None, Loading, Unreadable, NothingCached, NothingMatches };

    NodeClient &m_node;
    EntriesModel *m_model = nullptr;
    EntriesLoader *m_loader = nullptr;
    EntriesToolbar *m_toolbar = nullptr;
    Banner *m_banner = nullptr;
    QStackedWidget *m_stack = nullptr;
    EntriesTable *m_table = nullptr;
    EmptyState *m_emptyState = nullptr;
    ProgressStrip *m_progress = nullptr;
    EntriesActions *m_actions = nullptr;
    ProfilePanel *m_profile = nullptr;
    QSplitter *m_splitter = nullptr;
    QMenu *m_menu = nullptr;
    std::vector<QAction *> m_selectionActions; // that act on the cache
    std::vector<QAction *> m_copyActions;
    Empty m_empty = Empty::Loading;
    std::string m_userToSelect; // as soon as their row is there; empty: nobody
    bool m_isSplitByHand = false;
    QTimer m_refreshTimer;
    QElapsedTimer m_sinceReload;
    QTimer m_countdownTimer;
    QTimer m_profileTimer; // the cursor has rested on a row
};

} // namespace hearth
