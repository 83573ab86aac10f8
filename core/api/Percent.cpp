// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/Percent.h"

#include "core/base/Utf8.h"

#include <QByteArray>

#include <algorithm>
#include <charconv>

namespace hearth {

namespace {

constexpr std::size_t mostParameters = 32;

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

Error malformed(std::string detail)
{
    return {ErrorCode::InvalidArgument, std::move(detail)};
}

Result<std::string> decodedParameter(std::string_view text)
{
    std::string withBlanks(text);
    std::replace(withBlanks.begin(), withBlanks.end(), '+', ' ');
    Result<std::string> decoded = percentDecoded(withBlanks);
    if (decoded && (!isUtf8(*decoded) || decoded->find('\0') != std::string::npos))
        return malformed("The parameters behind the ? are valid UTF-8 without NUL; these are not.");
    return decoded;
}

} // namespace

Result<std::string> percentDecoded(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 1 < text.size() ? hexValue(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return malformed("A % is followed by two hexadecimal digits; a % itself is written %25.");
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::string percentEncoded(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size())).toPercentEncoding().toStdString();
}

Result<ProfileId> identityFromPath(std::string_view segment)
{
    const Result<std::string> decoded = percentDecoded(segment);
    if (!decoded)
        return decoded.error();
    return ProfileId::parse(*decoded);
}

Result<QueryParameters> QueryParameters::parse(std::string_view query)
{
    QueryParameters parameters;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty())
            continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        Result<std::string> name = decodedParameter(pair.substr(0, equals));
        if (!name)
            return name.error();
        Result<std::string> value = decodedParameter(pair.substr(std::min(equals + 1, pair.size())));
        if (!value)
            return value.error();
        if (parameters.value(*name))
            return malformed("A parameter stands behind the ? twice; once is enough.");
        if (parameters.m_values.size() == mostParameters)
            return malformed("There are too many parameters behind the ?.");
        parameters.m_values.emplace_back(*std::move(name), *std::move(value));
    }
    return parameters;
}

std::optional<std::string_view> QueryParameters::value(std::string_view name) const
{
    const auto found =
        std::find_if(m_values.begin(), m_values.end(), [name](const auto &pair) { return pair.first == name; });
    return found == m_values.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

Result<std::uint64_t> QueryParameters::number(std::string_view name, std::uint64_t fallback, std::uint64_t limit) const
{
    const auto text = value(name);
    if (!text || text->empty())
        return fallback;
    std::uint64_t number = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size() || number > limit)
        return malformed("The parameter " + std::string(name) + " is a whole number from 0 to " +
                         std::to_string(limit) + ".");
    return number;
}

Result<bool> QueryParameters::flag(std::string_view name) const
{
    const auto text = value(name);
    if (!text || *text == "false")
        return false;
    if (*text != "true")
        return malformed("The parameter " + std::string(name) + " is true or false.");
    return true;
}

} // namespace hearth
