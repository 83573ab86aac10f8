// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/CleanUpAction.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/RoleText.h"
#include "ui/theme/Icon.h"

namespace hearth {

QString cleanupText(const CleanupOutcome &outcome)
{
    const QString text = CleanUpAction::tr("Removed %1 expired, %2 remain · %3")
                             .arg(countText(outcome.removed), countText(outcome.finalCount), spanText(outcome.took));
    if (outcome.keptStale == 0)
        return text;
    return CleanUpAction::tr("%1 · %2 expired kept, because the database is away")
        .arg(text, countText(outcome.keptStale));
}

CleanUpAction::CleanUpAction(NodeClient &node, QObject *parent)
    : QAction(hearth::icon(Glyph::Cleanup, Tint::OnAccent), tr("Clean up now"), parent)
    , m_node(node)
{
    setShortcut(QKeySequence(tr("Ctrl+Shift+L")));
    connect(this, &QAction::triggered, this, &CleanUpAction::cleanUp);
    connect(&m_node, &NodeClient::linkChanged, this, &CleanUpAction::updateState);
    updateState();
}

void CleanUpAction::cleanUp()
{
    if (m_isRunning)
        return;
    m_isRunning = true;
    updateState();
    onAnswer(m_node.cleanUp(), this, [this](const Result<CleanupOutcome> &outcome) {
        m_isRunning = false;
        updateState();
        if (outcome)
            Q_EMIT notify(cleanupText(*outcome), outcome->keptStale > 0 ? Tone::Warning : Tone::Ok);
        else
            Q_EMIT notify(tr("Nothing was cleaned up. %1").arg(errorText(outcome.error())), Tone::Error);
    });
}

void CleanUpAction::updateState()
{
    const QString refusal = refusalText(m_node.info(), m_node.link(), Right::CleanUp);
    setEnabled(refusal.isEmpty() && !m_isRunning);
    setToolTip(refusal.isEmpty() ? tr("Remove the expired entries now") : toolTipText({refusal}));
}

} // namespace hearth
