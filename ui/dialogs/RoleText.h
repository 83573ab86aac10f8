// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QString>

namespace hearth {

// What somebody may do on a node, by their role there.
enum class Right {
    SeeUsers, // support, operator
    CleanUp,  // service, operator
    Act,      // operator: warm, refresh, expire, remove
};

// Why whoever asks may not, in a sentence with the next step. Empty when they may, or as long as their role is not
// known: then the node will say. Of a node that cannot be asked now, says so instead. GUI thread only.
QString refusalText(const NodeInfo &info, const NodeLink &link, Right right);

// Whether what a person chose is masked for this role.
bool isMaskedFor(const NodeInfo &info);

} // namespace hearth
