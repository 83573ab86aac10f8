// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dialogs/ActionDialog.h"

#include <string>
#include <vector>

namespace hearth {

// Removes users from the cache, active or expired, after naming them. GUI thread only.
class RemoveDialog final : public ActionDialog
{
    Q_OBJECT

public:
    RemoveDialog(NodeClient &node, std::vector<std::string> identities, QWidget *parent = nullptr);

Q_SIGNALS:
    void removed(quint64 count);

protected:
    void act() override;

private:
    std::vector<std::string> m_identities;
};

} // namespace hearth
