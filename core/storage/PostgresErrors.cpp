// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PostgresErrors.h"

#include "core/base/Format.h"

#include <QRegularExpression>
#include <QStringList>

#include <string_view>

namespace hearth::postgres {

namespace {

using Kind = SqlFailureKind;

// "localhost:5432", or the socket's place.
std::string placeOf(const DatabaseUrl &url)
{
    if (url.host().empty())
        return "the local socket, port " + std::to_string(url.port());
    if (url.host().front() == '/')
        return url.host() + ", port " + std::to_string(url.port());
    const bool isIpv6 = url.host().find(':') != std::string::npos;
    return (isIpv6 ? '[' + url.host() + ']' : url.host()) + ':' + std::to_string(url.port());
}

// The first line that says something, without the driver's decoration and without secrets.
std::string messageOf(const DatabaseUrl &url, const QString &text)
{
    QString line;
    for (const QString &candidate : text.split(u'\n')) {
        line = candidate.trimmed();
        if (!line.isEmpty())
            break;
    }
    line.remove(QRegularExpression(QStringLiteral("^(ERROR|FATAL|PANIC):\\s*")));
    line.truncate(300);
    while (line.endsWith(u'.'))
        line.chop(1);
    return url.withoutSecret(line.toStdString());
}

// The n-th name in double quotes: servers translate their messages, but not the names in them.
std::string quotedName(const QString &text, std::string_view fallback)
{
    static const QRegularExpression quoted(QStringLiteral("[\"«„“]\\s*([^\"»“”]+?)\\s*[\"»“”]"));
    const QRegularExpressionMatch match = quoted.match(text);
    return match.hasMatch() ? match.captured(1).toStdString() : std::string(fallback);
}

SqlFailure unreachable(std::string detail, std::string nextStep, Kind kind = Kind::Unreachable)
{
    return {kind, {ErrorCode::Unavailable, std::move(detail)}, std::move(nextStep)};
}

// What to do about each way in which a connection is refused, by a piece of libpq's or the server's English text.
struct KnownRefusal {
    const char *piece;
    Kind kind;
    const char *detail;   // %1: the place, %2: the user, %3: the database, %4: sslmode, %5: " in FILE" or nothing
    const char *nextStep; // likewise
};

constexpr KnownRefusal knownRefusals[] = {
    {"tenant or user not found", Kind::Unreachable, "The pooler at %1 knows no project with the user %2.",
     "Behind a pooler of Supabase's the user is postgres.REFERENCE, with the project's reference: correct it, and the "
     "region in the host, in DATABASE_URL."},
    {"password authentication failed", Kind::Unreachable,
     "PostgreSQL at %1 refused the password of the role %2 (password authentication failed).",
     "Correct user and password in DATABASE_URL; special characters must be percent-encoded."},
    {"no password supplied", Kind::Unreachable, "PostgreSQL at %1 asks for a password for the role %2; none was given.",
     "Put the password into DATABASE_URL, DATABASE_URL_FILE or ~/.pgpass."},
    {"no pg_hba.conf entry", Kind::Unreachable, "PostgreSQL at %1 does not let the role %2 in from this machine.",
     "Add a line to the server's pg_hba.conf, or use another host, role or sslmode."},
    {"authentication failed", Kind::Unreachable, "PostgreSQL at %1 did not accept the role %2 (authentication failed).",
     "Correct the user in DATABASE_URL, or the server's pg_hba.conf."},
    {"too many clients already", Kind::TooManyConnections,
     "PostgreSQL at %1 has no connection left (too many clients).",
     "Lower DATABASE_POOL_SIZE, close other clients, or raise the server's max_connections."},
    {"too many connections", Kind::TooManyConnections,
     "PostgreSQL at %1 has no connection left for the role %2 or the database %3 (too many connections).",
     "Lower DATABASE_POOL_SIZE, close other clients, or raise the limit."},
    {"remaining connection slots", Kind::TooManyConnections,
     "PostgreSQL at %1 has no connection left (the rest is reserved).",
     "Lower DATABASE_POOL_SIZE, close other clients, or raise the server's max_connections."},
    {"starting up", Kind::Unreachable, "PostgreSQL at %1 is starting up.", "Nothing: it will be tried again."},
    {"shutting down", Kind::Unreachable, "PostgreSQL at %1 is shutting down.", "Start the server again."},
    {"in recovery mode", Kind::Unreachable, "PostgreSQL at %1 is recovering after a crash.",
     "Nothing: it will be tried again."},
    {"could not translate host name", Kind::Unreachable, "The host of the database, %1, is not known.",
     "Correct the host in DATABASE_URL, or check the network's name service."},
    {"Connection refused", Kind::Unreachable, "No PostgreSQL server answers at %1 (connection refused).",
     "Start the server, or correct host and port in DATABASE_URL."},
    {"No such file or directory", Kind::Unreachable, "No PostgreSQL server listens on %1 (there is no such socket).",
     "Start the server, or name its host and port in DATABASE_URL."},
    {"timeout expired", Kind::Unreachable, "PostgreSQL at %1 did not answer in time.",
     "Check that the server runs and that a firewall lets the connection through."},
    {"root certificate file", Kind::Unreachable,
     "The certificate of the authority that signed the one of PostgreSQL at %1 is needed to check it (sslmode=%4), and "
     "there is none to be read%5.",
     "Save that certificate in a file and name it in DATABASE_URL (sslrootcert=/path/to/root.crt). Who runs the "
     "database offers it for download (Supabase: in the project's database settings, under SSL configuration)."},
    {"does not match host name", Kind::Unreachable,
     "The certificate of the PostgreSQL server at %1 was made for another host name.",
     "Use the name that the certificate was made for as host in DATABASE_URL; sslmode=verify-ca checks the certificate "
     "without the name."},
    {"server does not support SSL", Kind::Unreachable,
     "PostgreSQL at %1 offers no encryption, but DATABASE_URL demands it (sslmode).",
     "Switch TLS on at the server; or, where the network is trusted, add sslmode=prefer to DATABASE_URL."},
    {"certificate", Kind::Unreachable, "The certificate of the PostgreSQL server at %1 cannot be trusted.",
     "Name the certificate of the authority that signed it in DATABASE_URL (sslrootcert=/path/to/root.crt); who runs "
     "the database offers it for download."},
    {"SSL error", Kind::Unreachable, "The encrypted connection to PostgreSQL at %1 failed.",
     "Check the server's TLS settings and sslmode in DATABASE_URL."},
    {"Cannot assign requested address", Kind::Unreachable, "The network of PostgreSQL at %1 cannot be reached.",
     "Check this machine's network."},
    {"Connection timed out", Kind::Unreachable, "PostgreSQL at %1 did not answer in time.",
     "Check that the server runs and that a firewall lets the connection through."},
    {"Network is unreachable", Kind::Unreachable, "The network of PostgreSQL at %1 cannot be reached.",
     "Check this machine's network."},
    {"No route to host", Kind::Unreachable, "There is no way to PostgreSQL at %1 (no route to host).",
     "Check this machine's network and the host in DATABASE_URL."},
};

// The reference of the project, when this is the direct host of one of Supabase's: "db.abcdef.supabase.co" → "abcdef".
std::string supabaseProjectOf(const DatabaseUrl &url)
{
    static const QRegularExpression direct(QStringLiteral("^db\\.([a-z0-9]+)\\.supabase\\.[a-z]+$"),
                                           QRegularExpression::CaseInsensitiveOption);
    const auto match = direct.match(QString::fromStdString(url.host()));
    return match.hasMatch() ? match.captured(1).toStdString() : std::string();
}

bool isSupabasePooler(const DatabaseUrl &url)
{
    return QString::fromStdString(url.host()).contains(QLatin1String(".pooler.supabase."), Qt::CaseInsensitive);
}

// What is known about the hosts of Supabase and better said instead of the usual next step. Returns: empty, or that.
std::string supabaseStep(const DatabaseUrl &url, const QString &text)
{
    const auto says = [&text](const char *piece) { return text.contains(QLatin1String(piece), Qt::CaseInsensitive); };
    const std::string project = supabaseProjectOf(url);
    const bool isOutOfReach = says("could not translate host name") || says("Network is unreachable") ||
                              says("No route to host") || says("Cannot assign requested address") ||
                              says("timeout expired") || says("Connection timed out") || says("Connection refused");
    if (!project.empty() && isOutOfReach)
        return "Supabase's direct host has an address of IPv6 only, which many networks cannot reach: use the address "
               "of the project's pooler in DATABASE_URL (Supabase's page Connect names it: "
               "….pooler.supabase.com, user postgres." +
               project + ").";
    if (isSupabasePooler(url) && says("password authentication failed") && url.user().find('.') == std::string::npos)
        return "Behind Supabase's pooler the user is postgres.REFERENCE, with the project's reference, not " +
               (url.user().empty() ? std::string("the default") : url.user()) +
               ": correct user and password in DATABASE_URL; special characters must be percent-encoded.";
    return {};
}

std::string filled(const DatabaseUrl &url, const char *sentence, const QString &cause)
{
    const auto orDefault = [](const std::string &name) {
        return name.empty() ? QStringLiteral("(the default)") : QString::fromStdString(name);
    };
    QString text = QString::fromUtf8(sentence);
    text.replace(QLatin1String("%1"), QString::fromStdString(placeOf(url)));
    text.replace(QLatin1String("%2"), orDefault(url.user()));
    text.replace(QLatin1String("%3"), orDefault(url.database()));
    const auto sslMode = url.libpqOptions().find("sslmode");
    text.replace(QLatin1String("%4"), orDefault(sslMode == url.libpqOptions().end() ? "" : sslMode->second));
    static const QRegularExpression file(QStringLiteral("certificate file \"([^\"]+)\""));
    const auto named = file.match(cause);
    text.replace(QLatin1String("%5"), named.hasMatch() ? QStringLiteral(" in ") + named.captured(1) : QString());
    return text.toStdString();
}

SqlFailure lost(const DatabaseUrl &url, const QString &text)
{
    const std::string message = messageOf(url, text);
    return unreachable("The connection to PostgreSQL at " + placeOf(url) + " was lost" +
                           (message.empty() ? "." : " (" + message + ")."),
                       "Nothing: it is opened again as soon as the server answers.", Kind::Lost);
}

SqlFailure unusable(const DatabaseUrl &url, const QString &text, const QString &sqlState)
{
    if (sqlState == QLatin1String("42P01")) {
        return {Kind::Unusable,
                {ErrorCode::SchemaMismatch, "The table " + quotedName(text, "user_profiles") +
                                                " is missing in the database " + url.database() + "."},
                "Create it (resources/schema/postgres.sql), or let a role that may create tables start Hearth once."};
    }
    if (sqlState == QLatin1String("42703")) {
        return {Kind::Unusable,
                {ErrorCode::SchemaMismatch, "The column " + quotedName(text, "of a table") +
                                                " is missing in the database " + url.database() + "."},
                "Add the column with your own migrations; Hearth never alters a table that is there."};
    }
    return {Kind::Unusable,
            {ErrorCode::SchemaMismatch, "A column has a type that Hearth cannot read (" + messageOf(url, text) + ")."},
            "Compare the tables with resources/schema/postgres.sql; Hearth never alters a table that is there."};
}

SqlFailure denied(const DatabaseUrl &url, const QString &text, const QString &sqlState)
{
    if (sqlState == QLatin1String("25006")) {
        return {Kind::Denied,
                {ErrorCode::PermissionDenied, "The database " + url.database() + " may only be read here."},
                "Use a connection to the primary server that may write."};
    }
    const std::string role = url.user().empty() ? "The database role" : "The role " + url.user();
    return {Kind::Denied,
            {ErrorCode::PermissionDenied, role + " may not do this (" + messageOf(url, text) + ")."},
            "Grant the right to the role, or use another role in DATABASE_URL."};
}

bool isOneOf(const QString &sqlState, std::initializer_list<const char *> states)
{
    for (const char *state : states) {
        if (sqlState == QLatin1String(state))
            return true;
    }
    return false;
}

} // namespace

SqlFailure openFailure(const DatabaseUrl &url, const QString &text)
{
    for (const KnownRefusal &known : knownRefusals) {
        if (!text.contains(QLatin1String(known.piece), Qt::CaseInsensitive))
            continue;
        const std::string better = supabaseStep(url, text);
        return unreachable(filled(url, known.detail, text), better.empty() ? filled(url, known.nextStep, text) : better,
                           known.kind);
    }
    static const QRegularExpression absent(QStringLiteral("(database|role) \"[^\"]*\" does not exist"));
    if (const auto match = absent.match(text); match.hasMatch()) {
        const std::string what = match.captured(1).toStdString();
        return unreachable("PostgreSQL at " + placeOf(url) + " has no " + what + " " +
                               quotedName(match.captured(), "") + ".",
                           "Create the " + what + ", or correct its name in DATABASE_URL.");
    }
    const std::string message = messageOf(url, text);
    return unreachable("PostgreSQL at " + placeOf(url) + " cannot be reached" +
                           (message.empty() ? "." : " (" + message + ")."),
                       "Check DATABASE_URL and the server.");
}

SqlFailure hangFailure(const DatabaseUrl &url, std::chrono::milliseconds timeout)
{
    return unreachable("PostgreSQL at " + placeOf(url) + " hangs: it is connected, but has not answered for " +
                           format::latency(timeout) + ".",
                       "Check that the server is not stopped or overloaded, and the network to it.", Kind::Lost);
}

SqlFailure queryFailure(const DatabaseUrl &url, std::chrono::milliseconds timeout, const QString &text,
                        const QString &sqlState, bool isBroken)
{
    const bool hasNoState = sqlState.isEmpty() && !text.isEmpty();
    if (isBroken || hasNoState || sqlState.startsWith(QLatin1String("08")) ||
        isOneOf(sqlState, {"57P01", "57P02", "57P03", "57P05"}))
        return lost(url, text);
    if (isOneOf(sqlState, {"57014", "55P03"})) {
        return {Kind::Timeout,
                {ErrorCode::Timeout, "The database did not answer within " + format::latency(timeout) + "."},
                "Look for what slows the server down, or raise DATABASE_TIMEOUT_MS."};
    }
    if (isOneOf(sqlState, {"42P01", "42703", "42883", "42804", "42846", "3F000"}))
        return unusable(url, text, sqlState);
    if (isOneOf(sqlState, {"42501", "25006"}))
        return denied(url, text, sqlState);
    const std::string message = messageOf(url, text);
    if (sqlState.startsWith(QLatin1String("22")) || sqlState.startsWith(QLatin1String("23")))
        return {Kind::Other, {ErrorCode::BadData, "The database did not take a value (" + message + ")."}, {}};
    if (sqlState.startsWith(QLatin1String("53")) || sqlState.startsWith(QLatin1String("40")) ||
        sqlState.startsWith(QLatin1String("58")))
        return {Kind::Other, {ErrorCode::Unavailable, "The database could not do it now (" + message + ")."}, {}};
    return {Kind::Other,
            {ErrorCode::Internal,
             "The database refused a statement (" + message + ", SQLSTATE " + sqlState.toStdString() + ")."},
            {}};
}

} // namespace hearth::postgres
