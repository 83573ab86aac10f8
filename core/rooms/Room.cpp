// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/rooms/Room.h"

#include <QByteArray>

#include <array>
#include <utility>

namespace hearth {

namespace {

constexpr std::array<std::pair<RoomType, std::string_view>, 3> roomTypes{{
    {RoomType::General, "general"},
    {RoomType::Translation, "translation"},
    {RoomType::Conference, "conference"},
}};

} // namespace

std::string_view nameOf(RoomType type)
{
    for (const auto &[candidate, name] : roomTypes) {
        if (candidate == type)
            return name;
    }
    return {};
}

std::optional<RoomType> roomTypeOf(std::string_view name)
{
    for (const auto &[type, candidate] : roomTypes) {
        if (candidate == name)
            return type;
    }
    return std::nullopt;
}

std::string joinPath(const Room &room)
{
    return "/join/" + QByteArray::fromStdString(room.id).toPercentEncoding().toStdString();
}

} // namespace hearth
