// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PostgresSession.h"

#include "core/base/Format.h"
#include "core/base/SeqPoint.h"
#include "core/storage/PostgresErrors.h"
#include "core/storage/PostgresNative.h"
#include "core/storage/WakeUp.h"

#include <QString>

#include <array>
#include <libpq-fe.h>
#include <poll.h>
#include <utility>

namespace hearth {

namespace {

using SteadyClock = std::chrono::steady_clock;

// Where a connection goes. A dead network is noticed below us, too: the kernel asks after 30 s of silence.
std::vector<std::pair<std::string, std::string>> connectionParameters(const DatabaseUrl &url)
{
    std::vector<std::pair<std::string, std::string>> parameters{
        {"host", url.host()},         {"port", std::to_string(url.port())},
        {"dbname", url.database()},   {"user", url.user()},
        {"password", url.password()}, {"client_encoding", "UTF8"},
        {"keepalives_idle", "30"},    {"keepalives_interval", "10"},
        {"keepalives_count", "3"},    {"fallback_application_name", "hearth"},
    };
    for (const auto &option : url.libpqOptions())
        parameters.push_back(option);
    std::erase_if(parameters, [](const auto &parameter) { return parameter.second.empty(); });
    return parameters;
}

pg_conn *startConnecting(const DatabaseUrl &url)
{
    const auto parameters = connectionParameters(url);
    std::vector<const char *> keys;
    std::vector<const char *> values;
    for (const auto &[key, value] : parameters) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectStartParams(keys.data(), values.data(), 0);
}

SqlRows rowsOf(const PGresult *result)
{
    const int columns = PQnfields(result);
    SqlRows rows{std::size_t(columns)};
    for (int row = 0; row < PQntuples(result); ++row) {
        for (int column = 0; column < columns; ++column) {
            const bool isNull = PQgetisnull(result, row, column) != 0;
            rows.append(isNull ? QVariant() : QString::fromUtf8(PQgetvalue(result, row, column)));
        }
    }
    return rows;
}

} // namespace

void PostgresSession::Finish::operator()(pg_conn *connection) const
{
    PQfinish(connection);
}

Error PostgresSession::lost() const
{
    const QString text = QString::fromUtf8(PQerrorMessage(m_connection.get()));
    return postgres::queryFailure(*m_url, m_timeout, text, {}, true).error;
}

bool PostgresSession::isBroken() const
{
    return postgres::isBroken(m_connection.get());
}

Result<void> PostgresSession::wait(Wait what, SteadyTime until)
{
    std::array<pollfd, 2> descriptors{{
        {PQsocket(m_connection.get()), short(what == Wait::Read ? POLLIN : POLLOUT), 0},
        {m_wakeUp.descriptor(), POLLIN, 0},
    }};
    const int ready = ::poll(descriptors.data(), descriptors.size(), millisecondsUntil(until));
    if (ready > 0 && descriptors[1].revents != 0 && m_wasStopped())
        return Error{ErrorCode::Cancelled, "It was stopped."};
    if (ready > 0 || SteadyClock::now() < until) // or a signal came: look again
        return {};
    return Error{ErrorCode::Timeout, "The database did not answer for " + format::latency(m_timeout) + "."};
}

Result<void> PostgresSession::open(const DatabaseUrl &url, SteadyTime until)
{
    HEARTH_SEQ_POINT("PostgresSession.open");
    close();
    m_url = url;
    m_timeout = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
    m_connection.reset(startConnecting(url));
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (m_connection && PQstatus(m_connection.get()) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
           status != PGRES_POLLING_FAILED) {
        const Wait what = status == PGRES_POLLING_READING ? Wait::Read : Wait::Write;
        if (Result<void> ready = wait(what, until); !ready) {
            const bool isLate = ready.error().code == ErrorCode::Timeout;
            return isLate ? Error{ErrorCode::Timeout,
                                  postgres::openFailure(url, QStringLiteral("timeout expired")).error.detail}
                          : ready.error();
        }
        status = PQconnectPoll(m_connection.get());
    }
    if (!m_connection || PQstatus(m_connection.get()) != CONNECTION_OK)
        return postgres::openFailure(url, QString::fromUtf8(PQerrorMessage(m_connection.get()))).error;
    PQsetnonblocking(m_connection.get(), 1);
    PQsetNoticeProcessor(
        m_connection.get(), [](void *, const char *) {}, nullptr);
    m_interrupter.arm(m_connection.get());
    return {};
}

Result<void> PostgresSession::flush(SteadyTime until)
{
    for (int left = PQflush(m_connection.get()); left != 0; left = PQflush(m_connection.get())) {
        if (left < 0)
            return lost();
        if (Result<void> ready = wait(Wait::Write, until); !ready)
            return ready.error();
    }
    return {};
}

Result<std::shared_ptr<pg_result>> PostgresSession::nextResult(SteadyTime until)
{
    while (PQisBusy(m_connection.get()) != 0) {
        if (Result<void> ready = wait(Wait::Read, until); !ready)
            return ready.error();
        if (PQconsumeInput(m_connection.get()) == 0)
            return lost();
    }
    return std::shared_ptr<pg_result>(PQgetResult(m_connection.get()), [](pg_result *result) { PQclear(result); });
}

std::optional<Error> PostgresSession::errorOf(const pg_result *result) const
{
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_COPY_OUT)
        return std::nullopt;
    return postgres::queryFailure(*m_url, m_timeout, QString::fromUtf8(PQresultErrorMessage(result)),
                                  QString::fromLatin1(PQresultErrorField(result, PG_DIAG_SQLSTATE)), isBroken())
        .error;
}

