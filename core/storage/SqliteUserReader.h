// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/DatabaseOptions.h"
#include "core/storage/SqliteDialect.h"
#include "core/storage/UserReader.h"

#include <QString>

class QSqlQuery;

namespace hearth {

// Reads groups of users from an SQLite file, row by row.
class SqliteUserReader final : public UserReader
{
public:
    SqliteUserReader(const DatabaseOptions &options, const Clock &clock, const WakeUp &wakeUp, WasStopped wasStopped);
    ~SqliteUserReader() override { close(); }
    SqliteUserReader(const SqliteUserReader &) = delete;
    SqliteUserReader &operator=(const SqliteUserReader &) = delete;

    Result<std::uint64_t> count(const UserSelection &selection) override;
    Result<std::uint64_t> read(const UserSelection &selection, const UserReading &reading) override;
    bool isConnected() const override { return !m_name.isEmpty(); }
    void recover() override { close(); }
    void close() override;

private:
    Result<void> open();
    // Starts the query; waits for a file that is locked.
    Result<void> start(QSqlQuery &query, const UserSelection &selection, const QString &columns);
    Error failed(const QSqlQuery &query) const;

    const DatabaseOptions m_options;
    const SqliteDialect m_dialect;
    const WakeUp &m_wakeUp;
    const WasStopped m_wasStopped;
    QString m_name; // of the QSqlDatabase connection while it is open
};

} // namespace hearth
