// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Csv.h"

namespace hearth {

QByteArray formulaSafe(const QByteArray &value)
{
    static const QByteArray formulaStarts("=+-@\t\r");
    return !value.isEmpty() && formulaStarts.contains(value.front()) ? '\'' + value : value;
}

QByteArray csvCell(const QByteArray &value)
{
    QByteArray cell = formulaSafe(value);
    const bool needsQuotes =
        cell.contains(',') || cell.contains('"') || cell.contains('\n') || cell.contains('\r') || cell.contains('\t');
    if (!needsQuotes)
        return cell;
    cell.replace("\"", "\"\"");
    return '"' + cell + '"';
}

QByteArray csvRow(const QByteArrayList &cells)
{
    return cells.join(',') + "\r\n";
}

} // namespace hearth
