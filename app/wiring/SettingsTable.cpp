// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/SettingsTable.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>
#include <array>
#include <limits>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr qint64 secondsPerDay = 86'400;
constexpr const char *databaseUrlForms = "postgresql://user@host:port/database?sslmode=… or sqlite:///absolute/path.db";
constexpr qsizetype shortestToken = 16;
constexpr std::array roleNames{"viewer", "support", "service", "operator"};

// Digits only: no sign, no exponent, no space, nothing behind.
std::optional<qint64> wholeNumber(const QString &text)
{
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; }))
        return std::nullopt;
    bool fits = false;
    const qint64 number = text.toLongLong(&fits);
    return fits ? std::optional(number) : std::nullopt;
}

std::optional<double> decimalNumber(const QString &text)
{
    static const QRegularExpression pattern(uR"(\A[0-9]{1,9}(\.[0-9]{1,9})?\z)"_s);
    return pattern.match(text).hasMatch() ? std::optional(text.toDouble()) : std::nullopt;
}

bool hasSpaceOrControl(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c <= u' ' || c == u'\x7f'; });
}

QString decimalText(double value)
{
    return QString::number(value, 'g', 6);
}

QString storeDatabaseUrl(NodeConfig &config, const QString &text)
{
    auto url = DatabaseUrl::parse(text.toStdString());
    if (!url) {
        QString problem = QString::fromStdString(url.error().detail);
        if (problem.endsWith(u'.'))
            problem.chop(1);
        return problem + u"; allowed is %1"_s.arg(QString::fromUtf8(databaseUrlForms));
    }
    config.databaseUrl = std::move(*url);
    return {};
}

QString storeLivekitUrl(NodeConfig &config, const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool known = QStringList{u"ws"_s, u"wss"_s, u"http"_s, u"https"_s}.contains(url.scheme());
    if (!url.isValid() || !known || url.host().isEmpty())
        return u"allowed is a URL such as wss://livekit.example.org"_s;
    config.livekitUrl = text;
    return {};
}

QString storeApiKey(NodeConfig &config, const QString &text)
{
    if (hasSpaceOrControl(text))
        return u"allowed is a key without spaces"_s;
    config.livekitApiKey = text;
    return {};
}

QString storeApiSecret(NodeConfig &config, const QString &text)
{
    if (hasSpaceOrControl(text))
        return u"allowed is a secret without spaces"_s;
    config.livekitApiSecret = text;
    return {};
}

// One "role[/name]:token". Returns: what is wrong with it.
QString readToken(const QString &entry, NodeToken &token)
{
    const qsizetype colon = entry.indexOf(u':');
    if (colon < 0)
        return u"has no colon; allowed is role[/name]:token"_s;
    const QString who = entry.left(colon);
    const qsizetype slash = who.indexOf(u'/');
    const QString role = slash < 0 ? who : who.left(slash);
    const auto known = std::find(roleNames.begin(), roleNames.end(), role);
    if (known == roleNames.end())
        return u"has an unknown role; allowed are viewer, support, service and operator"_s;
    token.role = static_cast<Role>(known - roleNames.begin());
    token.name = slash < 0 ? QString() : who.mid(slash + 1);
    token.token = entry.mid(colon + 1);
    if (slash >= 0 && (token.name.isEmpty() || hasSpaceOrControl(token.name)))
        return u"has an empty name or one with spaces; allowed is role/name:token"_s;
    if (token.token.size() < shortestToken)
        return u"has a token that is too short; allowed are 16 characters at least"_s;
    if (hasSpaceOrControl(token.token))
        return u"has a token with spaces; allowed are visible characters"_s;
    return {};
}

QString storeTokens(NodeConfig &config, const QString &text)
{
    const QStringList entries = text.split(u',');
    for (qsizetype i = 0; i < entries.size(); ++i) {
        NodeToken token;
        const QString problem = readToken(entries[i].trimmed(), token);
        if (!problem.isEmpty())
            return u"its entry %1 "_s.arg(i + 1) + problem;
        const auto same = [&](const NodeToken &other) { return other.token == token.token; };
        if (std::any_of(config.tokens.begin(), config.tokens.end(), same))
            return u"its entry %1 has a token that stands there already; allowed is each once"_s.arg(i + 1);
        config.tokens.push_back(std::move(token));
    }
    return {};
}

