// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PostgresListener.h"

#include "core/storage/PostgresErrors.h"

#include <QString>

#include <algorithm>
#include <array>
#include <libpq-fe.h>
#include <limits>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace hearth {

namespace {

using namespace std::chrono_literals;

int millisecondsUntil(std::chrono::steady_clock::time_point until)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    return int(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

struct ResultDeleter {
    void operator()(PGresult *result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

// Where a connection goes. A dead network is noticed below us, too: the kernel asks after 30 s of silence.
std::vector<std::pair<std::string, std::string>> connectionParameters(const DatabaseUrl &url)
{
    std::vector<std::pair<std::string, std::string>> parameters{
        {"host", url.host()},
        {"port", std::to_string(url.port())},
        {"dbname", url.database()},
        {"user", url.user()},
        {"password", url.password()},
        {"keepalives_idle", "30"},
        {"keepalives_interval", "10"},
        {"keepalives_count", "3"},
        {"fallback_application_name", "hearth"},
    };
    for (const auto &option : url.libpqOptions())
        parameters.push_back(option);
    std::erase_if(parameters, [](const auto &parameter) { return parameter.second.empty(); });
    return parameters;
}

} // namespace

WakeUp::WakeUp()
    : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
}

WakeUp::~WakeUp()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void WakeUp::wake()
{
    static_cast<void>(::eventfd_write(m_descriptor, 1));
}

bool WakeUp::wait(std::chrono::steady_clock::time_point until) const
{
    pollfd descriptor{m_descriptor, POLLIN, 0};
    return ::poll(&descriptor, 1, millisecondsUntil(until)) > 0;
}

void PostgresListener::Finish::operator()(pg_conn *connection) const
{
    PQfinish(connection);
}

Error PostgresListener::lost() const
{
    const QString text = QString::fromUtf8(PQerrorMessage(m_connection.get()));
    return postgres::queryFailure(*m_url, 0ms, text, {}, true).error;
}

Result<void> PostgresListener::wait(Wait what, SteadyTime until)
{
    std::array<pollfd, 2> descriptors{{
        {PQsocket(m_connection.get()), short(what == Wait::Read ? POLLIN : POLLOUT), 0},
        {m_wakeUp.descriptor(), POLLIN, 0},
    }};
    const int ready = ::poll(descriptors.data(), descriptors.size(), millisecondsUntil(until));
    if (ready > 0 && descriptors[1].revents != 0)
        return Error{ErrorCode::Cancelled, "It was stopped."};
    if (ready > 0 || std::chrono::steady_clock::now() < until) // or a signal came: look again
        return {};
    return Error{ErrorCode::Timeout, "PostgreSQL did not answer the connection that listens for changes."};
}

Result<void> PostgresListener::open(const DatabaseUrl &url, SteadyTime until)
{
    m_url = url;
    const auto parameters = connectionParameters(url);
    std::vector<const char *> keys;
    std::vector<const char *> values;
    for (const auto &[key, value] : parameters) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    m_connection.reset(PQconnectStartParams(keys.data(), values.data(), 0));
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (m_connection && PQstatus(m_connection.get()) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
           status != PGRES_POLLING_FAILED) {
        const Wait what = status == PGRES_POLLING_READING ? Wait::Read : Wait::Write;
        if (Result<void> ready = wait(what, until); !ready)
            return ready.error();
        status = PQconnectPoll(m_connection.get());
    }
    if (!m_connection || PQstatus(m_connection.get()) != CONNECTION_OK)
        return postgres::openFailure(url, QString::fromUtf8(PQerrorMessage(m_connection.get()))).error;
    PQsetnonblocking(m_connection.get(), 1);
    PQsetNoticeProcessor(
        m_connection.get(), [](void *, const char *) {}, nullptr);
    return {};
}

Result<void> PostgresListener::send(const char *sql, SteadyTime until)
{
    if (PQsendQuery(m_connection.get(), sql) == 0)
        return lost();
    for (int left = PQflush(m_connection.get()); left != 0; left = PQflush(m_connection.get())) {
        if (left < 0)
            return lost();
        if (Result<void> ready = wait(Wait::Write, until); !ready)
            return ready.error();
    }
    return {};
}

Result<std::string> PostgresListener::query(const char *sql, SteadyTime until)
{
    if (Result<void> sent = send(sql, until); !sent)
        return sent.error();
    Result<std::string> answer = std::string();
    for (;;) {
        while (PQisBusy(m_connection.get()) != 0) {
            if (Result<void> ready = wait(Wait::Read, until); !ready)
                return ready.error();
            if (PQconsumeInput(m_connection.get()) == 0)
                return lost();
        }
        const ResultPtr result(PQgetResult(m_connection.get()));
        if (!result)
            break;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_TUPLES_OK && PQntuples(result.get()) > 0)
            answer = std::string(PQgetvalue(result.get(), 0, 0));
        else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            answer = postgres::queryFailure(*m_url, 0ms, QString::fromUtf8(PQresultErrorMessage(result.get())),
                                            QString::fromLatin1(PQresultErrorField(result.get(), PG_DIAG_SQLSTATE)),
                                            PQstatus(m_connection.get()) != CONNECTION_OK)
                         .error;
    }
    return answer;
}

Result<void> PostgresListener::waitForInput(SteadyTime until)
{
    if (Result<void> ready = wait(Wait::Read, until); !ready && ready.error().code != ErrorCode::Timeout)
        return ready.error();
    if (PQconsumeInput(m_connection.get()) == 0)
        return lost();
    return {};
}

std::vector<std::string> PostgresListener::takeNotifications()
{
    std::vector<std::string> payloads;
    while (PGnotify *notification = PQnotifies(m_connection.get())) {
        payloads.emplace_back(notification->extra);
        PQfreemem(notification);
    }
    return payloads;
}

int PostgresListener::processId() const
{
    return PQbackendPID(m_connection.get());
}

} // namespace hearth
