// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

// What the triggers of resources/schema/postgres-triggers.sql and those who listen to them agree upon.
namespace hearth::triggers {

inline constexpr const char *channel = "hearth_user_profiles";
// Instead of a payload that names a row: more changed than is told one by one.
inline constexpr const char *manyChanged = "*";
// One row, one column: whether all triggers are there and enabled.
inline constexpr const char *areInstalledQuery =
    "select count(*) = 4 from pg_catalog.pg_trigger where tgrelid = to_regclass('user_profiles') and tgenabled <> 'D'"
    " and tgname in ('hearth_profiles_inserted', 'hearth_profiles_updated', 'hearth_profiles_deleted',"
    " 'hearth_profiles_truncated')";

} // namespace hearth::triggers