Result<SqlRows> PostgresSession::query(const char *sql, const std::vector<std::string> &values, SteadyTime until)
{
    std::vector<const char *> parameters;
    for (const std::string &value : values)
        parameters.push_back(value.c_str());
    const int sent = values.empty() ? PQsendQuery(m_connection.get(), sql)
                                    : PQsendQueryParams(m_connection.get(), sql, int(parameters.size()), nullptr,
                                                        parameters.data(), nullptr, nullptr, 0);
    if (sent == 0)
        return lost();
    if (Result<void> flushed = flush(until); !flushed)
        return flushed.error();
    Result<SqlRows> answer = SqlRows();
    for (;;) {
        const auto result = nextResult(until);
        if (!result)
            return result.error();
        if (!*result)
            return answer;
        if (const std::optional<Error> error = errorOf(result->get()))
            answer = *error;
        else if (answer)
            answer = rowsOf(result->get());
    }
}

Result<void> PostgresSession::copy(const char *sql, std::chrono::milliseconds silence,
                                   const std::function<bool(std::string_view)> &take)
{
    if (PQsendQuery(m_connection.get(), sql) == 0)
        return lost();
    if (Result<void> flushed = flush(SteadyClock::now() + silence); !flushed)
        return flushed.error();
    const auto begun = nextResult(SteadyClock::now() + silence);
    if (!begun)
        return begun.error();
    if (PQresultStatus(begun->get()) != PGRES_COPY_OUT) {
        const Error error = errorOf(begun->get()).value_or(Error{ErrorCode::Internal, "That was no COPY."});
        static_cast<void>(finishCopy(SteadyClock::now() + silence));
        return error;
    }
    // Encrypted bytes may wait in libpq although the socket has none: as many as one record of 16 KiB holds.
    const int looks = PQsslInUse(m_connection.get()) != 0 ? 3 : 0;
    for (int look = looks;;) {
        char *message = nullptr;
        const int length = PQgetCopyData(m_connection.get(), &message, 1);
        if (length > 0) {
            const std::unique_ptr<char, void (*)(void *)> owned(message, PQfreemem);
            if (!take(std::string_view(message, std::size_t(length))))
                return Error{ErrorCode::Cancelled, "It was stopped."};
            look = looks;
            continue;
        }
        if (length < -1)
            return lost();
        if (length < 0)
            return finishCopy(SteadyClock::now() + silence);
        if (look-- <= 0) {
            look = looks;
            if (Result<void> ready = wait(Wait::Read, SteadyClock::now() + silence); !ready)
                return ready.error();
        }
        if (PQconsumeInput(m_connection.get()) == 0)
            return lost();
    }
}

// Returns: the error, if it did not end as it should.
Result<void> PostgresSession::finishCopy(SteadyTime until)
{
    Result<void> end;
    for (;;) {
        const auto result = nextResult(until);
        if (!result)
            return result.error();
        if (!*result)
            return end;
        if (const std::optional<Error> error = errorOf(result->get()))
            end = *error;
        if (isBroken())
            return end ? lost() : end;
    }
}

Result<void> PostgresSession::waitForInput(SteadyTime until)
{
    if (Result<void> ready = wait(Wait::Read, until); !ready && ready.error().code != ErrorCode::Timeout)
        return ready.error();
    if (PQconsumeInput(m_connection.get()) == 0)
        return lost();
    return {};
}

void PostgresSession::abandon(SteadyTime until)
{
    if (isBroken() || PQtransactionStatus(m_connection.get()) != PQTRANS_ACTIVE)
        return close();
    // A pooler forgets who is to be cancelled as soon as we are gone, so it is given a moment.
    m_interrupter.cancel();
    const auto discard = [this] {
        char *message = nullptr;
        while (PQgetCopyData(m_connection.get(), &message, 1) > 0)
            PQfreemem(message);
        return PQisBusy(m_connection.get()) == 0;
    };
    while (!discard() && SteadyClock::now() < until) {
        if (!wait(Wait::Read, until) || PQconsumeInput(m_connection.get()) == 0)
            break;
    }
    close();
}

void PostgresSession::close()
{
    m_interrupter.disarm();
    m_connection.reset();
}

} // namespace hearth
