// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"
#include "core/storage/SqlDialect.h"

#include <QString>
#include <QVariant>

namespace hearth {

// The statements about profiles and voices, in the words of a dialect. Immutable value.
struct ProfileStatements {
    ProfileStatements(const SqlDialect &dialect, const TableTraits &traits);

    QString find;           // one identity
    QString findMany;       // one list
    QString versions;       // one list; identity and version of those that exist
    QString insertIfAbsent; // identity, language, voice, provider, formal, emotion, updated; the row if it is new
    QString recentIds;      // limit
    QString count;
    QString anyVisible; // whether there is any row that we may see; empty: none is ever hidden
    QString voices;

    // Names only the columns that are to be changed: others may have triggers or rights of their own.
    struct Update {
        QString statement; // the row as it is then
        QVariantList values;
    };
    Update update(const ProfileId &id, const ProfileChanges &changes) const;

private:
    QString m_columns;
    QString m_currentTime;
};

// Both forms of the statements, since what the table is like is known only once we are connected. Immutable value.
class ProfileStatementForms
{
public:
    explicit ProfileStatementForms(const SqlDialect &dialect)
        : m_versioned(dialect, {false, true})
        , m_plain(dialect, {false, false})
    {
    }
    const ProfileStatements &of(const TableTraits &traits) const { return traits.rowVersions ? m_versioned : m_plain; }

private:
    ProfileStatements m_versioned;
    ProfileStatements m_plain;
};

// Reads every column that is needed and no row: fails where a table or a column is missing or may not be read.
QString profileShapeStatement(const SqlDialect &dialect, const TableTraits &traits);

} // namespace hearth
