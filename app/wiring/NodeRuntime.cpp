// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeRuntime.h"

#include <QDir>
#include <QFile>
#include <QLoggingCategory>

namespace hearth {

namespace {

Q_LOGGING_CATEGORY(lcNode, "hearth.node")

using namespace std::chrono_literals;

constexpr auto overdueInterval = 250ms;
constexpr auto voicesInterval = 60s;

} // namespace

NodeRuntimeOptions runtimeOptionsOf(const NodeConfig &config, const QString &sampleDatabaseFile)
{
    const auto sample = [&] {
        return DatabaseUrl::sqliteFile(QDir::toNativeSeparators(sampleDatabaseFile).toStdString());
    };
    return {.database = {.url = config.databaseUrl ? *config.databaseUrl : sample(),
                         .poolSize = static_cast<int>(config.databasePoolSize),
                         .timeout = config.databaseTimeout,
                         .queueLimit = config.databaseQueue,
                         .simulatedLatency = config.simulatedLatency,
                         .fillWithSamples = !config.databaseUrl},
            .maxEntries = config.maxEntries,
            .profiles = {.ttl = config.ttl,
                         .defaultProfiles = config.defaultProfiles,
                         .staleGrace = config.staleGrace,
                         .staleRetry = config.staleRetry,
                         .negativeTtl = config.negativeTtl,
                         .refreshAhead = config.refreshAhead},
            .cleanupInterval = config.cleanupInterval,
            .maxBytes = config.maxBytes,
            .recheckQueries = config.recheckQueries,
            .liveKit = {config.livekitUrl.toStdString(), config.livekitApiKey.toStdString(),
                        config.livekitApiSecret.toStdString()}};
}

NodeRuntime::NodeRuntime(NodeRuntimeOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_events(m_clock)
    , m_databaseJournal(m_events)
    , m_history(SampleHistory::day, m_options.historyFile.isEmpty() ? 0 : SampleHistory::thirtyYears)
    , m_recorder(m_history, QFile::encodeName(m_options.historyFile).toStdString())
    , m_cache(m_clock, m_options.maxEntries)
    , m_database(std::make_unique<SqlExecutorPool>(m_options.database, m_clock,
                                                   [this](const DatabaseStatus &status) { takeStatus(status); }))
    , m_repository(*m_database)
    , m_roomRepository(*m_database)
    , m_triggers(*m_database)
    , m_changeSource(m_options.database)
    , m_userSource(m_options.database, m_clock)
    , m_profiles(m_clock, m_cache, m_texts, m_repository, m_events, profileSettings(m_options), &m_voices)
    , m_undo(m_clock, m_cache, m_events)
    , m_rooms(m_clock, m_profiles, m_roomRepository, JoinTokens(m_options.liveKit))
    , m_agents(m_profiles, m_voices)
    , m_cleanup(m_clock, m_cache, m_events, m_options.cleanupInterval,
                [this] { return m_profiles.keepExpiredFor(isDatabaseAway()); })
    , m_warmUp(m_clock, m_cache, m_repository, m_userSource, m_profiles, m_events)
    , m_changes(m_clock, m_cache, m_repository, m_profiles, m_changeSource,
                {.queriesPerSecond = m_options.recheckQueries, .loadTimeout = m_options.database.timeout})
    , m_sampler(
          m_clock, m_cache, m_profiles, m_cleanup, m_history, m_events, [this] { return databaseStatus(); },
          [this] { return m_changes.state(); })
    , m_traffic(m_clock, m_profiles, m_repository, m_events)
{
    m_cache.setMaxBytes(m_options.maxBytes);
    m_overdueTimer.setInterval(overdueInterval);
    connect(&m_overdueTimer, &QTimer::timeout, &m_overdueTimer, [this] {
        m_profiles.releaseOverdue();
        m_undo.dropOver();
    });
    m_voicesTimer.setInterval(voicesInterval);
    connect(&m_voicesTimer, &QTimer::timeout, &m_voicesTimer, [this] {
        if (databaseStatus().state == DatabaseState::Reachable)
            loadVoices();
    });
    connect(&m_sampler, &StatsSampler::sampled, &m_sampler,
            [this](const Sample &sample) { m_recorder.record(sample); });
    m_warmUp.setRoomUsers([this](Completion<std::vector<ProfileId>> done) { m_rooms.activeUsers(std::move(done)); });
    m_serviceThread.setObjectName(QStringLiteral("service"));
    for (QObject *object : std::initializer_list<QObject *>{&m_cleanup, &m_warmUp, &m_changes, &m_sampler, &m_traffic,
                                                            &m_overdueTimer, &m_voicesTimer})
        object->moveToThread(&m_serviceThread);
}

NodeRuntime::~NodeRuntime()
{
    stop();
}

void NodeRuntime::start()
{
    m_recorder.start();
    m_serviceThread.start();
    QMetaObject::invokeMethod(&m_cleanup, &CleanupService::start);
    QMetaObject::invokeMethod(&m_sampler, &StatsSampler::start);
    QMetaObject::invokeMethod(&m_changes, &ChangeIntake::start);
    QMetaObject::invokeMethod(&m_overdueTimer, qOverload<>(&QTimer::start));
    QMetaObject::invokeMethod(&m_voicesTimer, qOverload<>(&QTimer::start));
}

void NodeRuntime::stop()
{
    // First nobody asks any more, then nobody answers any more; then the thread that drives it can go.
    m_cleanup.endSoon(); // that thread may be in the middle of millions,
    m_warmUp.endSoon();  // or have long lists before it
    onServiceThread([this] {
        m_traffic.stop({});
        m_warmUp.stop();
        m_overdueTimer.stop();
        m_voicesTimer.stop();
        m_sampler.stop();
        m_cleanup.stop();
    });
    m_recorder.beginStop(); // nothing is recorded any more
    m_profiles.stop();
    // Each may hang in a look-up of the host's name until it is given up: all at the same time.
    m_changeSource.beginStop();
    m_userSource.beginShutdown();
    m_database->beginShutdown(); // it was asked since the construction
    onServiceThread([this] { m_changes.stop(); });
    m_database->shutdown();
    m_userSource.shutdown();
    m_recorder.stop();
    m_serviceThread.quit();
    m_serviceThread.wait();
}

// Returns when it is done; does nothing before start().
void NodeRuntime::onServiceThread(const std::function<void()> &what)
{
    if (m_serviceThread.isRunning())
        QMetaObject::invokeMethod(&m_traffic, what, Qt::BlockingQueuedConnection);
}

LocalNodeServices NodeRuntime::services()
{
    return {
        m_clock,   m_cache,  m_texts,       m_profiles,       m_undo,
        m_cleanup, m_warmUp, m_sampler,     m_traffic,        m_events,
        m_history, m_voices, triggerPort(), simulationPort(), [this](const ProfileId &user) { m_rooms.forget(user); }};
}

SimulationPort NodeRuntime::simulationPort()
{
    return {[this] { return databaseStatus().simulatedLatency; },
            [this](std::chrono::milliseconds latency) {
                m_database->setSimulatedLatency(latency);
                m_userSource.setSimulatedLatency(latency);
            }};
}

TriggerPort NodeRuntime::triggerPort()
{
    if (m_options.database.url.isSqlite())
        return {};
    return {[this](Completion<void> done) { m_triggers.install(std::move(done)); },
            [] { return ChangeTriggers::installSql(); }};
}

ProfileServiceSettings NodeRuntime::profileSettings(const NodeRuntimeOptions &options)
{
    ProfileServiceSettings settings = options.profiles;
    settings.loadTimeout = options.database.timeout;
    return settings;
}

// Whether there may be loads to be made up for by what has expired.
bool NodeRuntime::isDatabaseAway() const
{
    const DatabaseStatus status = databaseStatus();
    return status.state != DatabaseState::Reachable || status.circuit.state != CircuitState::Closed;
}

DatabaseStatus NodeRuntime::databaseStatus() const
{
    return m_database ? m_database->status() : DatabaseStatus{};
}

// On any thread; the first call may come before the constructor is through.
void NodeRuntime::takeStatus(const DatabaseStatus &status)
{
    if (status.state == DatabaseState::Reachable)
        qCInfo(lcNode, "Database reachable: %s", status.displayUrl.c_str());
    else if (status.state != DatabaseState::Connecting)
        qCWarning(lcNode, "%s %s", status.problem.c_str(), status.nextStep.c_str());
    if (!status.notice.empty())
        qCWarning(lcNode, "%s", status.notice.c_str());
    m_databaseJournal.take(status);
    Q_EMIT databaseStatusChanged(status);
    if (status.state == DatabaseState::Reachable)
        QMetaObject::invokeMethod(this, &NodeRuntime::loadVoices, Qt::QueuedConnection);
}

void NodeRuntime::loadVoices()
{
    m_repository.voices([this](const Result<std::vector<Voice>> &rows) {
        if (rows)
            m_voices.replace(std::make_shared<const VoiceCatalog>(*rows));
        else if (rows.error().code != ErrorCode::ShuttingDown)
            qCWarning(lcNode, "The voices could not be read: %s", rows.error().detail.c_str());
    });
}

} // namespace hearth
