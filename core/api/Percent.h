// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/ProfileId.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth {

// Decodes %XX. Returns: InvalidArgument where a % is not followed by two hexadecimal digits.
Result<std::string> percentDecoded(std::string_view text);
// Encodes everything but letters, digits and -._~.
std::string percentEncoded(std::string_view text);

// The identity of a path's segment. Returns: InvalidArgument, with a sentence.
Result<ProfileId> identityFromPath(std::string_view segment);

// What stands behind the "?" of a request: name=value, joined by &. A + is a blank. A name stands there once.
class QueryParameters
{
public:
    // Returns: InvalidArgument, with a sentence.
    static Result<QueryParameters> parse(std::string_view query);

    // Returns: nullopt where it is not given.
    std::optional<std::string_view> value(std::string_view name) const;
    // A whole number from 0 to the limit. Returns: the fallback where it is not given; InvalidArgument, which names it.
    Result<std::uint64_t> number(std::string_view name, std::uint64_t fallback, std::uint64_t limit) const;
    // "true" or "false".
    Result<bool> flag(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> m_values;
};

} // namespace hearth