QString storeAllowedHosts(NodeConfig &config, const QString &text)
{
    static const QRegularExpression pattern(uR"(\A(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?\z)"_s);
    QStringList hosts;
    for (const QString &entry : text.split(u',')) {
        if (!pattern.match(entry.trimmed()).hasMatch())
            return u"allowed are names or addresses, separated by commas, such as hearth.example.org,10.0.0.5:8080"_s;
        hosts << entry.trimmed().toLower();
    }
    config.allowedHosts = hosts;
    return {};
}

QString storeClientToken(NodeConfig &config, const QString &text)
{
    if (hasSpaceOrControl(text))
        return u"allowed is a token without spaces"_s;
    config.clientToken = text;
    return {};
}

// The rows of the cache.
std::vector<Setting> cacheSettings()
{
    return {
        {"CACHE_TTL_SECONDS", "1800", Secrecy::Open,
         WholeNumber{1, 30 * secondsPerDay, "seconds", [](NodeConfig &c, qint64 n) { c.ttl = seconds(n); }},
         "How long a newly cached entry is served"},
        {"CACHE_CLEANUP_INTERVAL", "600", Secrecy::Open,
         WholeNumber{1, secondsPerDay, "seconds", [](NodeConfig &c, qint64 n) { c.cleanupInterval = seconds(n); }},
         "Time between two cleanups, which remove expired entries; one runs at the start"},
        {"CACHE_MAX_ENTRIES", "1000000", Secrecy::Open,
         WholeNumber{1, 1'000'000'000, "entries",
                     [](NodeConfig &c, qint64 n) { c.maxEntries = static_cast<std::size_t>(n); }},
         "How many entries are kept; beyond it some have to go"},
        {"CACHE_MAX_BYTES", "0", Secrecy::Open,
         WholeNumber{0, qint64(1) << 50, "bytes, 0 is no bound",
                     [](NodeConfig &c, qint64 n) { c.maxBytes = static_cast<std::size_t>(n); }},
         "How much memory the entries may take"},
        {"CACHE_STALE_GRACE_SECONDS", "3600", Secrecy::Open,
         WholeNumber{0, 30 * secondsPerDay, "seconds", [](NodeConfig &c, qint64 n) { c.staleGrace = seconds(n); }},
         "How long past its TTL an entry may be served when loads fail"},
        {"CACHE_STALE_RETRY_SECONDS", "5", Secrecy::Open,
         WholeNumber{1, secondsPerDay, "seconds", [](NodeConfig &c, qint64 n) { c.staleRetry = seconds(n); }},
         "While loads fail, one retry per user per so long"},
        {"CACHE_NEGATIVE_TTL_SECONDS", "5", Secrecy::Open,
         WholeNumber{0, secondsPerDay, "seconds, 0 is off",
                     [](NodeConfig &c, qint64 n) { c.negativeTtl = seconds(n); }},
         "How long it is remembered that a user is unknown"},
        {"CACHE_REFRESH_AHEAD", "0", Secrecy::Open,
         DecimalNumber{0, 0.9, [](NodeConfig &c, double share) { c.refreshAhead = share; }},
         "Share of the TTL after which an entry in use is refreshed in the background; 0 is off"},
        {"CACHE_RECHECK_QUERIES", "10", Secrecy::Open,
         WholeNumber{0, 1'000, "queries a second, 0 is off",
                     [](NodeConfig &c, qint64 n) { c.recheckQueries = static_cast<unsigned>(n); }},
         "Bound for re-checking whether cached rows were changed by others, where the database does not tell of it"},
    };
}

