// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/SqlDialect.h"

#include <QString>

namespace hearth {

// The statements about profiles and voices, in the words of a dialect. Immutable value.
struct ProfileStatements {
    explicit ProfileStatements(const SqlDialect &dialect);

    QString find;           // one identity
    QString findMany;       // one list
    QString insertIfAbsent; // identity, language, voice, provider, formal, emotion, updated; the row if it is new
    QString recentIds;      // limit
    QString idsByLanguage;  // language, limit
    QString count;
    QString anyVisible; // whether there is any row that we may see
    QString voices;
};

// Reads every column that is needed and no row: fails where a table or a column is missing or may not be read.
QString profileShapeStatement(const SqlDialect &dialect);

} // namespace hearth
