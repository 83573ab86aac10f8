// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/DatabaseUrl.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace hearth {

namespace {

constexpr int transactionPoolerPort = 6543;
constexpr std::array<std::string_view, 6> sslModes{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};
constexpr std::string_view knownOptions =
    "sslmode, sslrootcert, connect_timeout, application_name, pooler and host (the directory of a socket)";
constexpr std::string_view encodingHint =
    "The database URL cannot be taken apart: in user name and password, write @ as %40, / as %2F, : as %3A, ? as %3F "
    "and % as %25.";

std::optional<int> numberOf(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Returns: nullopt for a % without two hexadecimal digits, and for what decodes to a control character.
std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            c = char(high * 16 + low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return std::nullopt;
        decoded += c;
    }
    return decoded;
}

bool isLoopback(std::string_view host)
{
    return host.empty() || host.front() == '/' || host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool isHostText(std::string_view host)
{
    return std::none_of(host.begin(), host.end(), [](char c) { return c == ' ' || c == ',' || c == '=' || c == '\''; });
}

Error invalid(std::string detail)
{
    return {ErrorCode::InvalidArgument, std::move(detail)};
}

// Text before the separator; text becomes what follows it, or nothing.
std::string_view takeUntil(std::string_view &text, char separator)
{
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

} // namespace

// Takes a URL apart, part by part; each step returns the sentence that says what is wrong.
class DatabaseUrlParser
{
public:
    Result<DatabaseUrl> parse(std::string_view text)
    {
        if (text.starts_with("sqlite:"))
            return parseSqlite(text);
        for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
            if (text.starts_with(scheme))
                return parsePostgres(text.substr(scheme.size()));
        }
        return invalid("The database URL must start with postgresql://, postgres:// or sqlite:/// (three slashes and "
                       "an absolute path).");
    }

private:
    Result<DatabaseUrl> parseSqlite(std::string_view text)
    {
        constexpr std::string_view prefix = "sqlite:///";
        const std::string_view path = text.starts_with(prefix) ? text.substr(prefix.size() - 1) : "";
        const auto decoded = percentDecoded(path);
        if (!decoded)
            return invalid("The path in the database URL has a % without two hexadecimal digits behind it or a control "
                           "character; write a % as %25.");
        if (decoded->size() < 2 || decoded->back() == '/')
            return invalid("The database URL must name a file by its absolute path: sqlite:///abs/path.db.");
        if (path.find('?') != std::string_view::npos)
            return invalid("The database URL of an SQLite file takes no options after a ?; write a ? in the path as "
                           "%3F.");
        return DatabaseUrl::sqliteFile(*decoded);
    }

    Result<DatabaseUrl> parsePostgres(std::string_view rest)
    {
        const std::size_t authorityEnd = std::min(rest.find_first_of("/?"), rest.size());
        std::string_view authority = rest.substr(0, authorityEnd);
        rest.remove_prefix(authorityEnd);
        if (rest.find('@') != std::string_view::npos)
            return invalid(std::string(encodingHint)); // a / or ? of the password ended the authority too early

        std::string_view query = rest;
        std::string_view path = takeUntil(query, '?');
        if (!path.empty())
            path.remove_prefix(1);
        if (auto done = takeUser(authority); !done)
            return done.error();
        if (auto done = takeHostAndPort(authority); !done)
            return done.error();
        const auto database = percentDecoded(path);
        if (!database || path.find('/') != std::string_view::npos)
            return invalid("The database name in the database URL is not valid: one name after the host, with / "
                           "written as %2F and % as %25.");
        m_url.m_database = *database;
        m_url.m_transactionPooler = m_url.m_port == transactionPoolerPort;
        if (auto done = takeOptions(query); !done)
            return done.error();
        m_url.m_libpqOptions.try_emplace("sslmode", isLoopback(m_url.m_host) ? "prefer" : "require");
        m_url.m_libpqOptions.try_emplace("application_name", "hearth");
        return std::move(m_url);
    }

    // user:password@ from the start of the authority.
    Result<void> takeUser(std::string_view &authority)
    {
        const std::size_t at = authority.rfind('@');
        if (at == std::string_view::npos)
            return {};
        std::string_view password = authority.substr(0, at);
        authority.remove_prefix(at + 1);
        const std::string_view user = takeUntil(password, ':');
        const auto decodedUser = percentDecoded(user);
        const auto decodedPassword = percentDecoded(password);
        if (!decodedUser || !decodedPassword)
            return invalid(std::string(encodingHint));
        m_url.m_user = *decodedUser;
        m_url.m_password = *decodedPassword;
        return {};
    }

    Result<void> takeHostAndPort(std::string_view authority)
    {
        std::string_view port;
        std::string_view host = authority;
        if (authority.starts_with('[')) {
            const std::size_t end = authority.find(']');
            if (end == std::string_view::npos)
                return invalid("The host in the database URL starts with [ but has no ]; an IPv6 address is written "
                               "[::1].");
            host = authority.substr(1, end - 1);
            port = authority.substr(end + 1);
            if (!port.empty() && port.front() != ':')
                return invalid("The database URL has text between the ] of the host and its port; write [::1]:5432.");
        } else if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
            host = authority.substr(0, colon);
            port = authority.substr(colon);
        }
        if (!port.empty())
            port.remove_prefix(1);
        const auto decodedHost = percentDecoded(host);
        if (!decodedHost || !isHostText(*decodedHost))
            return invalid("The host in the database URL is not valid; one host name or address is allowed.");
        m_url.m_host = *decodedHost;
        if (port.empty())
            return {};
        const std::optional<int> number = numberOf(port);
        if (!number || *number < 1 || *number > 65535)
            return invalid("The port in the database URL must be a number from 1 to 65535; if it is part of a "
                           "password, the URL needs user:password@ before the host.");
        m_url.m_port = *number;
        return {};
    }

