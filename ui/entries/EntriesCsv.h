// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QByteArray>

namespace hearth {

// A line, ended by CRLF. Times are UTC. Any thread.
QByteArray csvHeader();
QByteArray csvLine(const EntryRow &entry);

} // namespace hearth
