// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/SqlDialect.h"

namespace hearth {

// PostgreSQL through QPSQL, directly or behind a transaction pooler.
class PostgresDialect final : public SqlDialect
{
public:
    explicit PostgresDialect(const DatabaseOptions &options);

    QString driverName() const override { return QStringLiteral("QPSQL"); }
    void configure(QSqlDatabase &database) const override;
    QStringList sessionSetup() const override;
    bool usesPlainQueries() const override { return m_url.usesTransactionPooler(); }
    std::optional<SqlFailure> makeReady(SqlConnection &connection, bool createMissing,
                                        DatabaseAccess &access) const override;

    SqlFailure openFailure(const QString &text, const QString &code) const override;
    SqlFailure hangFailure() const override;
    SqlFailure queryFailure(const QString &text, const QString &code, bool isBroken) const override;

    // Two columns of a query in which t is the oid of user_profiles: TableTraits::rowSecurity and ::rowVersions.
    static QString traitsColumns();

    QString rowVersion() const override { return QStringLiteral("xmin::text::bigint"); }
    QString epochMilliseconds(const QString &column) const override;
    QString timeFromEpochMilliseconds() const override;
    QString currentTime() const override;
    QString isOneOf(const QString &column) const override;
    QVariant listValue(const std::vector<ProfileId> &ids) const override;
    QString anyRowVisible() const override;

private:
    std::optional<SqlFailure> createTables(SqlConnection &connection, DatabaseAccess &access) const;
    std::optional<SqlFailure> inspectRights(SqlConnection &connection, DatabaseAccess &access) const;

    const DatabaseUrl m_url;
    const std::chrono::milliseconds m_timeout;
};

} // namespace hearth
