// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/server/ApiServerSettings.h"

#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// Who a token belongs to. Thread-safe; constant after construction.
class TokenTable
{
public:
    struct Holder {
        ApiRole role = ApiRole::Viewer;
        std::string name; // empty where the token has none
        std::string who;  // "operator/eve"
    };

    explicit TokenTable(const std::vector<ApiToken> &tokens);

    bool isOpen() const { return m_entries.empty(); }
    // Takes as long whichever token it is, and whether it is one: every one of them is compared to its end.
    // Returns: null when it is none.
    const Holder *find(std::string_view token) const;
    // Whoever comes to an open node.
    const Holder &anybody() const { return m_anybody; }

private:
    struct Entry {
        std::string token;
        Holder holder;
    };
    std::vector<Entry> m_entries;
    Holder m_anybody{ApiRole::Operator, {}, "local"};
};

// The token of "Authorization: Bearer …". Returns: empty, when it is of another kind.
std::string_view bearerToken(std::string_view authorization);

} // namespace hearth