    Result<void> takeOptions(std::string_view query)
    {
        while (!query.empty()) {
            std::string_view value = takeUntil(query, '&');
            const std::string_view key = takeUntil(value, '=');
            const auto decoded = percentDecoded(value);
            if (!decoded)
                return invalid("The value of " + std::string(key) +
                               " in the database URL has a % without two hexadecimal digits behind it or a control "
                               "character.");
            if (auto done = takeOption(key, *decoded); !done)
                return done;
        }
        return {};
    }

    Result<void> takeOption(std::string_view key, const std::string &value)
    {
        const auto refused = [&](std::string_view allowed) {
            return invalid("The value \"" + value + "\" of " + std::string(key) +
                           " in the database URL is not allowed; allowed is " + std::string(allowed) + ".");
        };
        if (key == "pooler") {
            if (value != "transaction" && value != "session")
                return refused("transaction or session");
            m_url.m_transactionPooler = value == "transaction";
            return {};
        }
        if (key == "host") {
            if (!value.starts_with('/') || !m_url.m_host.empty() || !isHostText(value))
                return refused("the absolute path of a socket's directory, with no host before the database name");
            m_url.m_host = value;
            return {};
        }
        if (key == "sslmode") {
            if (std::find(sslModes.begin(), sslModes.end(), value) == sslModes.end())
                return refused("disable, allow, prefer, require, verify-ca or verify-full");
        } else if (key == "connect_timeout") {
            const std::optional<int> seconds = numberOf(value);
            if (!seconds || *seconds < 1 || *seconds > 3600)
                return refused("a number of seconds from 1 to 3600");
        } else if (key == "sslrootcert" || key == "application_name") {
            if (value.empty() || value.size() > 4096 || value.find(';') != std::string::npos)
                return refused(key == "sslrootcert" ? "the path of a file, without ;" : "a name, without ;");
        } else {
            return invalid("The option \"" + std::string(key) + "\" in the database URL is not known; allowed are " +
                           std::string(knownOptions) + ".");
        }
        m_url.m_libpqOptions.insert_or_assign(std::string(key), value);
        return {};
    }

    DatabaseUrl m_url;
};

Result<DatabaseUrl> DatabaseUrl::parse(std::string_view text)
{
    return DatabaseUrlParser().parse(text);
}

DatabaseUrl DatabaseUrl::sqliteFile(std::string path)
{
    DatabaseUrl url;
    url.m_kind = DatabaseKind::Sqlite;
    url.m_port = 0;
    url.m_database = std::move(path);
    return url;
}

std::string DatabaseUrl::displayUrl() const
{
    if (isSqlite())
        return "sqlite://" + m_database;
    std::string text = "postgresql://" + m_user;
    if (hasPassword())
        text += ":***";
    if (!m_user.empty() || hasPassword())
        text += '@';
    const bool isSocket = m_host.starts_with('/');
    const bool isIpv6 = m_host.find(':') != std::string::npos;
    if (!isSocket)
        text += isIpv6 ? '[' + m_host + ']' : m_host;
    if (!m_host.empty() || m_port != 5432)
        text += ':' + std::to_string(m_port);
    text += '/' + m_database;
    return isSocket ? text + "?host=" + m_host : text;
}

std::string DatabaseUrl::withoutSecret(std::string text) const
{
    if (m_password.empty())
        return text;
    for (std::size_t at = text.find(m_password); at != std::string::npos; at = text.find(m_password, at + 3))
        text.replace(at, m_password.size(), "***");
    return text;
}

} // namespace hearth
