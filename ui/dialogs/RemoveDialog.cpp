// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/RemoveDialog.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"

#include <utility>

namespace hearth {

RemoveDialog::RemoveDialog(NodeClient &node, std::vector<std::string> identities, QWidget *parent)
    : ActionDialog(node, tr("Remove from the cache"),
                   tr("They are forgotten here, with their hits. Nothing is deleted in the database: their next read "
                      "loads them again."),
                   parent)
    , m_identities(std::move(identities))
{
    showCount(m_identities.size() == 1
                  ? tr("1 entry is removed from the cache.")
                  : tr("%1 entries are removed from the cache.").arg(hearth::countText(m_identities.size())));
    reserveExamples(m_identities.size());
    showExamples(m_identities, m_identities.size());
    offer(tr("Remove %1").arg(entriesText(m_identities.size())), !m_identities.empty());
}

void RemoveDialog::act()
{
    setBusy(true);
    showProblem({});
    onAnswer(node().remove(m_identities), this, [this](const Result<std::uint64_t> &count) {
        setBusy(false);
        if (!count) {
            showProblem(errorText(count.error()));
            return;
        }
        Q_EMIT notify(tr("Removed %1 from the cache.").arg(entriesText(*count)));
        Q_EMIT removed(*count);
        accept();
    });
}

} // namespace hearth
