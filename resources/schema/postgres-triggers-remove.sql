-- SPDX-FileCopyrightText: The Hearth authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Takes away what postgres-triggers.sql made. Safe to run again. Needed: to own the table and the function.
--
--     psql -1 -v ON_ERROR_STOP=1 -f postgres-triggers-remove.sql "$DATABASE_URL"

drop trigger if exists hearth_profiles_inserted on user_profiles
;
drop trigger if exists hearth_profiles_updated on user_profiles
;
drop trigger if exists hearth_profiles_deleted on user_profiles
;
drop trigger if exists hearth_profiles_truncated on user_profiles
;
drop function if exists hearth_profiles_changed()
;
