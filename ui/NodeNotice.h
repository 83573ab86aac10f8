// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"
#include "ui/theme/Theme.h"

#include <QString>

#include <optional>

namespace hearth {

// What stands across all pages of a node while it is true. Immutable value.
struct NodeNotice {
    Tone tone = Tone::Neutral;
    QString title;
    QString sentence;           // plain text; data in it is made visible
    bool isDismissible = false; // it is good to know, and nothing is wrong
};

// The one thing that matters most now: the node is away, its database is, or what is good to know. Returns: nullopt
// when all is well.
std::optional<NodeNotice> noticeFor(const NodeInfo &node, const NodeLink &link, const Stats &stats);

} // namespace hearth
