// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/ThemeController.h"

#include <QMainWindow>
#include <QStringList>

class QAction;
class QSettings;
class QStackedWidget;

namespace hearth {

class Banner;
class CleanUpAction;
class EntriesBrowser;
class ExpiryUndoOffer;
class HeaderBar;
class InstallTriggersDialog;
class NavigationRail;
class OverviewPage;
class ProfilePage;
class StatusLine;
class ToastArea;
class WarmUsersDialog;

// The frame: the rail of pages, the header that always shows node and database, the actions with their keys, the
// messages. What a page shows is the page's business. GUI thread only.
// Ownership: borrows all three, which must outlive the window.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(NodeClient &node, ThemeController &theme, QSettings &settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    // The names of the pages, in the order of the rail: what --page takes.
    static QStringList pageNames();
    // Returns: false when there is no such page.
    bool showPage(const QString &name);
    // This user: beside the entries where they are shown, else on the page that looks one user up.
    void showUser(const QString &identity);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void createActions();
    void createMenus();
    void createPages();
    void createLayout();
    void connectNode();
    void restoreState();
    void setPage(int index);

    void warmUsers();
    void forceExpiry();
    void installTriggers();
    void toggleTraffic();
    bool confirmTrafficOnForeignDatabase();
    void savePicture();
    void showAbout();

    void showDatabase(const DatabaseStatus &status);
    void showChanges(const InvalidationState &changes);
    static QString staleWords(const DatabaseStatus &status, const Stats &stats);
    void showTraffic(const TrafficView &traffic);
    void notify(const QString &text, Tone tone);

    NodeClient &m_node;
    ThemeController &m_theme;
    QSettings &m_settings;

    NavigationRail *m_rail = nullptr;
    HeaderBar *m_header = nullptr;
    Banner *m_banner = nullptr;
    QStackedWidget *m_pages = nullptr;
    StatusLine *m_status = nullptr;
    ToastArea *m_toasts = nullptr;
    ExpiryUndoOffer *m_undo = nullptr;
    OverviewPage *m_overview = nullptr;
    EntriesBrowser *m_entries = nullptr;
    ProfilePage *m_profile = nullptr;
    WarmUsersDialog *m_warmUsersDialog = nullptr;             // made when first asked for
    InstallTriggersDialog *m_installTriggersDialog = nullptr; // likewise

    QAction *m_warmUsers = nullptr;
    QAction *m_forceExpiry = nullptr;
    CleanUpAction *m_cleanUp = nullptr;
    QAction *m_installTriggers = nullptr;
    QAction *m_simulatedTraffic = nullptr;
};

} // namespace hearth
