// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/profiles/ProfileId.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/SqlFailure.h"

#include <QSqlDatabase>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

class SqlConnection;

// What is particular about user_profiles as we see it, found out when the database was made ready. A value.
struct TableTraits {
    bool rowSecurity = false; // row level security applies to us: rows may be there that we do not see
    bool rowVersions = false; // each row tells its version (xmin); otherwise its content stands for it
};

// What was found out about a database when it was made ready. Immutable value.
struct DatabaseAccess {
    TableTraits traits;
    std::string notice; // something to know that is no problem; empty otherwise
};

// What differs between the databases: how to connect, how to say things, what errors mean. Immutable; thread-safe,
// except that functions with a connection run on the connection's thread.
class SqlDialect
{
public:
    static std::unique_ptr<const SqlDialect> create(const DatabaseOptions &options, const Clock &clock);
    virtual ~SqlDialect() = default;

    // ---- connecting
    virtual QString driverName() const = 0;
    // Before opening: what must be there for it. Returns: why it cannot be.
    virtual std::optional<SqlFailure> prepareStorage() const { return std::nullopt; }
    virtual void configure(QSqlDatabase &database) const = 0;
    // Said once on each new connection, unless it is behind a pooler.
    virtual QStringList sessionSetup() const = 0;
    // No prepared statements: each query carries its parameters itself.
    virtual bool usesPlainQueries() const { return false; }
    // Checks the tables, creates those that are missing when told to, finds out what we may do. Never alters what is
    // there. Returns: why it cannot be used.
    virtual std::optional<SqlFailure> makeReady(SqlConnection &connection, bool createMissing,
                                                DatabaseAccess &access) const = 0;

    // ---- errors: the driver's code (SQLSTATE, or SQLite's number) and text, in words
    virtual SqlFailure openFailure(const QString &text, const QString &code) const = 0;
    // The server is connected, but answered neither the query nor the request to cancel it.
    virtual SqlFailure hangFailure() const = 0;
    virtual SqlFailure queryFailure(const QString &text, const QString &code, bool isBroken) const = 0;

    // ---- fragments of SQL
    // A time column as whole milliseconds since 1970, null where it is null or no time.
    virtual QString epochMilliseconds(const QString &column) const = 0;
    // The version of a row as a whole number; asked only where TableTraits say that there is one.
    virtual QString rowVersion() const { return QStringLiteral("0"); }
    // One parameter, milliseconds since 1970 or null, as a value for a time column.
    virtual QString timeFromEpochMilliseconds() const = 0;
    // The time at the database, as a value for a time column.
    virtual QString currentTime() const = 0;
    // The condition that column is one of a list, whose one parameter listValue makes.
    virtual QString isOneOf(const QString &column) const = 0;
    virtual QVariant listValue(const std::vector<ProfileId> &ids) const = 0;
    // Whether there is any row of user_profiles that we may see, or nothing that could hide one: now, because row level
    // security may be switched on at any time. Empty: no row is ever hidden.
    virtual QString anyRowVisible() const { return {}; }
};

} // namespace hearth
