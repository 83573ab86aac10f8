// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hearth {

enum class DatabaseKind : std::uint8_t { Postgres, Sqlite };

// Where a database is and how to get in: DATABASE_URL, understood. Immutable value.
//
//   postgresql://user:pw@host:port/db?sslmode=require    (or postgres://; percent-encoding is decoded, [::1] is a host)
//   sqlite:///abs/path.db
//
// Parts that are missing stay empty: libpq then takes its own defaults (user name, ~/.pgpass, the local socket).
// The password is kept apart; only password() gives it, nothing else ever shows it.
class DatabaseUrl
{
public:
    // Returns: InvalidArgument, with one sentence that names what is wrong and what is allowed; never the password.
    static Result<DatabaseUrl> parse(std::string_view text);
    // An SQLite file by its path.
    static DatabaseUrl sqliteFile(std::string path);

    DatabaseKind kind() const { return m_kind; }
    bool isSqlite() const { return m_kind == DatabaseKind::Sqlite; }
    // "postgresql" or "sqlite".
    std::string kindName() const { return isSqlite() ? "sqlite" : "postgresql"; }

    const std::string &host() const { return m_host; } // a name, an address without brackets, or a socket's directory
    int port() const { return m_port; }
    const std::string &user() const { return m_user; }
    const std::string &password() const { return m_password; }
    bool hasPassword() const { return !m_password.empty(); }
    const std::string &database() const { return m_database; } // PostgreSQL: its name
    const std::string &filePath() const { return m_database; } // SQLite: the file
    // Behind a pooler that gives each transaction another server connection: no prepared statements, no settings.
    bool usesTransactionPooler() const { return m_transactionPooler; }
    // sslmode (always), sslrootcert, connect_timeout, application_name: for libpq, checked.
    const std::map<std::string, std::string> &libpqOptions() const { return m_libpqOptions; }

    // "postgresql://user:***@host:5432/db", "sqlite:///abs/path.db": for people and logs.
    std::string displayUrl() const;
    // The text with every occurrence of the password replaced: for messages of others.
    std::string withoutSecret(std::string text) const;

    friend bool operator==(const DatabaseUrl &, const DatabaseUrl &) = default;

private:
    friend class DatabaseUrlParser;
    DatabaseUrl() = default;

    DatabaseKind m_kind = DatabaseKind::Postgres;
    std::string m_host;
    int m_port = 5432;
    std::string m_user;
    std::string m_password;
    std::string m_database;
    bool m_transactionPooler = false;
    std::map<std::string, std::string> m_libpqOptions;
};

} // namespace hearth
