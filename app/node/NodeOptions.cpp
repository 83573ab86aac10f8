// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/node/NodeOptions.h"

#include "core/server/TlsContext.h"

#include <QCommandLineParser>
#include <QFile>
#include <QStandardPaths>
#include <QSysInfo>

#include <arpa/inet.h>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

constexpr int exitWrongUsage = 2;
constexpr int exitWrongSetting = 78;

const QString manual = uR"(The headless node: a cache of user profiles in front of a database, and its HTTP API.

When it serves it prints one line, "listening on http://127.0.0.1:8080" (or https). A database that cannot be reached
does not stop the start: /livez answers 200, /readyz 503, and it is tried again. GET /openapi.json describes the API.

WHO MAY COME IN
  --listen 127.0.0.1:8080 is the default; port 0 takes any that is free. Without HEARTH_TOKENS everybody who can connect
  may do everything, so only a loopback address may be listened on then. With tokens, "role/name:token,...", a client
  sends "Authorization: Bearer TOKEN"; roles are viewer, support, service and operator. HEARTH_ALLOWED_HOSTS lists the
  names that are accepted in Host and Origin, if this node is reached by another name than its address.

TLS
  HEARTH_TLS_CERT and HEARTH_TLS_KEY, two PEM files, make it serve https, TLS 1.2 at least: the certificate, followed by
  those between it and its authority, and its key without a passphrase. Plain http is not answered then. A certificate
  that was renewed on disk is taken by new connections after SIGHUP; one that cannot be used is refused in the log, and
  the old one stays. On any address but the loopback, tokens without TLS can be read on their way.

SIGNALS
  SIGTERM, SIGINT  stop in order: nobody new comes in, who is being answered has a second; done in two, exit code 0
  SIGHUP           read the certificate and its key again

SYSTEMD
  Type=notify: READY=1 when it serves, RELOADING=1 on SIGHUP, STOPPING=1 when it stops. WatchdogSec= is kept informed as
  long as all of its threads run. Its sample database stands in STATE_DIRECTORY, where that is set.

SETTINGS
  They are read from the configuration file (--config, else /etc/hearth/hearthd.conf), the environment and the command
  line; later ones win. DATABASE_URL names the database; a URL with a password belongs into the environment,
  DATABASE_URL_FILE or ~/.pgpass, never onto the command line. --sample serves the embedded sample database instead.
  Every setting stands below, with its unit, range and default.

EXIT CODES
  0   stopped by a signal
  1   it failed: the address is taken, say
  2   wrong usage: an unknown option, a secret on the command line
  78  a setting is wrong: one line names it, its value and what is allowed; nothing was started

EXAMPLES
  hearthd --sample
  DATABASE_URL=postgresql://hearth@db.example.org/app hearthd --name eu-1 --environment production
  HEARTH_TOKENS_FILE=/etc/hearth/tokens hearthd --listen 10.0.0.5:8443 --hearth-tls-cert /etc/hearth/cert.pem \
    --hearth-tls-key /etc/hearth/key.pem --database postgresql://hearth@db.example.org/app
  curl -s http://127.0.0.1:8080/api/v1/rooms/cache/stats)"_s;

struct Options {
    QCommandLineOption listen{u"listen"_s, u"Address and port to listen on; port 0 is any (127.0.0.1:8080)."_s,
                              u"address:port"_s};
    QCommandLineOption name{u"name"_s, u"The name of this node (the machine's)."_s, u"name"_s};
    QCommandLineOption environment{u"environment"_s, u"What it serves, such as production."_s, u"name"_s};
    QCommandLineOption allowSimulation{u"allow-simulation"_s,
                                       u"Let operators change SIMULATED_LATENCY_MS while it runs (PATCH config)."_s};
    QCommandLineOption sample{u"sample"_s, u"Serve the embedded sample database; it is made where there is none."_s};
};

NodeExit usageError(const QString &text)
{
    return {exitWrongUsage, u"hearthd: %1 (hearthd --help lists the options)"_s.arg(text)};
}

NodeExit settingError(const QString &text)
{
    return {exitWrongSetting, u"hearthd: "_s + text};
}

bool isIpAddress(const QString &text)
{
    in6_addr buffer{};
    const std::string address = text.toStdString();
    return ::inet_pton(AF_INET, address.c_str(), &buffer) == 1 || ::inet_pton(AF_INET6, address.c_str(), &buffer) == 1;
}

