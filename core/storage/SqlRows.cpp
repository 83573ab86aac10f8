// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlRows.h"

#include <QString>

namespace hearth {

std::optional<std::string> SqlRows::text(std::size_t row, std::size_t column) const
{
    const QVariant &value = at(row, column);
    if (value.isNull())
        return std::nullopt;
    return value.toString().toStdString();
}

std::optional<std::int64_t> SqlRows::integer(std::size_t row, std::size_t column) const
{
    const QVariant &value = at(row, column);
    bool isNumber = false;
    const qlonglong number = value.toLongLong(&isNumber);
    return isNumber && !value.isNull() ? std::optional<std::int64_t>(number) : std::nullopt;
}

std::optional<bool> SqlRows::boolean(std::size_t row, std::size_t column) const
{
    const QVariant &value = at(row, column);
    if (value.isNull())
        return std::nullopt;
    if (value.typeId() == QMetaType::Bool)
        return value.toBool();
    const QString word = value.toString().trimmed().toLower();
    for (const char *yes : {"t", "true", "1", "yes", "y", "on"}) {
        if (word == QLatin1String(yes))
            return true;
    }
    for (const char *no : {"f", "false", "0", "no", "n", "off"}) {
        if (word == QLatin1String(no))
            return false;
    }
    return std::nullopt;
}

} // namespace hearth
