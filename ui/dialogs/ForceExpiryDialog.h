// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dialogs/ActionDialog.h"

#include <vector>

class QButtonGroup;

namespace hearth {

// Forces the expiry of cached entries, after saying exactly how many and showing ten of them. GUI thread only.
class ForceExpiryDialog final : public ActionDialog
{
    Q_OBJECT

public:
    // Offers `preselected`, which is chosen, then `others` (say, what a filter matches), then everyone.
    ForceExpiryDialog(NodeClient &node, EntriesTarget preselected, std::vector<EntriesTarget> others = {},
                      QWidget *parent = nullptr);
    // For this one user: there is nothing to choose.
    ForceExpiryDialog(NodeClient &node, const std::string &identity, QWidget *parent = nullptr);

Q_SIGNALS:
    // Whom, for people: "412 entries", "ana.souza". How it can be taken back stands in the outcome.
    void expired(const hearth::ExpiryOutcome &outcome, const QString &whom);

protected:
    void act() override;

private:
    void addChoice(EntriesTarget target);
    void choose(int index);

    std::vector<EntriesTarget> m_targets;
    QButtonGroup *m_group = nullptr;
    int m_chosen = -1;
    std::uint64_t m_request = 0;
};

// "the 2 selected users", "users that match the filter", "everyone".
QString targetText(const EntriesTarget &target);
// "all", "expired, Spanish, with “ana” in the name".
QString filterText(const EntriesFilter &filter);

} // namespace hearth
