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

// The values as text, as libpq wants them. Not copied: it points into itself.
class Parameters
{
public:
    explicit Parameters(const QVariantList &values)
    {
        m_texts.reserve(std::size_t(values.size()));
        m_pointers.reserve(std::size_t(values.size()));
        for (const QVariant &value : values) {
            m_texts.push_back(parameterText(value));
            m_pointers.push_back(value.isNull() ? nullptr : m_texts.back().constData());
        }
    }
    Parameters(const Parameters &) = delete;
    Parameters &operator=(const Parameters &) = delete;

    int count() const { return int(m_pointers.size()); }
    const char *const *data() const { return m_pointers.data(); }

private:
    static QByteArray parameterText(const QVariant &value)
    {
        if (value.typeId() == QMetaType::Bool)
            return value.toBool() ? "true" : "false";
        return value.toString().toUtf8();
    }

    std::vector<QByteArray> m_texts;
    std::vector<const char *> m_pointers;
};

NativeError errorOf(pg_conn *connection, const PGresult *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    return NativeError{QString::fromLatin1(state ? state : ""), QString::fromUtf8(PQerrorMessage(connection))};
}

Answer answerOf(pg_conn *connection, const ResultPtr &result)
{
    const ExecStatusType status = result ? PQresultStatus(result.get()) : PGRES_FATAL_ERROR;
    if (status == PGRES_TUPLES_OK)
        return rowsOf(result.get());
    if (status == PGRES_COMMAND_OK)
        return SqlRows();
    return errorOf(connection, result.get());
}

} // namespace

SqlRows rowsOf(const pg_result *result)
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

std::optional<NativeError> prepare(pg_conn *connection, const QByteArray &name, const QString &sql)
{
    const ResultPtr result(
        PQprepare(connection, name.constData(), withNumberedParameters(sql).constData(), 0, nullptr));
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK)
        return std::nullopt;
    return errorOf(connection, result.get());
}

Answer executePrepared(pg_conn *connection, const QByteArray &name, const QVariantList &values)
{
    const Parameters parameters(values);
    return answerOf(connection, ResultPtr(PQexecPrepared(connection, name.constData(), parameters.count(),
                                                         parameters.data(), nullptr, nullptr, 0)));
}

void forgetPrepared(pg_conn *connection, const QByteArray &name)
{
    PQclear(PQexec(connection, ("deallocate " + name).constData()));
}

Answer execute(pg_conn *connection, const QString &sql, const QVariantList &values)
{
    const Parameters parameters(values);
    return answerOf(connection,
                    ResultPtr(PQexecParams(connection, withNumberedParameters(sql).constData(), parameters.count(),
                                           nullptr, parameters.data(), nullptr, nullptr, 0)));
}

} // namespace hearth::postgres
