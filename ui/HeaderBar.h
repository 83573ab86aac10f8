// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QWidget>

class QAction;
class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace hearth {

class Pill;

// The strip above every page: which page, which node, how its database is, whether traffic is simulated, and the
// three buttons that act. GUI thread only.
class HeaderBar final : public QWidget
{
    Q_OBJECT

public:
    // The actions belong to the window; the buttons follow their text, icon and state.
    struct Actions {
        QAction &warmUsers;
        QAction &forceExpiry;
        QAction &cleanUp;
        QAction &simulatedTraffic;
    };
    explicit HeaderBar(const Actions &actions, QWidget *parent = nullptr);

    void setPageTitle(const QString &title);
    void showNode(const NodeInfo &info, const NodeLink &link);
    void showDatabase(const DatabaseStatus &status, const std::optional<Percentiles> &loadLatency);
    void showTraffic(const TrafficView &traffic);
    // What the node's name opens; null: nothing.
    void setNodeMenu(QMenu *menu);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    // How much is said: the first of these that fits. Each leaves out more than the one before.
    enum class Detail { All, NoFigures, NoRate, NoState, Short };
    void showTexts();
    void showTexts(Detail detail);
    void showNodeText(Detail detail);
    void showDatabaseText(Detail detail);
    void fit();
    bool fits() const;

    Detail m_detail = Detail::All;
    NodeInfo m_nodeInfo;
    NodeLink m_link;
    DatabaseStatus m_databaseStatus;
    std::optional<Percentiles> m_loadLatency;
    TrafficView m_trafficView;
    QLabel *m_title = nullptr;
    Pill *m_node = nullptr;
    Pill *m_database = nullptr;
    QToolButton *m_traffic = nullptr; // there only while traffic is simulated: a click stops it
    QPushButton *m_warmUsers = nullptr;
    QPushButton *m_forceExpiry = nullptr;
    QPushButton *m_cleanUp = nullptr;
};

} // namespace hearth
