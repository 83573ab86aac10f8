// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/HostRules.h"

#include <algorithm>

namespace hearth {

namespace {

std::string lowered(std::string_view text)
{
    std::string result(text);
    for (char &c : result)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

bool isPort(std::string_view text)
{
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isName(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == ':';
    });
}

// "192.0.2.7" of "::ffff:192.0.2.7": who listens on all addresses of IPv6 is reached by those of IPv4, too.
std::string_view withoutMapping(std::string_view address)
{
    constexpr std::string_view mapping = "::ffff:";
    const bool isMapped = address.substr(0, mapping.size()) == mapping && address.find('.') != std::string_view::npos;
    return isMapped ? address.substr(mapping.size()) : address;
}

} // namespace

HostRules::HostRules(const std::vector<std::string> &allowed, const std::string &listenAddress)
{
    static const std::vector<std::string> loopback{"localhost", "127.0.0.1", "[::1]"};
    for (const std::string &text : allowed.empty() ? loopback : allowed) {
        if (Name name; split(text, name))
            m_allowed.push_back(std::move(name));
    }
    const bool isAny = listenAddress == "0.0.0.0" || listenAddress == "::";
    m_allowsWhereItArrived = allowed.empty() && isAny;
    if (allowed.empty() && !isAny)
        m_allowed.push_back({lowered(listenAddress), {}});
}

bool HostRules::split(std::string_view text, Name &name)
{
    std::string_view host = text;
    std::string_view port;
    if (!text.empty() && text.front() == '[') {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos)
            return false;
        host = text.substr(1, end - 1);
        port = text.substr(end + 1);
        if (!port.empty() && port.front() != ':')
            return false;
    } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon);
    }
    if (!port.empty())
        port.remove_prefix(1);
    if (text.back() == ':' || (!port.empty() && !isPort(port)))
        return false;
    name.host = lowered(host);
    name.port = port;
    return isName(name.host);
}

bool HostRules::allowsHost(std::string_view host, std::string_view localAddress) const
{
    Name name;
    if (host.empty() || !split(host, name))
        return false;
    if (m_allowsWhereItArrived && withoutMapping(name.host) == withoutMapping(localAddress))
        return true;
    return std::any_of(m_allowed.begin(), m_allowed.end(), [&](const Name &allowed) {
        return allowed.host == name.host && (allowed.port.empty() || allowed.port == name.port);
    });
}

bool HostRules::allowsOrigin(std::string_view origin, std::string_view localAddress) const
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (origin.substr(0, scheme.size()) == scheme)
            return allowsHost(origin.substr(scheme.size()), localAddress);
    }
    return false;
}

} // namespace hearth
