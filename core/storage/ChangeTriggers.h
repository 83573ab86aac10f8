// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"

#include <string>

namespace hearth {

class SqlExecutorPool;

// The triggers by which PostgreSQL tells of changes in user_profiles (resources/schema/postgres-triggers.sql). They are
// only made when a person says so: install() is for the button "Install change triggers…".
//
// Thread-safe. Asynchronous, as ProfileRepository. Works behind a pooler, too. Ownership: borrows the pool.
// Errors: those of ProfileRepository; InvalidArgument, where the database is SQLite or user_profiles no table.
class ChangeTriggers
{
public:
    explicit ChangeTriggers(SqlExecutorPool &pool);

    // What install() runs, for an administrator who may do what this role may not: for psql, with comments.
    static std::string installSql();
    static std::string removeSql();

    // Whether all of them are there and enabled.
    void areInstalled(Completion<bool> done) const;
    // Makes those that are missing, all or none. Returns: PermissionDenied, when the role may not: hand installSql() to
    // whoever may.
    void install(Completion<void> done) const;
    // Takes them away, all or none. Returns: PermissionDenied, likewise.
    void remove(Completion<void> done) const;

private:
    void runScript(const char *file, Completion<void> done) const;

    SqlExecutorPool &m_pool;
};

} // namespace hearth
