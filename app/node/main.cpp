// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// hearthd, the headless node: chooses the concrete classes, starts them in order, and stops them in the reverse one.
#include "app/node/ApiWiring.h"
#include "app/node/NodeOptions.h"
#include "app/node/ServiceManager.h"
#include "app/wiring/Logging.h"
#include "app/wiring/NodeRuntime.h"
#include "app/wiring/PosixSignals.h"
#include "core/local/LocalNode.h"
#include "core/server/ApiHandlers.h"
#include "core/server/ApiServer.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <memory>
#include <sched.h>
#include <sys/resource.h>
#include <thread>
#include <utility>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

Q_LOGGING_CATEGORY(lcServer, "hearth.server")

constexpr int exitFailed = 1;
constexpr int exitWrongSetting = 78;
constexpr std::initializer_list<int> handledSignals{SIGTERM, SIGINT, SIGHUP};
constexpr auto longestDrain = 1'000ms; // for requests that are being answered when it stops
constexpr auto drainLook = 10ms;

ApiRole apiRole(Role role)
{
    switch (role) {
    case Role::Viewer:
        return ApiRole::Viewer;
    case Role::Support:
        return ApiRole::Support;
    case Role::Service:
        return ApiRole::Service;
    case Role::Operator:
        return ApiRole::Operator;
    }
    return ApiRole::Viewer;
}

// Those that this process may run on: a container or a service manager may have given it fewer than there are.
unsigned usableProcessors()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0)
        return std::max(1U, std::thread::hardware_concurrency());
    return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

ApiServerSettings serverSettings(const NodeOptions &options, ApiHandlers &handlers)
{
    ApiServerSettings settings;
    settings.forbidden = [&handlers](const Route &route, const std::string &who) {
        handlers.noteForbidden(route, who);
    };
    settings.address = options.listen.address.toStdString();
    settings.port = options.listen.port;
    settings.threads = usableProcessors();
    for (const NodeToken &token : options.config.tokens)
        settings.tokens.push_back({apiRole(token.role), token.name.toStdString(), token.token.toStdString()});
    for (const QString &host : options.config.allowedHosts)
        settings.allowedHosts.push_back(host.toStdString());
    settings.tls = options.tls;
    return settings;
}

// As many connections as the server allows, and some files: what a process may have open is less by default.
void raiseDescriptorLimit()
{
    constexpr rlim_t wanted = 16'384;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Nobody new comes in; who is being answered has a moment. Then the event loop ends.
void beginStop(ApiServer &server, ApiHandlers &handlers, ServiceManager &manager)
{
    manager.stopping();
    handlers.drain();
    server.drain();
    auto *timer = new QTimer(&handlers);
    QElapsedTimer since;
    since.start();
    QObject::connect(timer, &QTimer::timeout, &handlers, [&server, since] {
        if (server.isDrained() || since.hasExpired(longestDrain.count()))
            QCoreApplication::quit();
    });
    timer->start(drainLook);
}

// Whether all threads but this one still run: the service thread is asked first, and then all of the server.
ServiceManager::Probe threadsProbe(NodeRuntime &runtime, ApiServer &server)
{
    return [onServiceThread = &runtime.services().cleanup, &server](const std::function<void()> &areAlive) {
        QMetaObject::invokeMethod(
            onServiceThread, [&server, areAlive] { server.probe(areAlive); }, Qt::QueuedConnection);
    };
}

// Somebody changed the certificate, and says so.
void reloadCertificate(ApiServer &server)
{
    const Result<std::string> reloaded = server.reloadCertificate();
    if (reloaded)
        qCInfo(lcServer, "New connections are served with the certificate %s", reloaded->c_str());
    else if (reloaded.error().code == ErrorCode::NotFound)
        qCInfo(lcServer, "SIGHUP has nothing to read again: %s", reloaded.error().detail.c_str());
    else
        qCWarning(lcServer, "The certificate stays the one that was read before: %s", reloaded.error().detail.c_str());
}

void warnOfPlainTokens(const NodeOptions &options)
{
    if (!options.tls && !options.listen.isLoopback())
        qCWarning(lcServer,
                  "Tokens and profiles are sent to and from %s without encryption: set HEARTH_TLS_CERT and "
                  "HEARTH_TLS_KEY, or listen on the loopback and let a proxy serve https",
                  qPrintable(options.listen.text()));
}

int serve(const NodeOptions &options)
{
    if (options.usesSample)
        QDir().mkpath(QFileInfo(sampleDatabaseFile()).path());
    NodeRuntime runtime(runtimeOptionsOf(options.config, sampleDatabaseFile()));
    LocalNode node(nodeInfoOf(options), nodeServices(runtime, options), TrafficSettings{});
    QObject::connect(&runtime, &NodeRuntime::databaseStatusChanged, &node, &LocalNode::setDatabaseStatus,
                     Qt::QueuedConnection);
    node.setDatabaseStatus(runtime.databaseStatus());
    runtime.start();

    const SystemClock clock;
    ApiHandlers handlers(apiServices(runtime, node));
    ApiServer server(
        clock, serverSettings(options, handlers),
        [&handlers](const ApiRequest &request, const ApiRespond &respond) { handlers.handle(request, respond); });
    handlers.setHttpCounts([&server] { return server.counts(); });
    if (const Result<void> started = server.start(); !started) {
        std::fprintf(stderr, "hearthd: %s\n", started.error().detail.c_str());
        return started.error().code == ErrorCode::BadData ? exitWrongSetting : exitFailed;
    }
    warnOfPlainTokens(options);
    ServiceManager manager(threadsProbe(runtime, server));
    const ListenAddress address{options.listen.address, server.port()};
    const QByteArray listening =
        QByteArray(options.tls ? "listening on https://" : "listening on http://") + address.text().toUtf8();
    const PosixSignals posixSignals(handledSignals);
    bool isStopping = false;
    QObject::connect(&posixSignals, &PosixSignals::received, &handlers, [&](int number) {
        if (number == SIGHUP && !isStopping) {
            manager.reloading();
            reloadCertificate(server);
            manager.ready(listening);
        } else if (number != SIGHUP && !std::exchange(isStopping, true)) {
            beginStop(server, handlers, manager);
        }
    });
    std::printf("%s\n", listening.constData());
    std::fflush(stdout);
    manager.ready(listening);
    QCoreApplication::exec();

    runtime.stop(); // who still waits is told so
    server.stop();
    handlers.stop(); // what is still answered in the background may ask the server, which is destroyed first
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    PosixSignals::block(handledSignals);
    QCoreApplication::setApplicationName(QStringLiteral("hearthd"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
    const QCoreApplication application(argc, argv);
    const auto read = readNodeOptions(QCoreApplication::arguments());
    if (const auto *reason = std::get_if<NodeExit>(&read)) {
        const QString text = reason->text.endsWith(u'\n') ? reason->text : reason->text + u'\n';
        std::fputs(qPrintable(text), reason->code == 0 ? stdout : stderr);
        return reason->code;
    }
    const auto &options = std::get<NodeOptions>(read);
    installLogging(options.config.logLevel, options.config.logFormat);
    raiseDescriptorLimit();
    return serve(options);
}
