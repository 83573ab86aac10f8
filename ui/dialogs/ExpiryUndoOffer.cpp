// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ExpiryUndoOffer.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"
#include "ui/widgets/Toast.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QShortcut>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

const SystemClock systemClock{};

} // namespace

ExpiryUndoOffer::ExpiryUndoOffer(NodeClient &node, ToastArea &toasts, QWidget &window)
    : ExpiryUndoOffer(node, toasts, window, systemClock)
{
}

ExpiryUndoOffer::ExpiryUndoOffer(NodeClient &node, ToastArea &toasts, QWidget &window, const Clock &clock)
    : QObject(&window)
    , m_node(node)
    , m_toasts(&toasts)
    , m_clock(clock)
    , m_shortcut(new QShortcut(QKeySequence(QKeySequence::Undo), &window))
{
    m_shortcut->setEnabled(false);
    connect(m_shortcut, &QShortcut::activated, this, &ExpiryUndoOffer::undoNewest);
}

ExpiryUndoOffer::~ExpiryUndoOffer()
{
    delete m_shortcut;
    for (const Offer &offer : m_offers) {
        if (m_toasts)
            m_toasts->close(offer.toast);
    }
}

void ExpiryUndoOffer::offer(const ExpiryOutcome &outcome, const QString &whom)
{
    if (outcome.expired == 0)
        return say(tr("Nothing expired: none of them was active any more."), Tone::Neutral);
    const QString text = tr("Expired %1").arg(whom);
    const std::chrono::milliseconds left = outcome.undoUntil - m_clock.wallNow();
    if (outcome.undoId.empty() || left.count() <= 0)
        return say(tr("%1. This cannot be undone.").arg(text), Tone::Neutral);
    show({outcome.undoId, whom, QDeadlineTimer(left), 0}, text, Tone::Neutral);
}

void ExpiryUndoOffer::say(const QString &text, Tone tone)
{
    if (m_toasts)
        m_toasts->show(text, tone);
    Q_EMIT said(text);
}

void ExpiryUndoOffer::show(Offer offer, const QString &text, Tone tone)
{
    ToastMessage message;
    message.text = text;
    message.tone = tone;
    message.actionText = tr("Undo");
    message.actionTip = tr("Take the expiry back (%1)")
                            .arg(m_shortcut ? m_shortcut->key().toString(QKeySequence::NativeText) : QString());
    message.actionUntil = offer.until;
    message.action = [self = QPointer(this), undoId = offer.undoId] {
        if (self)
            self->undo(undoId);
    };
    if (m_toasts)
        offer.toast = m_toasts->show(std::move(message));
    // Not a moment too early: nobody would look again.
    QTimer::singleShot(std::chrono::milliseconds(offer.until.remainingTime() + 1), Qt::PreciseTimer, this,
                       &ExpiryUndoOffer::forgetThoseThatAreOver);
    m_offers.push_back(std::move(offer));
    updateShortcut();
    Q_EMIT said(text);
}

void ExpiryUndoOffer::undoNewest()
{
    if (!m_offers.empty())
        undo(m_offers.back().undoId);
}

void ExpiryUndoOffer::undo(const std::string &undoId)
{
    const auto found = std::find_if(m_offers.begin(), m_offers.end(),
                                    [&undoId](const Offer &candidate) { return candidate.undoId == undoId; });
    if (found == m_offers.end())
        return;
    const Offer offer = std::move(*found);
    m_offers.erase(found);
    updateShortcut();
    if (m_toasts)
        m_toasts->close(offer.toast);
    onAnswer(m_node.undoExpiry(offer.undoId), this,
             [this, offer](const Result<UndoOutcome> &outcome) { receive(offer, outcome); });
}

void ExpiryUndoOffer::receive(const Offer &offer, const Result<UndoOutcome> &outcome)
{
    if (!outcome && outcome.error().code == ErrorCode::NotFound)
        return say(tr("Too late to take the expiry of %1 back. The next read goes to the database.").arg(offer.whom),
                   Tone::Warning);
    if (!outcome) {
        const QString text = tr("The expiry of %1 was not taken back. %2").arg(offer.whom, errorText(outcome.error()));
        return offer.until.hasExpired() ? say(text, Tone::Error) : show(offer, text, Tone::Error);
    }
    if (outcome->skipped == 0)
        return say(tr("Restored %1").arg(entriesText(outcome->restored)), Tone::Ok);
    const QString skipped = outcome->skipped == 1
                                ? tr("1 was reloaded or removed meanwhile")
                                : tr("%1 were reloaded or removed meanwhile").arg(countText(outcome->skipped));
    say(tr("Restored %1, %2").arg(entriesText(outcome->restored), skipped),
        outcome->restored > 0 ? Tone::Ok : Tone::Warning);
}

void ExpiryUndoOffer::forgetThoseThatAreOver()
{
    std::erase_if(m_offers, [](const Offer &offer) { return offer.until.hasExpired(); });
    updateShortcut();
}

// The filter sees every event of the program: it is there only while there is something to undo.
void ExpiryUndoOffer::updateShortcut()
{
    if (m_shortcut)
        m_shortcut->setEnabled(isPossible());
    qApp->removeEventFilter(this);
    if (isPossible())
        qApp->installEventFilter(this);
}

// A field claims Ctrl+Z even when it has nothing to undo.
bool ExpiryUndoOffer::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->matches(QKeySequence::Undo)) {
        const auto *field = qobject_cast<const QLineEdit *>(watched);
        if (field != nullptr && !field->isUndoAvailable()) {
            event->ignore();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace hearth
