// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/JsonMembers.h"

#include "core/profiles/ProfileJson.h"

#include <algorithm>
#include <cmath>

namespace hearth {

namespace {

using nlohmann::json;

constexpr int deepest = 16;
constexpr std::size_t mostValues = 4'000'000; // a day of samples has 2.4 million
constexpr double mostNanoseconds = 9.2e18;
constexpr std::uint64_t mostSeconds = 9'200'000'000;

// What a document is made of, counted outside of strings before anything is built from it.
struct Extent {
    int depth = 0;          // the deepest
    std::size_t values = 1; // about; each costs some sixteen bytes and more
};

Extent extentOf(std::string_view text)
{
    Extent extent;
    int depth = 0;
    bool isInString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (isInString) {
            i += c == '\\' ? 1 : 0;
            isInString = c != '"';
        } else if (c == '"') {
            isInString = true;
        } else if (c == '{' || c == '[') {
            extent.depth = std::max(extent.depth, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == ',') {
            ++extent.values;
        }
    }
    return extent;
}

Error notJson(std::size_t byte)
{
    return {ErrorCode::BadData, "It is not valid JSON (in UTF-8): wrong at byte " + std::to_string(byte) + "."};
}

std::chrono::nanoseconds scaled(double value, double nanoseconds)
{
    const double result = std::clamp(value * nanoseconds, 0.0, mostNanoseconds);
    return std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(result));
}

// An object without members, for reading on where something is wrong.
const json &nothing()
{
    static const json empty = json::object();
    return empty;
}

} // namespace

Result<json> parsedDocument(std::string_view text)
{
    const Extent extent = extentOf(text);
    if (extent.depth > deepest)
        return Error{ErrorCode::BadData, "It is nested deeper than 16 levels."};
    if (extent.values > mostValues)
        return Error{ErrorCode::BadData, "It holds more than 4 million values."};
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return notJson(nul + 1); // the parser would take it for the end
    try {
        json document = json::parse(text.begin(), text.end());
        if (!document.is_object())
            return Error{ErrorCode::BadData, "It is not a JSON object."};
        return document;
    } catch (const json::parse_error &error) {
        return notJson(error.byte);
    } catch (const json::exception &) {
        return Error{ErrorCode::BadData, "It holds a number that is too large."};
    }
}

JsonMembers::JsonMembers(const json &object, std::string path, JsonReading &reading)
    : m_object(object.is_object() ? object : nothing())
    , m_path(std::move(path))
    , m_reading(reading)
{
    if (!object.is_object())
        reading.fail("The member \"" + m_path + "\" is not an object.");
}

const json *JsonMembers::find(std::string_view name) const
{
    const auto found = m_object.find(name);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
}

const json *JsonMembers::need(std::string_view name) const
{
    const json *found = find(name);
    if (!found)
        fail("The member \"" + pathOf(name) + "\" is missing.");
    return found;
}

void JsonMembers::wrongType(std::string_view name, std::string_view expected) const
{
    fail("The member \"" + pathOf(name) + "\" is not " + std::string(expected) + ".");
}

bool JsonMembers::has(std::string_view name) const
{
    return find(name) != nullptr;
}

std::string JsonMembers::textOf(const json &value, std::string_view name) const
{
    if (value.is_string())
        return value.get_ref<const std::string &>();
    wrongType(name, "a string");
    return {};
}

std::string JsonMembers::text(std::string_view name) const
{
    const json *found = need(name);
    return found ? textOf(*found, name) : std::string();
}

std::string JsonMembers::textOrEmpty(std::string_view name) const
{
    const json *found = find(name);
    return found ? textOf(*found, name) : std::string();
}

std::uint64_t JsonMembers::countOf(const json &value, std::string_view name) const
{
    if (value.is_number_unsigned())
        return value.get<std::uint64_t>();
    wrongType(name, "a whole number from 0");
    return 0;
}

std::uint64_t JsonMembers::count(std::string_view name) const
{
    const json *found = need(name);
    return found ? countOf(*found, name) : 0;
}

std::uint64_t JsonMembers::countOr(std::string_view name, std::uint64_t fallback) const
{
    const json *found = find(name);
    return found ? countOf(*found, name) : fallback;
}

double JsonMembers::decimalOf(const json &value, std::string_view name) const
{
    const double number = value.is_number() ? value.get<double>() : 0;
    if (!value.is_number() || !std::isfinite(number))
        wrongType(name, "a number");
    return number;
}

double JsonMembers::decimal(std::string_view name) const
{
    const json *found = need(name);
    return found ? decimalOf(*found, name) : 0;
}

double JsonMembers::decimalOr(std::string_view name, double fallback) const
{
    const json *found = find(name);
    return found ? decimalOf(*found, name) : fallback;
}

bool JsonMembers::flagOf(const json &value, std::string_view name) const
{
    if (value.is_boolean())
        return value.get<bool>();
    wrongType(name, "true or false");
    return false;
}

bool JsonMembers::flag(std::string_view name) const
{
    const json *found = need(name);
    return found && flagOf(*found, name);
}

bool JsonMembers::flagOr(std::string_view name, bool fallback) const
{
    const json *found = find(name);
    return found ? flagOf(*found, name) : fallback;
}

WallTime JsonMembers::time(std::string_view name) const
{
    const std::string written = text(name);
    if (hasFailed())
        return {};
    const Result<WallTime> read = wallTimeFromRfc3339(written);
    if (!read)
        wrongType(name, "a time as RFC 3339 writes it");
    return read ? *read - m_reading.ahead : WallTime{};
}

std::chrono::seconds JsonMembers::seconds(std::string_view name) const
{
    return std::chrono::seconds(static_cast<std::chrono::seconds::rep>(std::min(count(name), mostSeconds)));
}

std::chrono::nanoseconds JsonMembers::fractionalSeconds(std::string_view name) const
{
    return scaled(decimal(name), 1e9);
}

std::chrono::nanoseconds JsonMembers::milliseconds(std::string_view name) const
{
    return scaled(decimal(name), 1e6);
}

std::chrono::nanoseconds JsonMembers::microseconds(std::string_view name) const
{
    return scaled(decimal(name), 1e3);
}

const json *JsonMembers::array(std::string_view name) const
{
    const json *found = need(name);
    if (found && found->is_array())
        return found;
    if (found)
        wrongType(name, "an array");
    return nullptr;
}

std::vector<std::string> JsonMembers::texts(std::string_view name) const
{
    std::vector<std::string> all;
    const json *list = array(name);
    for (std::size_t i = 0; list && i < list->size() && !hasFailed(); ++i)
        all.push_back(textOf((*list)[i], name));
    return all;
}

JsonMembers JsonMembers::object(std::string_view name) const
{
    const json *found = need(name);
    return {found ? *found : nothing(), pathOf(name) + '.', m_reading};
}

} // namespace hearth
