// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/rooms/Room.h"

#include <array>
#include <utility>

namespace hearth {

namespace {

constexpr std::array<std::pair<RoomType, std::string_view>, 3> roomTypes{{
    {RoomType::General, "general"},
    {RoomType::Translation, "translation"},
    {RoomType::Conference, "conference"},
}};

bool isUnreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

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
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string path = "/join/";
    for (const char c : room.id) {
        if (isUnreserved(c)) {
            path += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        path += '%';
        path += digits[byte >> 4U];
        path += digits[byte & 0xFU];
    }
    return path;
}

} // namespace hearth
