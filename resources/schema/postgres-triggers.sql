-- SPDX-FileCopyrightText: The Hearth authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Lets every Hearth hear of a change in user_profiles as soon as it is committed. Safe to run again; nothing is altered
-- but these triggers. Needed: the right to create a function in the schema, and TRIGGER on the table (its owner has it).
--
--     psql -1 -v ON_ERROR_STOP=1 -f postgres-triggers.sql "$DATABASE_URL"
--
-- A statement costs one function call and one notification a row; a statement that touches more than 1,000 rows sends a
-- single one, "*", upon which what is cached is re-checked. A payload is "kind version identity", kind C (changed) or
-- D (gone). Whoever may listen in this database can read the identities.

create or replace function hearth_profiles_changed() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $hearth$
declare
    channel constant text := 'hearth_user_profiles';
    version constant text := (txid_current() % 4294967296)::text;
    touched bigint := 0;
begin
    if tg_op = 'INSERT' or tg_op = 'UPDATE' then
        select count(*) into touched from new_rows;
    elsif tg_op = 'DELETE' then
        select count(*) into touched from old_rows;
    end if;
    if tg_op = 'TRUNCATE' or touched > 1000 then
        perform pg_notify(channel, '*');
        return null;
    end if;
    if tg_op = 'UPDATE' then
        perform pg_notify(channel, 'D 0 ' || gone.user_identity)
            from (select user_identity from old_rows except select user_identity from new_rows) as gone
            where char_length(gone.user_identity) <= 255;
    end if;
    if tg_op = 'DELETE' then
        perform pg_notify(channel, 'D 0 ' || user_identity)
            from old_rows where char_length(user_identity) <= 255;
    else
        perform pg_notify(channel, 'C ' || version || ' ' || user_identity)
            from new_rows where char_length(user_identity) <= 255;
    end if;
    return null;
end
$hearth$
;

do $hearth$
declare
    present name[] := array(select tgname from pg_trigger where tgrelid = 'user_profiles'::regclass);
begin
    if 'hearth_profiles_inserted' <> all (present) then
        create trigger hearth_profiles_inserted after insert on user_profiles
            referencing new table as new_rows
            for each statement execute function hearth_profiles_changed();
    end if;
    if 'hearth_profiles_updated' <> all (present) then
        create trigger hearth_profiles_updated after update on user_profiles
            referencing old table as old_rows new table as new_rows
            for each statement execute function hearth_profiles_changed();
    end if;
    if 'hearth_profiles_deleted' <> all (present) then
        create trigger hearth_profiles_deleted after delete on user_profiles
            referencing old table as old_rows
            for each statement execute function hearth_profiles_changed();
    end if;
    if 'hearth_profiles_truncated' <> all (present) then
        create trigger hearth_profiles_truncated after truncate on user_profiles
            for each statement execute function hearth_profiles_changed();
    end if;
end
$hearth$
;
