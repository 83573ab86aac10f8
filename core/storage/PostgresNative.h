// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/SqlRows.h"

#include <QByteArray>
#include <QSqlDatabase>
#include <QString>
#include <QVariantList>

#include <optional>
#include <variant>

struct pg_conn;   // libpq's PGconn
struct pg_result; // libpq's PGresult

// What QSqlDatabase does not offer, done on the libpq connection beneath it. Only on the connection's own thread.
namespace hearth::postgres {

// An error as the server or libpq reported it: its SQLSTATE (may be empty) and its text.
struct NativeError {
    QString sqlState;
    QString text;
};

// Null when the connection is not open.
pg_conn *nativeConnection(const QSqlDatabase &database);
bool isBroken(pg_conn *connection);
// Whether somebody else than the server answers the connection: a pooler introduces itself by another process number.
bool isBehindPooler(pg_conn *connection);
// Looks, without asking the server, whether it has hung up on an idle connection.
bool hasHungUp(pg_conn *connection);

// All the rows that a result holds, each value as text.
SqlRows rowsOf(const pg_result *result);

// What a statement returned, or why it did not.
using Answer = std::variant<SqlRows, NativeError>;

// Makes the server keep a statement with ? for each value under this name, until the connection ends.
// Returns: why it could not.
std::optional<NativeError> prepare(pg_conn *connection, const QByteArray &name, const QString &sql);
Answer executePrepared(pg_conn *connection, const QByteArray &name, const QVariantList &values);
// Makes the server forget it. Says nothing when it cannot.
void forgetPrepared(pg_conn *connection, const QByteArray &name);

// One query with ? for each value, sent with its parameters apart and unnamed: what works behind a pooler that gives
// each transaction another server connection. Values never enter the text.
Answer execute(pg_conn *connection, const QString &sql, const QVariantList &values);

} // namespace hearth::postgres
