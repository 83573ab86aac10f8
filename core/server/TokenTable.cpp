// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/TokenTable.h"

#include <algorithm>

namespace hearth {

namespace {

// Its time depends on the length of what was presented only.
bool isEqual(std::string_view presented, std::string_view secret)
{
    auto difference = static_cast<unsigned>(presented.size() != secret.size());
    for (std::size_t i = 0; i < presented.size(); ++i) {
        const auto left = static_cast<unsigned char>(presented[i]);
        const auto right = static_cast<unsigned char>(secret[i % secret.size()]);
        difference |= static_cast<unsigned>(left ^ right);
    }
    return difference == 0;
}

} // namespace

TokenTable::TokenTable(const std::vector<ApiToken> &tokens)
{
    for (const ApiToken &token : tokens) {
        std::string who(toString(token.role));
        if (!token.name.empty())
            who += "/" + token.name;
        m_entries.push_back({token.token, {token.role, token.name, std::move(who)}});
    }
}

const TokenTable::Holder *TokenTable::find(std::string_view token) const
{
    const Holder *found = nullptr;
    for (const Entry &entry : m_entries) {
        const bool matches = !entry.token.empty() && isEqual(token, entry.token);
        found = matches ? &entry.holder : found;
    }
    return found;
}

std::string_view bearerToken(std::string_view authorization)
{
    constexpr std::string_view scheme = "bearer ";
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const bool isBearer =
        authorization.size() > scheme.size() && std::equal(scheme.begin(), scheme.end(), authorization.begin(),
                                                           [&](char left, char right) { return left == lower(right); });
    if (!isBearer)
        return {};
    std::string_view token = authorization.substr(scheme.size());
    while (!token.empty() && token.front() == ' ')
        token.remove_prefix(1);
    while (!token.empty() && (token.back() == ' ' || token.back() == '\t'))
        token.remove_suffix(1);
    return token;
}

} // namespace hearth
