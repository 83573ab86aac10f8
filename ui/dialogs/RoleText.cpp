// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/RoleText.h"

#include "ui/dialogs/NodeText.h"

#include <QCoreApplication>

namespace hearth {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("RoleText", text);
}

bool may(const std::string &role, Right right)
{
    if (role == "operator" || role.empty())
        return true;
    return (right == Right::SeeUsers && role == "support") || (right == Right::CleanUp && role == "service");
}

QString refusalOf(Right right)
{
    switch (right) {
    case Right::SeeUsers:
        return translated("Your role on this node, %1, may not see users. Connect with a token of the role support or "
                          "operator.");
    case Right::CleanUp:
        return translated("Your role on this node, %1, may not clean up. Somebody with the role operator can.");
    case Right::Act:
        return translated("Your role on this node, %1, may look but not act. Somebody with the role operator can.");
    }
    return {};
}

} // namespace

QString refusalText(const NodeInfo &info, const NodeLink &link, Right right)
{
    if (link.state == LinkState::Connecting)
        return translated("The node was not reached yet.");
    if (link.state == LinkState::Lost)
        return translated("The node does not answer now. Hearth keeps trying.");
    if (link.state == LinkState::Refused)
        return translated("The node refuses this connection: check the token and the address.");
    return may(info.role, right) ? QString() : refusalOf(right).arg(dataText(info.role));
}

bool isMaskedFor(const NodeInfo &info)
{
    return info.role == "support";
}

} // namespace hearth
