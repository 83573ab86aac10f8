// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QDeadlineTimer>
#include <QObject>
#include <QPointer>
#include <QString>

#include <string>
#include <vector>

class QShortcut;
class QWidget;

namespace hearth {

class ToastArea;

// Tells of forced expiries, and offers to take each back for as long as the node can: by a toast that counts the
// seconds down, and by Ctrl+Z in the window, which takes the newest back. Says what came of it.
//
// Text fields keep their Ctrl+Z while they have something of their own to undo. GUI thread only.
// Ownership: belongs to the window; borrows the node and the clock, which must outlive it. The toasts may go before it.
class ExpiryUndoOffer final : public QObject
{
    Q_OBJECT

public:
    ExpiryUndoOffer(NodeClient &node, ToastArea &toasts, QWidget &window); // by this machine's clock
    ExpiryUndoOffer(NodeClient &node, ToastArea &toasts, QWidget &window, const Clock &clock);
    ~ExpiryUndoOffer() override;

    bool isPossible() const { return !m_offers.empty(); }

    bool eventFilter(QObject *watched, QEvent *event) override;

public Q_SLOTS:
    // `whom` for people: "412 entries", "ana.souza".
    void offer(const hearth::ExpiryOutcome &outcome, const QString &whom);
    void undoNewest();

Q_SIGNALS:
    // What a toast has just told.
    void said(const QString &text);

private:
    struct Offer {
        std::string undoId;
        QString whom;
        QDeadlineTimer until;
        quint64 toast = 0;
    };

    void say(const QString &text, Tone tone);
    void show(Offer offer, const QString &text, Tone tone);
    void undo(const std::string &undoId);
    void receive(const Offer &offer, const Result<UndoOutcome> &outcome);
    void forgetThoseThatAreOver();
    void updateShortcut();

    NodeClient &m_node;
    const QPointer<ToastArea> m_toasts;
    const Clock &m_clock;
    const QPointer<QShortcut> m_shortcut; // a child of the window
    std::vector<Offer> m_offers;          // oldest first
};

} // namespace hearth
