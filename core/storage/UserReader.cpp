// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/UserReader.h"

#include "core/base/Utf8.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/PostgresUserReader.h"
#include "core/storage/SqliteUserReader.h"

#include <algorithm>
#include <limits>

namespace hearth {

std::unique_ptr<UserReader> UserReader::create(const DatabaseOptions &options, const Clock &clock, const WakeUp &wakeUp,
                                               WasStopped wasStopped)
{
    if (options.url.isSqlite())
        return std::make_unique<SqliteUserReader>(options, clock, wakeUp, std::move(wasStopped));
    return std::make_unique<PostgresUserReader>(options, wakeUp, std::move(wasStopped));
}

std::size_t effectiveLimit(const UserSelection &selection)
{
    const std::size_t limit = std::min(selection.limit, std::size_t(std::numeric_limits<std::int64_t>::max()));
    const auto *recent = std::get_if<RecentlyUpdated>(&selection.group);
    return recent ? std::min(limit, recent->count) : limit;
}

bool isWhole(const UserSelection &selection)
{
    const auto *recent = std::get_if<RecentlyUpdated>(&selection.group);
    return selection.limit == UserSource::everybody && (!recent || recent->count == UserSource::everybody);
}

bool isNobody(const UserGroup &group)
{
    const auto *speakers = std::get_if<SpeakersOf>(&group);
    return speakers && (!isUtf8(speakers->languageCode) || speakers->languageCode.find('\0') != std::string::npos);
}

} // namespace hearth
