// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/DatabaseUrl.h"
#include "core/storage/SqlFailure.h"

#include <QString>

#include <chrono>

// What PostgreSQL's errors mean, in words that a person can act on. Pure functions; no secret comes out of them.
namespace hearth::postgres {

// A connection that could not be opened: libpq gives no SQLSTATE then, only text (its own, or the server's).
SqlFailure openFailure(const DatabaseUrl &url, const QString &text);
// A server that neither answered nor let itself be interrupted.
SqlFailure hangFailure(const DatabaseUrl &url, std::chrono::milliseconds timeout);
// A query that failed; isBroken: the connection under it is known to be dead.
SqlFailure queryFailure(const DatabaseUrl &url, std::chrono::milliseconds timeout, const QString &text,
                        const QString &sqlState, bool isBroken);

} // namespace hearth::postgres
