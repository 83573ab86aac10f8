// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/DatabaseUrl.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace hearth {

// How one table is created where it is missing.
struct TableScript {
    QString table;
    QString statement; // without its semicolon
};

// The tables of resources/schema for that kind of database, in their order. Thread-safe.
std::vector<TableScript> schemaScript(DatabaseKind kind);

// A file of resources/schema by its name, as it is. Thread-safe.
QString schemaFile(const char *name);
// The statements of such a file in which each ends with a line that holds nothing but the semicolon.
QStringList statementsOf(const QString &script);

} // namespace hearth
