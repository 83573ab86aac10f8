// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/storage/SqlDialect.h"

namespace hearth {

// An SQLite file through QSQLITE: write-ahead log, foreign keys, and patience with a locked file.
class SqliteDialect final : public SqlDialect
{
public:
    // Ownership: borrows the clock, which dates the sample data.
    SqliteDialect(const DatabaseOptions &options, const Clock &clock);

    QString driverName() const override { return QStringLiteral("QSQLITE"); }
    // The embedded sample database: its directory (0700) and its file (0600) are made. Else the directory must exist.
    std::optional<SqlFailure> prepareStorage() const override;
    void configure(QSqlDatabase &database) const override;
    QStringList sessionSetup() const override;
    std::optional<SqlFailure> makeReady(SqlConnection &connection, bool createMissing,
                                        DatabaseAccess &access) const override;

    SqlFailure openFailure(const QString &text, const QString &code) const override;
    SqlFailure hangFailure() const override;
    SqlFailure queryFailure(const QString &text, const QString &code, bool isBroken) const override;

    QString epochMilliseconds(const QString &column) const override;
    QString timeFromEpochMilliseconds() const override;
    QString currentTime() const override;
    QString isOneOf(const QString &column) const override;
    QVariant listValue(const std::vector<ProfileId> &ids) const override;

private:
    SqlFailure failure(const QString &text, const QString &code, bool isOpening) const;
    std::optional<SqlFailure> createTables(SqlConnection &connection) const;

    const DatabaseUrl m_url;
    const std::chrono::milliseconds m_timeout;
    const bool m_fillWithSamples;
    const Clock &m_clock;
};

} // namespace hearth
