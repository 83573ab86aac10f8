-- SPDX-FileCopyrightText: The Hearth authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The tables that Hearth needs. Each is created only where it is missing; what is there is never altered.

create table if not exists user_profiles (
    id serial primary key,
    user_identity varchar(255) unique not null,
    native_language varchar(10) not null default 'en',
    voice_avatar_id varchar(255),
    voice_provider varchar(50),
    formal_tone boolean default false,
    preserve_emotion boolean default true,
    created_at timestamptz default now(),
    updated_at timestamptz
);

create table if not exists rooms (
    id serial primary key,
    room_id varchar(255) unique not null,
    room_name varchar(255) not null,
    host_identity varchar(255) not null,
    max_participants integer default 50,
    is_active boolean default true,
    created_at timestamptz default now(),
    updated_at timestamptz
);

create table if not exists voice_avatars (
    id serial primary key,
    voice_id varchar(255) unique not null,
    provider varchar(50),
    name varchar(100),
    gender varchar(20),
    accent varchar(50),
    description text,
    language varchar(10),
    created_at timestamptz default now()
);
