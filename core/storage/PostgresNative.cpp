// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PostgresNative.h"

#include <QSqlDriver>

#include <cstring>
#include <libpq-fe.h>
#include <memory>
#include <poll.h>
#include <vector>

namespace hearth::postgres {

namespace {

struct ResultDeleter {
    void operator()(PGresult *result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

// "a = ? and b = ?" → "a = $1 and b = $2". Our statements have no other question marks.
QByteArray withNumberedParameters(const QString &sql)
{
    QByteArray numbered;
    int number = 0;
    for (const char c : sql.toUtf8()) {
        if (c == '?')
            numbered += '$' + QByteArray::number(++number);
        else
            numbered += c;
    }
    return numbered;
}

QByteArray parameterText(const QVariant &value)
{
    if (value.typeId() == QMetaType::Bool)
        return value.toBool() ? "true" : "false";
    return value.toString().toUtf8();
}

SqlRows rowsOf(const PGresult *result)
{
    const int columns = PQnfields(result);
    SqlRows rows{std::size_t(columns)};
    for (int row = 0; row < PQntuples(result); ++row) {
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) != 0)
                rows.append({});
            else
                rows.append(QString::fromUtf8(PQgetvalue(result, row, column), PQgetlength(result, row, column)));
        }
    }
    return rows;
}

} // namespace

pg_conn *nativeConnection(const QSqlDatabase &database)
{
    if (!database.isValid() || !database.driver())
        return nullptr;
    const QVariant handle = database.driver()->handle();
    const char *type = handle.typeName();
    // Documented is "PGconn*"; what the driver registers is "pg_conn*".
    if (!handle.isValid() || !type || (std::strcmp(type, "pg_conn*") != 0 && std::strcmp(type, "PGconn*") != 0))
        return nullptr;
    return *static_cast<pg_conn *const *>(handle.constData());
}

bool isBroken(pg_conn *connection)
{
    return !connection || PQstatus(connection) != CONNECTION_OK;
}

bool isBehindPooler(pg_conn *connection)
{
    const auto result = execute(connection, QStringLiteral("select pg_backend_pid()"), {});
    const auto *rows = std::get_if<SqlRows>(&result);
    return rows && !rows->isEmpty() && rows->integer(0, 0).value_or(0) != PQbackendPID(connection);
}

bool hasHungUp(pg_conn *connection)
{
    // The farewell of a server that goes, then the end of the stream, then whatever libpq makes of it.
    for (int attempt = 0; attempt < 3 && !isBroken(connection); ++attempt) {
        pollfd descriptor{PQsocket(connection), POLLIN, 0};
        if (descriptor.fd < 0 || ::poll(&descriptor, 1, 0) <= 0)
            break;
        if (PQconsumeInput(connection) == 0)
            return true;
        static_cast<void>(PQisBusy(connection));
    }
    return isBroken(connection);
}

std::variant<SqlRows, NativeError> execute(pg_conn *connection, const QString &sql, const QVariantList &values)
{
    std::vector<QByteArray> texts;
    std::vector<const char *> parameters;
    texts.reserve(std::size_t(values.size()));
    for (const QVariant &value : values) {
        texts.push_back(parameterText(value));
        parameters.push_back(value.isNull() ? nullptr : texts.back().constData());
    }
    const ResultPtr result(PQexecParams(connection, withNumberedParameters(sql).constData(), int(parameters.size()),
                                        nullptr, parameters.data(), nullptr, nullptr, 0));
    const ExecStatusType status = result ? PQresultStatus(result.get()) : PGRES_FATAL_ERROR;
    if (status == PGRES_TUPLES_OK)
        return rowsOf(result.get());
    if (status == PGRES_COMMAND_OK)
        return SqlRows();
    const char *state = result ? PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) : nullptr;
    return NativeError{QString::fromLatin1(state ? state : ""), QString::fromUtf8(PQerrorMessage(connection))};
}

} // namespace hearth::postgres