// The rows of the database and of what is simulated.
std::vector<Setting> databaseSettings()
{
    return {
        {"DATABASE_URL", "", Secrecy::SecretPart, FreeText{databaseUrlForms, storeDatabaseUrl},
         "The database with the profiles. With a password only in the environment, a file or ~/.pgpass"},
        {"DATABASE_POOL_SIZE", "4", Secrecy::Open,
         WholeNumber{1, 256, "connections",
                     [](NodeConfig &c, qint64 n) { c.databasePoolSize = static_cast<std::size_t>(n); }},
         "Connections to the database"},
        {"DATABASE_TIMEOUT_MS", "5000", Secrecy::Open,
         WholeNumber{1, 600'000, "milliseconds", [](NodeConfig &c, qint64 n) { c.databaseTimeout = milliseconds(n); }},
         "Hard limit of one load"},
        {"DATABASE_QUEUE", "10000", Secrecy::Open,
         WholeNumber{1, 10'000'000, "loads",
                     [](NodeConfig &c, qint64 n) { c.databaseQueue = static_cast<std::size_t>(n); }},
         "How many loads may wait; beyond it callers are told to come back"},
        {"DEFAULT_PROFILES", "store", Secrecy::Open,
         Choice{{"store", "cache", "off"},
                [](NodeConfig &c, std::size_t i) { c.defaultProfiles = static_cast<DefaultProfiles>(i); }},
         "What rooms, tokens and agents do about an unknown user: store a default profile, only cache it, or neither"},
        {"SIMULATED_LATENCY_MS", "0", Secrecy::Open,
         WholeNumber{0, 60'000, "milliseconds", [](NodeConfig &c, qint64 n) { c.simulatedLatency = milliseconds(n); }},
         "Added to every query, and shown wherever a latency is shown"},
    };
}

// The rows of who may come in, and of the log.
std::vector<Setting> accessSettings()
{
    return {
        {"LIVEKIT_URL", "", Secrecy::Open, FreeText{"a URL such as wss://livekit.example.org", storeLivekitUrl},
         "The LiveKit server for which join tokens are made", true},
        {"LIVEKIT_API_KEY", "", Secrecy::FromFile, FreeText{"the key's name", storeApiKey}, "The issuer of join tokens",
         true},
        {"LIVEKIT_API_SECRET", "", Secrecy::Secret, FreeText{"the key's secret", storeApiSecret}, "Signs join tokens",
         true},
        {"HEARTH_TOKENS", "", Secrecy::Secret,
         FreeText{"role[/name]:token,… with role viewer, support, service or operator and 16 characters at least",
                  storeTokens},
         "Who may use the HTTP API of hearthd; none is open, on the loopback only"},
        {"HEARTH_ALLOWED_HOSTS", "", Secrecy::Open,
         FreeText{"names or addresses, separated by commas", storeAllowedHosts},
         "Names that hearthd accepts in Host and Origin; unset: the loopback names and the listen address"},
        {"HEARTH_TLS_CERT", "", Secrecy::Open,
         FreeText{"a PEM file",
                  [](NodeConfig &c, const QString &text) {
                      c.tlsCertificateFile = text;
                      return QString();
                  }},
         "hearthd serves https with this certificate, and those behind it in the file; read again on SIGHUP"},
        {"HEARTH_TLS_KEY", "", Secrecy::Open,
         FreeText{"a PEM file",
                  [](NodeConfig &c, const QString &text) {
                      c.tlsKeyFile = text;
                      return QString();
                  }},
         "The private key of that certificate, without a passphrase"},
        {"HEARTH_TOKEN", "", Secrecy::Secret, FreeText{"a token of a node", storeClientToken},
         "The token that hearth and hearthctl show to a node"},
        {"HEARTH_CA_FILE", "", Secrecy::Open,
         FreeText{"a PEM file",
                  [](NodeConfig &c, const QString &text) {
                      c.caFile = text;
                      return QString();
                  }},
         "Further authorities to trust when hearth and hearthctl attach over https"},
        {"HEARTH_LOG", "info", Secrecy::Open,
         Choice{{"debug", "info", "warning", "error"},
                [](NodeConfig &c, std::size_t i) { c.logLevel = static_cast<LogLevel>(i); }},
         "The least important log lines to write"},
        {"HEARTH_LOG_FORMAT", "text", Secrecy::Open,
         Choice{{"text", "json"}, [](NodeConfig &c, std::size_t i) { c.logFormat = static_cast<LogFormat>(i); }},
         "Log lines as text or as one JSON object each"},
    };
}

QString allowedOf(const WholeNumber &number)
{
    const QString range = u"a whole number from %1 to %2"_s.arg(number.minimum).arg(number.maximum);
    return *number.unit ? range + u" (%1)"_s.arg(QString::fromUtf8(number.unit)) : range;
}

QString allowedOf(const DecimalNumber &number)
{
    return u"a number from %1 to %2"_s.arg(decimalText(number.minimum), decimalText(number.maximum));
}

QString allowedOf(const Choice &choice)
{
    QStringList words;
    for (const char *word : choice.words)
        words << QString::fromLatin1(word);
    const QString last = words.takeLast();
    return words.join(u", "_s) + u" or "_s + last;
}

QString allowedOf(const FreeText &text)
{
    return QString::fromUtf8(text.allowed);
}

bool store(const WholeNumber &number, NodeConfig &config, const QString &text)
{
    const auto value = wholeNumber(text);
    if (!value || *value < number.minimum || *value > number.maximum)
        return false;
    number.store(config, *value);
    return true;
}

bool store(const DecimalNumber &number, NodeConfig &config, const QString &text)
{
    const auto value = decimalNumber(text);
    if (!value || *value < number.minimum || *value > number.maximum)
        return false;
    number.store(config, *value);
    return true;
}

bool store(const Choice &choice, NodeConfig &config, const QString &text)
{
    for (std::size_t i = 0; i < choice.words.size(); ++i) {
        if (text == QLatin1StringView(choice.words[i])) {
            choice.store(config, i);
            return true;
        }
    }
    return false;
}

} // namespace

QString Setting::allowed() const
{
    return std::visit([](const auto &value) { return allowedOf(value); }, kind);
}

bool Setting::isShown(const QString &value) const
{
    if (secrecy == Secrecy::SecretPart) {
        // Whatever follows a colon may be a password whose @ was forgotten.
        const qsizetype scheme = value.indexOf(u"://");
        return !hasPassword(value) && !value.mid(scheme < 0 ? 0 : scheme + 3).contains(u':');
    }
    return secrecy != Secrecy::Secret;
}

QString Setting::apply(NodeConfig &config, const QString &value) const
{
    if (const auto *text = std::get_if<FreeText>(&kind))
        return value.isEmpty() ? QString() : text->store(config, value);
    const bool stored = std::visit(
        [&](const auto &rule) {
            if constexpr (std::is_same_v<std::decay_t<decltype(rule)>, FreeText>)
                return true; // handled above
            else
                return store(rule, config, value);
        },
        kind);
    return stored ? QString() : u"allowed is "_s + allowed();
}

const std::vector<Setting> &settingsTable()
{
    static const std::vector<Setting> table = [] {
        std::vector<Setting> all = cacheSettings();
        for (const auto &more : {databaseSettings(), accessSettings()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return table;
}

bool hasPassword(const QString &databaseUrl)
{
    static const QRegularExpression inQuery(uR"([?&;\s](pass(word|wd)?|sslpassword)\s*=)"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    if (inQuery.match(databaseUrl).hasMatch() || databaseUrl.startsWith(u"password=", Qt::CaseInsensitive))
        return true;
    if (databaseUrl.startsWith(u"sqlite:"_s))
        return false;
    const qsizetype scheme = databaseUrl.indexOf(u"://");
    const QString rest = scheme < 0 ? databaseUrl : databaseUrl.mid(scheme + 3);
    const QString user = rest.left(rest.lastIndexOf(u'@') + 1);
    const qsizetype colon = user.indexOf(u':');
    return colon >= 0 && colon + 2 < user.size();
}

} // namespace hearth
