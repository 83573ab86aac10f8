// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlDialect.h"

#include "core/storage/PostgresDialect.h"
#include "core/storage/SqliteDialect.h"

namespace hearth {

std::unique_ptr<const SqlDialect> SqlDialect::create(const DatabaseOptions &options, const Clock &clock)
{
    if (options.url.isSqlite())
        return std::make_unique<const SqliteDialect>(options, clock);
    return std::make_unique<const PostgresDialect>(options);
}

} // namespace hearth
