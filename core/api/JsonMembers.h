// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Reading what a node answered. For the sources of this folder only: the JSON parser does not look out of it.
namespace hearth {

// What the reading of one document knows: the first thing that was wrong, and how far the node's clock is ahead.
struct JsonReading {
    std::optional<Error> problem;
    std::chrono::milliseconds ahead{};

    void fail(std::string detail)
    {
        if (!problem)
            problem = Error{ErrorCode::BadData, std::move(detail)};
    }
};

// The members of one object. What is missing or of another type is noted in the reading, which is looked at once, at
// the end; what is returned then is an empty value. Sentences name the member and quote nothing. Members that nobody
// asks for are skipped: a newer node may say more. Borrows both.
class JsonMembers
{
public:
    JsonMembers(const nlohmann::json &object, std::string path, JsonReading &reading);

    bool has(std::string_view name) const; // it is there, and not null
    std::string text(std::string_view name) const;
    std::string textOrEmpty(std::string_view name) const; // empty: absent or null
    std::uint64_t count(std::string_view name) const;     // a whole number from 0
    std::uint64_t countOr(std::string_view name, std::uint64_t fallback) const;
    double decimal(std::string_view name) const;
    double decimalOr(std::string_view name, double fallback) const;
    bool flag(std::string_view name) const;
    bool flagOr(std::string_view name, bool fallback) const;
    WallTime time(std::string_view name) const; // in the time of here
    // Held at 292 years, which a count of nanoseconds can say.
    std::chrono::seconds seconds(std::string_view name) const;
    std::chrono::nanoseconds fractionalSeconds(std::string_view name) const;
    std::chrono::nanoseconds milliseconds(std::string_view name) const; // with fractions, too
    std::chrono::nanoseconds microseconds(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    JsonMembers object(std::string_view name) const;
    // Calls read(JsonMembers) for each object of an array; no further when something is wrong.
    template <class Read>
    void each(std::string_view name, Read read) const
    {
        const nlohmann::json *list = array(name);
        for (std::size_t i = 0; list && i < list->size() && !m_reading.problem; ++i)
            read(JsonMembers((*list)[i], pathOf(name) + '[' + std::to_string(i) + "].", m_reading));
    }

    const nlohmann::json &value() const { return m_object; }
    JsonReading &reading() const { return m_reading; }
    void fail(std::string detail) const { m_reading.fail(std::move(detail)); }
    bool hasFailed() const { return m_reading.problem.has_value(); }

private:
    const nlohmann::json *find(std::string_view name) const; // null: absent or null
    const nlohmann::json *need(std::string_view name) const;
    const nlohmann::json *array(std::string_view name) const;
    void wrongType(std::string_view name, std::string_view expected) const;
    std::string pathOf(std::string_view name) const { return m_path + std::string(name); }
    std::uint64_t countOf(const nlohmann::json &value, std::string_view name) const;
    double decimalOf(const nlohmann::json &value, std::string_view name) const;
    std::string textOf(const nlohmann::json &value, std::string_view name) const;
    bool flagOf(const nlohmann::json &value, std::string_view name) const;

    const nlohmann::json &m_object;
    const std::string m_path;
    JsonReading &m_reading;
};

// Nested 16 levels at most, 4 million values at most, strict UTF-8, an object.
// Returns: BadData, with a sentence.
Result<nlohmann::json> parsedDocument(std::string_view text);

// What read(JsonMembers) makes of a document, unless something was wrong with it.
template <class T, class Read>
Result<T> readDocument(std::string_view text, std::chrono::milliseconds ahead, Read read)
{
    const Result<nlohmann::json> document = parsedDocument(text);
    if (!document)
        return document.error();
    JsonReading reading{std::nullopt, ahead};
    T value = read(JsonMembers(*document, {}, reading));
    if (reading.problem)
        return *reading.problem;
    return value;
}

} // namespace hearth
