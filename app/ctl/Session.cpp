// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/Session.h"

#include "app/wiring/NodeRuntime.h"
#include "core/local/LocalNode.h"
#include "core/profiles/ProfileJson.h"
#include "core/remote/RemoteNode.h"

#include <QDateTime>
#include <QTimer>
#include <QUuid>

#include <cstdio>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto lookInterval = 10ms;
constexpr auto longestVoices = 2s;

NodeInfo embeddedInfo(const CtlOptions &options)
{
    NodeInfo info;
    info.name = "this program's own cache";
    info.environment = options.usesSample ? "sample data" : "";
    info.version = HEARTH_VERSION;
    info.instanceId = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    info.startedAt = SystemClock().wallNow();
    info.sampleDatabase = options.usesSample;
    return info;
}

void write(std::FILE *stream, const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

} // namespace

// A core of our own.
struct Session::Embedded {
    explicit Embedded(const CtlOptions &options)
        : runtime(runtimeOptionsOf(options.config, sampleDatabaseFile()))
        , node(embeddedInfo(options), runtime.services(), TrafficSettings{})
    {
        QObject::connect(&runtime, &NodeRuntime::databaseStatusChanged, &node, &LocalNode::setDatabaseStatus,
                         Qt::QueuedConnection);
        node.setDatabaseStatus(runtime.databaseStatus());
        node.setActor("hearthctl");
        runtime.start();
    }
    ~Embedded() { runtime.stop(); }

    NodeRuntime runtime;
    LocalNode node;
};

// A node elsewhere.
struct Session::Remote {
    Remote(const CtlOptions &options, bool follows)
        : node(RemoteNodeOptions{options.node, options.config.clientToken.toStdString(), options.config.caFile,
                                 options.timeout, follows})
    {
    }
    RemoteNode node;
};

Session::Session(CtlOptions options)
    : m_options(std::move(options))
    , m_style([this] {
        TextStyle style = Terminal(stdout).style();
        style.inUtc = m_options.inUtc;
        return style;
    }())
{
    QObject::connect(&m_signals, &TerminalSignals::stopAsked, &TerminalSignals::stopHere);
}

Session::~Session() = default;

// ---- the node

Result<void> Session::connect(bool follows)
{
    return m_options.isEmbedded ? connectEmbedded() : connectRemote(follows);
}

Result<void> Session::connectEmbedded()
{
    m_embedded = std::make_unique<Embedded>(m_options);
    NodeRuntime &runtime = m_embedded->runtime;
    const auto voicesAtStart = runtime.services().voices.current();
    const auto isKnown = [&runtime] { return runtime.databaseStatus().state != DatabaseState::Connecting; };
    waitUntil(isKnown, m_options.config.databaseTimeout * 2);
    if (wasInterrupted())
        return Error{ErrorCode::Cancelled, "Interrupted."};
    const DatabaseStatus status = runtime.databaseStatus();
    if (status.state == DatabaseState::Connecting)
        return Error{ErrorCode::Unavailable, "The database " + status.displayUrl + " does not answer."};
    if (status.state != DatabaseState::Reachable)
        return Error{status.state == DatabaseState::Unreachable ? ErrorCode::Unavailable : ErrorCode::SchemaMismatch,
                     status.problem + " " + status.nextStep};
    waitUntil([&] { return runtime.services().voices.current() != voicesAtStart; }, longestVoices);
    return {};
}

Result<void> Session::connectRemote(bool follows)
{
    m_remote = std::make_unique<Remote>(m_options, follows);
    const Result<NodeInfo> info = await(m_remote->node.introduce());
    if (info)
        return {};
    Error error = info.error();
    if (error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout)
        error.detail += " (--node names another one, --embedded does without.)";
    return error;
}

Result<void> Session::introduceAgain()
{
    if (m_embedded)
        return {};
    const Result<NodeInfo> info = await(m_remote->node.introduce());
    return info ? Result<void>() : info.error();
}

NodeClient &Session::node()
{
    return m_embedded ? static_cast<NodeClient &>(m_embedded->node) : m_remote->node;
}

Result<Stats> Session::stats()
{
    if (m_embedded)
        return m_embedded->runtime.stats();
    return await(m_remote->node.askStats());
}

std::string Session::nodeName()
{
    const NodeInfo info = node().info();
    if (m_embedded)
        return info.name;
    return "node " + info.name + (info.environment.empty() ? "" : " (" + info.environment + ")");
}

// ---- waiting

bool Session::waitUntil(const std::function<bool()> &condition, std::chrono::milliseconds limit)
{
    if (condition())
        return true;
    QEventLoop loop;
    QTimer look;
    QTimer end;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (condition())
            loop.quit();
    });
    QObject::connect(&end, &QTimer::timeout, &loop, &QEventLoop::quit);
    QObject::connect(&m_signals, &TerminalSignals::interrupted, &loop, &QEventLoop::quit);
    look.start(lookInterval);
    if (limit > 0ms)
        end.start(limit);
    if (!wasInterrupted())
        loop.exec();
    return condition();
}

// ---- saying

void Session::print(const std::string &text)
{
    write(stdout, text);
}

void Session::printJson(std::string document)
{
    document += '\n';
    write(stdout, document);
}

void Session::note(const std::string &sentence)
{
    write(stderr, shownText(sentence, Terminal(stderr).style().charset) + "\n");
}

int Session::fail(const Error &error)
{
    note("hearthctl: " + error.detail);
    return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout ? exitUnreachable : exitFailed;
}

int Session::failUsage(const std::string &sentence)
{
    note("hearthctl: " + sentence);
    return exitWrongUsage;
}

std::string Session::timeText(WallTime time) const
{
    if (m_style.inUtc)
        return toRfc3339(time);
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count());
    return local.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")).toStdString();
}

std::optional<int> Session::confirm(const std::string &question, bool isConfirmed)
{
    if (isConfirmed)
        return std::nullopt;
    if (!Terminal::canAsk())
        return failUsage(question + " Nobody can be asked here: say --yes.");
    if (Terminal::confirm(shownText(question, m_style.charset)))
        return std::nullopt;
    note("Nothing was done.");
    return exitFailed;
}

} // namespace hearth
