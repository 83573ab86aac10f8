// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>

// Comma separated values as RFC 4180 has them, safe to open in a spreadsheet. UTF-8. Thread-safe; no state.
namespace hearth {

// What no spreadsheet takes for a formula: what begins with = + - @ tab or CR gets a leading '.
QByteArray formulaSafe(const QByteArray &value);
// A text as one cell, safe from formulas. Numbers need none of this: a minus before digits is a number's own.
QByteArray csvCell(const QByteArray &value);
// Cells as a line, ended by CRLF.
QByteArray csvRow(const QByteArrayList &cells);

} // namespace hearth
