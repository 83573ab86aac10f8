// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QByteArray>

namespace hearth {

// What no spreadsheet takes for a formula: what begins with = + - @ tab or CR gets a leading '.
QByteArray formulaSafe(const QByteArray &value);
// One cell of RFC 4180, safe from formulas.
QByteArray csvCell(const QByteArray &value);
// A line, ended by CRLF. Times are UTC. Any thread.
QByteArray csvHeader();
QByteArray csvLine(const EntryRow &entry);

} // namespace hearth
