// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QAbstractButton;
class QKeySequence;
class QLabel;
class QStackedWidget;

namespace hearth {

class Banner;
class EmptyState;
class LinedTable;
class MaskRow;
class ProfileButtons;
class ProfileEventsModel;
class ProfileFieldsModel;
class ProfileHead;

// One user: what is cached, what the row says now, field by field, and what happened. Asks the node quietly, again
// every five seconds while it is visible; in between only the time goes by. Acts only through its buttons and their
// keys, which are its actions(): a page around it may take them over.
//
// What is masked for somebody's role is revealed for one look: a minute, or until somebody else is looked at.
// GUI thread only. Borrows the node and the clock.
class ProfilePanel final : public QWidget
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds revealTime{60};

    explicit ProfilePanel(NodeClient &node, QWidget *parent = nullptr); // by this machine's clock
    ProfilePanel(NodeClient &node, const Clock &clock, QWidget *parent = nullptr);

    std::string identity() const { return m_identity; }
    const std::optional<ProfileView> &view() const { return m_view; }
    bool isRevealed() const { return m_revealedUntil.has_value(); }
    // What "Copy summary" copies; empty while nothing is shown. What is masked for the role stays masked in it.
    QString summary() const;

public Q_SLOTS:
    void setIdentity(const std::string &identity);
    // A new look, also at the same user: what was revealed is masked again.
    void lookUp(const std::string &identity);
    void clear();
    void reload(); // not while something is revealed

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);
    // As ForceExpiryDialog's.
    void expired(const hearth::ExpiryOutcome &outcome, const QString &whom);
    // Somebody refreshed or expired this user here.
    void acted(const std::string &identity);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *makeContent();
    void makeActing(QWidget *parent);
    void makeEvents(QWidget *parent);
    void connectNode();
    void addKey(const QKeySequence &key, QAbstractButton &button);

    void showNobody();
    void ask();
    void receive(const Result<ProfileView> &view);
    void showView();
    void showUnknown();
    void showVerdict();
    void showProblem(const Error &error);
    void showTime();
    void showMasking();
    void showEvents();
    void updateButtons();

    bool isInProduction() const;
    std::uint64_t beginAct();
    void endAct(std::uint64_t act, const std::string &identity);
    void refreshFromDatabase();
    void expire();
    void expireNow();
    void askForReason();
    void reveal(const ProfileView &view);
    void maskAgain();
    void copySummary();

    NodeClient &m_node;
    const Clock &m_clock;
    std::string m_identity;
    std::optional<ProfileView> m_view;
    std::optional<Error> m_problem; // of the last look, while an older one is shown
    WallTime m_seenAt{};
    std::uint64_t m_request = 0;
    bool m_isAsking = false;
    std::uint64_t m_act = 0; // the last that was begun
    bool m_isActing = false;
    std::optional<MonotonicTime> m_revealedUntil;
    QTimer m_reloadTimer;
    QTimer m_tickTimer;

    ProfileFieldsModel *m_fields = nullptr;
    ProfileEventsModel *m_events = nullptr;
    QStackedWidget *m_stack = nullptr;
    EmptyState *m_placeholder = nullptr; // nobody is chosen, or nothing known of them
    ProfileHead *m_head = nullptr;
    Banner *m_verdict = nullptr;
    LinedTable *m_fieldsView = nullptr;
    MaskRow *m_maskRow = nullptr;
    ProfileButtons *m_buttons = nullptr;
    QLabel *m_eventsTitle = nullptr;
    LinedTable *m_eventsView = nullptr;
    QLabel *m_noEvents = nullptr;
};

} // namespace hearth
