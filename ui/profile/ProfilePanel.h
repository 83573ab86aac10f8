// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace hearth {

class Banner;
class ElidedLabel;
class EmptyState;
class ProfileEventsModel;
class ProfileFieldsModel;

// One user: what is cached, what the row says now, field by field, and what happened. Asks the node quietly, again
// every five seconds while it is visible; acts only through its buttons. GUI thread only. Borrows the node.
class ProfilePanel final : public QWidget
{
    Q_OBJECT

public:
    explicit ProfilePanel(NodeClient &node, QWidget *parent = nullptr);

    std::string identity() const { return m_identity; }
    const std::optional<ProfileView> &view() const { return m_view; }
    QString summary() const; // what "Copy summary" copies; empty while nothing is shown

public Q_SLOTS:
    void setIdentity(const std::string &identity);
    void clear();
    void reload();

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);
    // Somebody refreshed or expired this user here.
    void acted(const std::string &identity);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void showNobody();
    QWidget *makeContent();
    QWidget *makeHead(QWidget *parent);
    QWidget *makeButtons(QWidget *parent);
    void receive(const Result<ProfileView> &view);
    void showView();
    void showProblem(const Error &error);
    void updateButtons();
    void refreshFromDatabase();
    void expire();
    void copySummary();
    WallTime now() const;

    NodeClient &m_node;
    std::string m_identity;
    std::optional<ProfileView> m_view;
    std::uint64_t m_request = 0;
    bool m_isAsking = false;
    bool m_isActing = false;
    QTimer m_reloadTimer;

    ProfileFieldsModel *m_fields = nullptr;
    ProfileEventsModel *m_events = nullptr;
    QStackedWidget *m_stack = nullptr;
    EmptyState *m_placeholder = nullptr; // nobody is chosen, or nothing known yet
    ElidedLabel *m_name = nullptr;
    QLabel *m_line = nullptr;
    Banner *m_verdict = nullptr;
    QTableView *m_fieldsView = nullptr;
    QPushButton *m_refresh = nullptr;
    QPushButton *m_expire = nullptr;
    QToolButton *m_copy = nullptr;
    QLabel *m_eventsTitle = nullptr;
    QTableView *m_eventsView = nullptr;
    QLabel *m_noEvents = nullptr;
};

} // namespace hearth
