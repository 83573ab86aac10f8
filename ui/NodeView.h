// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"

#include <QWidget>

#include <span>
#include <string>

class QMenu;
class QSettings;
class QStackedWidget;

namespace hearth {

class Banner;
class EntriesBrowser;
class ExpiryUndoOffer;
class HeaderBar;
class NodeActions;
class OverviewPage;
class ProfilePage;
class StatusLine;
class ToastArea;

// A page as the rail and the command line know it.
struct PageKind {
    const char *name;  // what --page takes
    const char *title; // to be translated in the context of NodeView
    Glyph glyph;
};

// Everything that a window shows of one node: the header that always says which node it is and how it is, what is
// wrong, the pages, the status line, and what a person can do. A window has one for each node that it has shown; those
// that are not visible go on recording.
//
// GUI thread only. Borrows node and settings, which must outlive it.
class NodeView final : public QWidget
{
    Q_OBJECT

public:
    NodeView(NodeClient &node, QSettings &settings, QWidget *parent = nullptr);
    ~NodeView() override;

    // In the order of the rail.
    static std::span<const PageKind> pageKinds();
    static QString pageTitle(int index);

    NodeClient &node() const { return m_node; }
    NodeActions &actions() const { return *m_actions; }
    int page() const { return m_page; }
    void setPage(int index);
    // This user: beside the entries where they are shown, else on the page that looks one user up. Returns: the page.
    int showUser(const QString &identity);
    // What the node's name in the header opens: other nodes. Null: nothing.
    void setNodeMenu(QMenu *menu);
    // A toast, and a line that stays.
    void notify(const QString &text, Tone tone);

private:
    void createLayout();
    OverviewPage &overview();
    EntriesBrowser &entries();
    ProfilePage &profile();
    template <class Page>
    Page &added(Page *page);
    void connectNode();
    void showLink(const NodeLink &link);
    void showNotice();
    void showTraffic(const TrafficView &traffic);
    void noteChange();

    NodeClient &m_node;
    QSettings &m_settings;
    NodeLink m_link;          // as it was told last
    std::string m_instanceId; // of the node that answered last; empty: none has

    NodeActions *m_actions = nullptr;
    HeaderBar *m_header = nullptr;
    Banner *m_banner = nullptr;
    QStackedWidget *m_pages = nullptr;
    StatusLine *m_status = nullptr;
    ToastArea *m_toasts = nullptr;
    ExpiryUndoOffer *m_undo = nullptr;
    // Pages are made when they are first needed: the window is there sooner.
    int m_page = -1;
    OverviewPage *m_overview = nullptr;
    EntriesBrowser *m_entries = nullptr;
    ProfilePage *m_profile = nullptr;
};

} // namespace hearth
