// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <libpq-fe.h>
#include <memory>
#include <string>
#include <vector>

// libpq as one uses it by hand: what nothing built on top of it can beat.
namespace hearth::bench {

// The columns of a profile, decoded and no more: no checks.
struct RawProfile {
    std::string identity;
    std::string language;
    std::string voice;
    std::string provider;
    bool isFormal = false;
    bool hasEmotion = false;
    std::int64_t updatedAt = 0;
    std::uint32_t version = 0;
};

// One connection. Ends the program when something fails. Not synchronized.
class RawPostgres
{
public:
    explicit RawPostgres(const std::string &url)
        : m_connection(PQconnectdb(url.c_str()))
    {
        if (PQstatus(m_connection.get()) != CONNECTION_OK)
            give("connect");
    }
    // Whether the server lets somebody in.
    static bool accepts(const std::string &url)
    {
        const Connection connection(PQconnectdb(url.c_str()));
        return PQstatus(connection.get()) == CONNECTION_OK;
    }

    pg_conn *native() const { return m_connection.get(); }
    // Returns: the first column of the first row.
    std::string run(const std::string &sql)
    {
        const Rows rows(PQexec(m_connection.get(), sql.c_str()));
        const ExecStatusType status = PQresultStatus(rows.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            give(sql.c_str());
        return PQntuples(rows.get()) > 0 ? PQgetvalue(rows.get(), 0, 0) : "";
    }
    void prepareFind(const std::string &sql)
    {
        const Rows rows(PQprepare(m_connection.get(), "find", sql.c_str(), 1, nullptr));
        if (PQresultStatus(rows.get()) != PGRES_COMMAND_OK)
            give(sql.c_str());
    }
    RawProfile find(const std::string &identity)
    {
        const char *const values[] = {identity.c_str()};
        const Rows rows(PQexecPrepared(m_connection.get(), "find", 1, values, nullptr, nullptr, 0));
        if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK || PQntuples(rows.get()) != 1)
            give("find");
        return profileOf(rows.get(), 0);
    }
    static RawProfile profileOf(const PGresult *rows, int row)
    {
        const auto text = [&](int column) {
            return std::string(PQgetvalue(rows, row, column), std::size_t(PQgetlength(rows, row, column)));
        };
        const auto isTrue = [&](int column) { return *PQgetvalue(rows, row, column) == 't'; };
        return {text(0),
                text(1),
                text(2),
                text(3),
                isTrue(4),
                isTrue(5),
                std::strtoll(PQgetvalue(rows, row, 6), nullptr, 10),
                std::uint32_t(std::strtoul(PQgetvalue(rows, row, 7), nullptr, 10))};
    }
    // Takes all that COPY sends. Returns: how many rows, as the server counts them.
    std::uint64_t copyOut(const std::string &sql)
    {
        {
            const Rows begun(PQexec(m_connection.get(), sql.c_str()));
            if (PQresultStatus(begun.get()) != PGRES_COPY_OUT)
                give(sql.c_str());
        }
        char *bytes = nullptr;
        for (int count = 0; (count = PQgetCopyData(m_connection.get(), &bytes, 0)) > 0;)
            PQfreemem(bytes);
        std::uint64_t copied = 0;
        while (const Rows ended{PQgetResult(m_connection.get())}) {
            if (PQresultStatus(ended.get()) != PGRES_COMMAND_OK)
                give(sql.c_str());
            copied = std::strtoull(PQcmdTuples(ended.get()), nullptr, 10);
        }
        return copied;
    }

private:
    struct Close {
        void operator()(pg_conn *connection) const { PQfinish(connection); }
        void operator()(PGresult *rows) const { PQclear(rows); }
    };
    using Connection = std::unique_ptr<pg_conn, Close>;
    using Rows = std::unique_ptr<PGresult, Close>;

    [[noreturn]] void give(const char *what) const
    {
        std::fprintf(stderr, "bench_misspath: %s: %s", what, PQerrorMessage(m_connection.get()));
        std::exit(1);
    }

    const Connection m_connection;
};

} // namespace hearth::bench
