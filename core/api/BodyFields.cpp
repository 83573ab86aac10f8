// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/BodyFields.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

namespace hearth {

namespace {

using nlohmann::json;

constexpr int deepest = 16;

// Counts brackets outside of strings, before anything is built from them.
bool isTooDeep(std::string_view text)
{
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
            if (++depth > deepest)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

// Sees the keys as they are read: two readers could understand an object with the same one twice differently.
class RepeatedKeys
{
public:
    bool operator()(int /*depth*/, json::parse_event_t event, json &value)
    {
        if (event == json::parse_event_t::object_start)
            m_open.emplace_back();
        else if (event == json::parse_event_t::object_end)
            m_open.pop_back();
        else if (event == json::parse_event_t::key && !m_open.back().insert(value.get<std::string>()).second)
            m_found = true;
        return true;
    }
    bool found() const { return m_found; }

private:
    std::vector<std::set<std::string>> m_open;
    bool m_found = false;
};

} // namespace

Error malformed(std::string detail)
{
    return {ErrorCode::InvalidArgument, std::move(detail)};
}

Error wrongField(std::string_view name, std::string_view expected)
{
    return malformed("The field \"" + std::string(name) + "\" is not " + std::string(expected) + ".");
}

Result<json> parsedBody(std::string_view body)
{
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return malformed("The body is empty; a JSON object is expected.");
    if (isTooDeep(body))
        return malformed("The body is nested deeper than 16 levels.");
    if (const std::size_t nul = body.find('\0'); nul != std::string_view::npos)
        return malformed("The body is not valid JSON: it holds a NUL at byte " + std::to_string(nul + 1) + ".");
    try {
        RepeatedKeys repeated;
        json document = json::parse(body.begin(), body.end(), std::ref(repeated));
        if (!document.is_object())
            return malformed("The body is not a JSON object.");
        if (repeated.found())
            return malformed("The body names a field twice in the same object.");
        return document;
    } catch (const json::parse_error &error) {
        return malformed("The body is not valid JSON (in UTF-8): wrong at byte " + std::to_string(error.byte) + ".");
    } catch (const json::exception &) {
        return malformed("The body holds a number that is too large.");
    }
}

Result<void> onlyKnown(const json &object, std::initializer_list<std::string_view> names)
{
    std::string list;
    for (const std::string_view name : names)
        list += (list.empty() ? "" : ", ") + std::string(name);
    for (const auto &[name, value] : object.items()) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            return malformed("The body has a field that is not known here; there are " + list + ".");
    }
    return {};
}

Result<std::string_view> onlyOne(const json &object, std::initializer_list<std::string_view> names)
{
    std::string list;
    std::string_view found;
    std::size_t count = 0;
    for (const std::string_view name : names) {
        list += (list.empty() ? "" : ", ") + std::string(name);
        if (!object.contains(name))
            continue;
        found = name;
        ++count;
    }
    if (count != 1)
        return malformed("The body names exactly one of " + list + ".");
    return found;
}

Result<bool> flagField(const json &object, std::string_view name, bool fallback)
{
    const auto flag = optionalFlag(object, name);
    return flag ? Result<bool>(flag->value_or(fallback)) : flag.error();
}

Result<std::optional<bool>> optionalFlag(const json &object, std::string_view name)
{
    const auto found = object.find(name);
    if (found == object.end())
        return std::optional<bool>();
    if (!found->is_boolean())
        return wrongField(name, "true or false");
    return std::optional(found->get<bool>());
}

Result<std::string> textField(const json &object, std::string_view name, std::size_t longest)
{
    const auto found = object.find(name);
    if (found == object.end())
        return std::string();
    if (!found->is_string() || found->get_ref<const std::string &>().size() > longest)
        return wrongField(name, "a string of " + std::to_string(longest) + " bytes at most");
    return found->get<std::string>();
}

Result<std::optional<std::int64_t>> numberField(const json &object, std::string_view name)
{
    const auto found = object.find(name);
    if (found == object.end())
        return std::optional<std::int64_t>();
    if (!found->is_number_integer() || (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX))
        return wrongField(name, "a whole number");
    return std::optional(found->get<std::int64_t>());
}

Result<ProfileId> identityField(const json &object, std::string_view name)
{
    const auto found = object.find(name);
    if (found == object.end())
        return malformed("The field \"" + std::string(name) + "\" is missing.");
    if (!found->is_string())
        return wrongField(name, "a string");
    auto id = ProfileId::parse(found->get_ref<const std::string &>());
    if (!id)
        return malformed("The field \"" + std::string(name) + "\" is wrong. " + id.error().detail);
    return id;
}

Result<std::string> properTextField(const json &object, std::string_view name)
{
    const auto found = object.find(name);
    if (found == object.end())
        return std::string();
    if (!found->is_string() || !ProfileId::parse(found->get_ref<const std::string &>()))
        return wrongField(name, "a string of 1 to 255 characters without control characters");
    return found->get<std::string>();
}

} // namespace hearth
