// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PostgresListener.h"

#include <libpq-fe.h>

namespace hearth {

Result<std::string> PostgresListener::query(const char *sql, SteadyTime until)
{
    const Result<SqlRows> rows = m_session.query(sql, {}, until);
    if (!rows)
        return rows.error();
    return rows->isEmpty() ? std::string() : rows->text(0, 0).value_or("");
}

std::vector<std::string> PostgresListener::takeNotifications()
{
    std::vector<std::string> payloads;
    while (PGnotify *notification = PQnotifies(m_session.connection())) {
        payloads.emplace_back(notification->extra);
        PQfreemem(notification);
    }
    return payloads;
}

int PostgresListener::processId() const
{
    return PQbackendPID(m_session.connection());
}

} // namespace hearth
