// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// Which names a browser may believe it talks to: against pages that reach a node on the loopback through a name of
// their own, or post to it from their own origin. Thread-safe; constant after construction.
class HostRules
{
public:
    // Names as in HEARTH_ALLOWED_HOSTS; none: the loopback names and the listen address.
    HostRules(const std::vector<std::string> &allowed, const std::string &listenAddress);

    // "127.0.0.1:8080" of Host; localAddress is where the connection arrived, which nobody can point elsewhere.
    bool allowsHost(std::string_view host, std::string_view localAddress) const;
    // "http://127.0.0.1:8080" of Origin.
    bool allowsOrigin(std::string_view origin, std::string_view localAddress) const;

private:
    struct Name {
        std::string host; // small letters, without brackets
        std::string port; // empty: any
    };
    static bool split(std::string_view text, Name &name);

    std::vector<Name> m_allowed;
    bool m_allowsWhereItArrived = false; // nobody said what is allowed, and every address is listened on
};

} // namespace hearth