// What cannot be served as it is set. Returns: empty, or the sentence.
QString wrongTogether(const NodeOptions &options)
{
    const NodeConfig &config = options.config;
    if (!config.databaseUrl && !options.usesSample)
        return u"DATABASE_URL is not set; name a database, or start with --sample for the embedded sample one"_s;
    if (config.databaseUrl && options.usesSample)
        return u"--sample serves the embedded sample database, but DATABASE_URL names another; allowed is one of "
               "them"_s;
    if (config.tokens.empty() && !options.listen.isLoopback())
        return u"--listen %1: without HEARTH_TOKENS only a loopback address is allowed, such as 127.0.0.1:8080"_s.arg(
            options.listen.text());
    if (options.tls) {
        if (const auto tls = TlsContext::load(*options.tls, SystemClock().wallNow()); !tls)
            return QString::fromStdString(tls.error().detail);
    }
    return {};
}

// Both files are named, or none.
std::optional<TlsFiles> tlsFiles(const NodeConfig &config)
{
    if (config.tlsCertificateFile.isEmpty())
        return std::nullopt;
    return TlsFiles{QFile::encodeName(config.tlsCertificateFile).toStdString(),
                    QFile::encodeName(config.tlsKeyFile).toStdString()};
}

} // namespace

bool ListenAddress::isLoopback() const
{
    return address.startsWith(u"127."_s) || address == u"::1";
}

QString ListenAddress::text() const
{
    return (address.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(address).arg(port);
}

Result<ListenAddress> listenAddressFromText(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    QString address = text.left(std::max<qsizetype>(colon, 0));
    if (address.startsWith(u'[') && address.endsWith(u']'))
        address = address.mid(1).chopped(1);
    else if (address.contains(u':'))
        address.clear(); // an IPv6 address stands in brackets
    if (address == u"localhost")
        address = u"127.0.0.1"_s;
    bool isNumber = false;
    const uint port = text.mid(colon + 1).toUInt(&isNumber);
    if (colon < 0 || !isIpAddress(address) || !isNumber || port > 65'535 || text.mid(colon + 1).startsWith(u'+'))
        return {ErrorCode::InvalidArgument, "allowed is an IP address and a port, such as 127.0.0.1:8080 or [::1]:0"};
    return ListenAddress{address, static_cast<std::uint16_t>(port)};
}

std::variant<NodeOptions, NodeExit> readNodeOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(manual);
    const Options known;
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    parser.addOptions({known.listen, known.name, known.environment, known.sample, known.allowSimulation});
    addSettings(parser);
    if (!parser.parse(arguments))
        return usageError(parser.errorText());
    if (parser.isSet(help) || parser.isSet(u"help-all"_s))
        return NodeExit{0, parser.helpText()};
    if (parser.isSet(version))
        return NodeExit{0, u"hearthd " HEARTH_VERSION "\n"_s};
    if (!parser.positionalArguments().isEmpty())
        return usageError(u"what is \"%1\"?"_s.arg(parser.positionalArguments().constFirst()));

    NodeOptions options;
    options.name = parser.isSet(known.name) ? parser.value(known.name) : QSysInfo::machineHostName();
    options.environment = parser.value(known.environment);
    options.usesSample = parser.isSet(known.sample);
    options.allowsSimulation = parser.isSet(known.allowSimulation);
    if (parser.isSet(known.listen)) {
        const auto listen = listenAddressFromText(parser.value(known.listen));
        if (!listen)
            return settingError(
                u"--listen %1: %2"_s.arg(parser.value(known.listen), QString::fromStdString(listen.error().detail)));
        options.listen = *listen;
    }
    Result<NodeConfig> config = readNodeConfig(settingsSources(parser, u"/etc/hearth/hearthd.conf"_s));
    if (!config)
        return NodeExit{exitCodeFor(config.error()), u"hearthd: "_s + QString::fromStdString(config.error().detail)};
    options.config = *std::move(config);
    options.tls = tlsFiles(options.config);
    if (const QString problem = wrongTogether(options); !problem.isEmpty())
        return settingError(problem);
    return options;
}

QString sampleDatabaseFile()
{
    const QString state = qEnvironmentVariable("STATE_DIRECTORY"); // systemd's
    return (state.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) : state) +
           u"/sample.db"_s;
}

} // namespace hearth
