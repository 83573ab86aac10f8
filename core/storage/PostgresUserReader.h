// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/DatabaseOptions.h"
#include "core/storage/PostgresSession.h"
#include "core/storage/ProfilePortion.h"
#include "core/storage/UserReader.h"

#include <QString>

namespace hearth {

// Reads groups of users from PostgreSQL: COPY of one query, within a transaction, so that it works behind a pooler in
// transaction mode, too. COPY takes no parameters: what is asked for is handed over as settings of that transaction.
class PostgresUserReader final : public UserReader
{
public:
    PostgresUserReader(const DatabaseOptions &options, const WakeUp &wakeUp, WasStopped wasStopped);

    Result<std::uint64_t> count(const UserSelection &selection) override;
    Result<std::uint64_t> read(const UserSelection &selection, const UserReading &reading) override;
    bool isConnected() const override { return m_session.isOpen(); }
    void recover() override;
    void close() override { m_session.close(); }

private:
    // What is particular about the tables as this role sees them.
    struct Tables {
        bool rowSecurity = false;
        bool roomSecurity = false; // only found out where rooms are asked for
        bool rowVersions = false;
        UpdateTime updateTime = UpdateTime::MillisecondsSince1970;
    };
    Result<Tables> begin(const UserSelection &selection);
    Result<Tables> beginOnce(const UserSelection &selection);
    Result<void> copy(const QString &statement, UpdateTime time, const UserReading &reading, ProfilePortion &portion);
    // "Nobody" means nothing where row level security hides all of them. Returns: PermissionDenied then.
    Result<void> checkVisibility(const Tables &tables);
    Result<bool> isAnyVisible(const char *sql);
    Result<SqlRows> query(const QString &sql, const std::vector<std::string> &values = {});
    PostgresSession::SteadyTime answerBy() const;

    const DatabaseOptions m_options;
    PostgresSession m_session;
};

} // namespace hearth
