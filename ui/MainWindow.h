// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeDirectory.h"
#include "ui/theme/Theme.h"
#include "ui/theme/ThemeController.h"

#include <QMainWindow>
#include <QStringList>

#include <vector>

class QActionGroup;
class QMenu;
class QSettings;
class QStackedWidget;

namespace hearth {

class NavigationRail;
class NodeClient;
class NodeView;

// The window: the rail of pages, a NodeView for the node that is shown, the menus, and what the window remembers. It
// knows pages by name and nodes by number; what they show and do is theirs. GUI thread only.
// Ownership: borrows all three, which must outlive the window.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    // The directory holds one node at least.
    MainWindow(NodeDirectory &nodes, ThemeController &theme, QSettings &settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    // The names of the pages, in the order of the rail: what --page takes.
    static QStringList pageNames();
    // Returns: false when there is no such page.
    bool showPage(const QString &name);
    // This user, on the node that is shown.
    void showUser(const QString &identity);
    // The node of this number in the directory, on the page that is open.
    void showNode(std::size_t index);
    NodeView &currentView() const;

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void createRail(QWidget &parent);
    void createMenus();
    void createFileMenu();
    void createViewMenu();
    void addThemes(QMenu &menu);
    void listNode(std::size_t index);
    void showNodeState(std::size_t index);
    NodeView &viewOf(std::size_t index);
    void restoreState();
    void setPage(int index);
    void savePicture();
    void showAbout();

    NodeDirectory &m_nodes;
    ThemeController &m_theme;
    QSettings &m_settings;

    NavigationRail *m_rail = nullptr;
    QStackedWidget *m_stack = nullptr;
    std::vector<NodeView *> m_views; // by the number of the node; null until it is shown
    std::size_t m_current = 0;
    QMenu *m_cacheMenu = nullptr; // of the node that is shown
    QMenu *m_nodeMenu = nullptr;
    QActionGroup *m_nodeActions = nullptr;
};

} // namespace hearth
