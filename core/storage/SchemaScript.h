// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/DatabaseUrl.h"

#include <QString>

#include <vector>

namespace hearth {

// How one table is created where it is missing.
struct TableScript {
    QString table;
    QString statement; // without its semicolon
};

// The tables of resources/schema for that kind of database, in their order. Thread-safe.
std::vector<TableScript> schemaScript(DatabaseKind kind);

} // namespace hearth
