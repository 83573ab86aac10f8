// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/storage/ConnectionInterrupter.h"
#include "core/storage/PostgresNative.h"
#include "core/storage/SqlDialect.h"
#include "core/storage/SqlFailure.h"
#include "core/storage/SqlRows.h"

#include <QByteArray>
#include <QString>
#include <QVariantList>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

class QSqlQuery;

namespace hearth {

// One connection to the database, through QSqlDatabase.
//
// Not synchronized: made, opened, used, closed and destroyed by one thread; only the interrupter is for others.
// Each statement is prepared once per connection and kept, unless a pooler, named or noticed, forbids it. Queries to
// PostgreSQL go by the native connection, which QSqlDatabase opens and owns.
class SqlConnection
{
public:
    // Ownership: borrows the dialect.
    SqlConnection(const SqlDialect &dialect, std::shared_ptr<ConnectionInterrupter> interrupter);
    ~SqlConnection();
    SqlConnection(const SqlConnection &) = delete;
    SqlConnection &operator=(const SqlConnection &) = delete;

    // Returns: why it could not be opened.
    std::optional<SqlFailure> open();
    void close();
    bool isOpen() const { return !m_name.isEmpty(); }
    // Looks whether the server has hung up, without asking it.
    bool hasHungUp() const;

    // A statement with ? for each value; no other question marks. Kept prepared for the next time.
    // Returns: the failure's error; lastFailure() says more.
    Result<SqlRows> query(const QString &sql, const QVariantList &values = {});
    // A statement that is said once: not prepared, without simulated latency.
    Result<SqlRows> execute(const QString &sql);

    // The last failure since it was opened or clearFailure() was called.
    const std::optional<SqlFailure> &lastFailure() const { return m_failure; }
    void clearFailure() { m_failure.reset(); }

    // Called before each query: the simulated latency. An error from it is the query's.
    void setBeforeQuery(std::function<Result<void>()> hook) { m_beforeQuery = std::move(hook); }
    // What was found out about user_profiles here.
    const TableTraits &traits() const { return m_traits; }
    void setTraits(const TableTraits &traits) { m_traits = traits; }

private:
    // By Qt's driver, where there is no native connection.
    Result<SqlRows> runPrepared(const QString &sql, const QVariantList &values);
    Result<SqlRows> rowsOf(QSqlQuery &query);
    QSqlQuery *prepared(const QString &sql);
    // By the native connection: a statement that the server keeps under a name, and one that it does not.
    Result<SqlRows> runNamed(const QString &sql, const QVariantList &values);
    std::optional<postgres::NativeError> nameStatement(const QString &sql);
    Result<SqlRows> runPlain(const QString &sql, const QVariantList &values);
    Result<SqlRows> resultOf(postgres::Answer answer);
    Error failed(const QString &text, const QString &code);
    Error failed(const QSqlQuery &query);
    bool isBroken() const;

    const SqlDialect &m_dialect;
    const std::shared_ptr<ConnectionInterrupter> m_interrupter;
    QString m_name;              // of the QSqlDatabase connection while it is open
    pg_conn *m_native = nullptr; // beneath it, where it is one to PostgreSQL
    bool m_plain = false;
    TableTraits m_traits;
    std::unordered_map<QString, std::unique_ptr<QSqlQuery>> m_prepared;
    std::unordered_map<QString, QByteArray> m_names; // of the statements that PostgreSQL keeps
    QByteArray m_namePrefix;                         // nobody else's
    unsigned m_nameCount = 0;
    std::optional<SqlFailure> m_failure;
    std::function<Result<void>()> m_beforeQuery;
};

} // namespace hearth
