// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/experiments/TrafficGenerator.h"

#include "core/base/Format.h"

#include <QMetaObject>

#include <algorithm>
#include <cmath>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto tickInterval = 50ms;
constexpr auto retryInterval = 2s;
// A thread that stood still for longer does not make up for all of it.
constexpr std::chrono::nanoseconds longestCatchUp = 250ms;
// So many gets at most wait for the database at a time: a hanging one does not make them pile up.
constexpr int mostUnanswered = 100;
constexpr std::uint64_t seed = 4711;
constexpr unsigned unknownUsers = 10'000;

// Popularity by rank, as Zipf saw it: the n-th user is asked for 1/n^exponent as often as the first.
std::vector<double> cumulativePopularity(std::size_t users, double exponent)
{
    std::vector<double> upTo(users);
    double sum = 0;
    for (std::size_t rank = 0; rank < users; ++rank) {
        sum += std::pow(static_cast<double>(rank + 1), -exponent);
        upTo[rank] = sum;
    }
    for (double &share : upTo)
        share /= sum;
    return upTo;
}

double between(double value, double least, double most)
{
    return std::isfinite(value) ? std::clamp(value, least, most) : least;
}

TrafficSettings sane(TrafficSettings settings)
{
    settings.getsPerSecond = between(settings.getsPerSecond, 0, 100'000);
    settings.zipfExponent = between(settings.zipfExponent, 0, 10);
    settings.unknownShare = between(settings.unknownShare, 0, 1);
    if (!(settings.maxQueriesPerSecond >= 0)) // 0 lifts the cap: nonsense must not
        settings.maxQueriesPerSecond = TrafficSettings().maxQueriesPerSecond;
    settings.maxQueriesPerSecond = std::min(settings.maxQueriesPerSecond, 100'000.0);
    return settings;
}

double secondsOf(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace

TrafficGenerator::TrafficGenerator(const Clock &clock, ProfileService &service, ProfileRepository &repository,
                                   EventLog &events, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_service(service)
    , m_repository(repository)
    , m_events(events)
    , m_queries(std::make_shared<OpenQueries>())
    , m_unanswered(std::make_shared<std::atomic<int>>(0))
    , m_timer(this)
    , m_retryTimer(this)
{
    m_timer.setInterval(tickInterval);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &TrafficGenerator::makeDueGets);
    m_retryTimer.setInterval(retryInterval);
    m_retryTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &TrafficGenerator::askForUsers);
}

TrafficGenerator::~TrafficGenerator()
{
    m_queries->close();
}

TrafficState TrafficGenerator::state() const
{
    MutexLock lock(m_mutex);
    return m_state;
}

void TrafficGenerator::start(const TrafficSettings &settings, const std::string &who)
{
    m_timer.stop();
    m_settings = sane(settings);
    m_startedBy = who;
    m_users.clear();
    enter(TrafficPhase::Starting, {});
    askForUsers();
}

void TrafficGenerator::stop(const std::string &who)
{
    if (m_phase == TrafficPhase::Off)
        return;
    ++m_attempt;
    m_timer.stop();
    m_retryTimer.stop();
    m_users.clear();
    enter(TrafficPhase::Off, {});
    record(who, "simulated traffic stopped");
}

void TrafficGenerator::askForUsers()
{
    using Ids = std::vector<ProfileId>;
    m_retryTimer.stop();
    const std::uint64_t attempt = ++m_attempt;
    const auto take = [this, attempt](const Result<Ids> &users) {
        const auto onServiceThread = [this, attempt, users] {
            if (attempt == m_attempt)
                takeUsers(users);
        };
        QMetaObject::invokeMethod(this, onServiceThread, Qt::QueuedConnection);
    };
    m_queries->ask<Ids>([this](Completion<Ids> done) { m_repository.recentIds(m_settings.users, std::move(done)); },
                        take);
}

void TrafficGenerator::takeUsers(Result<std::vector<ProfileId>> users)
{
    if (!users) {
        enter(TrafficPhase::Failed, users.error().detail);
        m_retryTimer.start();
        return;
    }
    if (users->empty())
        return enter(TrafficPhase::NoUsers, "The database holds no profiles yet, and simulated traffic only reads "
                                            "existing ones. Add some, then start it again.");
    m_random.seed(seed);
    m_users = *std::move(users);
    for (std::size_t i = m_users.size() - 1; i > 0; --i) // which user is popular is chance, but always the same
        std::swap(m_users[i], m_users[m_random() % (i + 1)]);
    m_popularityUpTo = cumulativePopularity(m_users.size(), m_settings.zipfExponent);
    m_lastTick = m_clock.now();
    m_dueGets = 0;
    m_queryTokens = 0;
    m_timer.start();
    enter(TrafficPhase::On, {});
    record(m_startedBy, "simulated traffic started: " + format::rate(m_settings.getsPerSecond) + " over " +
                            format::count(m_users.size()) + " users");
}

void TrafficGenerator::enter(TrafficPhase phase, std::string problem)
{
    m_phase = phase;
    const TrafficState state{phase, m_settings, m_users.size(), std::move(problem)};
    bool isNews = false;
    {
        MutexLock lock(m_mutex);
        isNews = m_state.phase != state.phase || m_state.problem != state.problem;
        m_state = state;
    }
    if (isNews) // trying again in vain is none
        Q_EMIT stateChanged(state);
}

void TrafficGenerator::makeDueGets()
{
    const MonotonicTime now = m_clock.now();
    const double elapsed = secondsOf(std::min<std::chrono::nanoseconds>(now - m_lastTick, longestCatchUp));
    m_lastTick = now;
    // What was not asked is not asked later: after a quiet time the cap holds as well.
    const double mostTokens = std::max(1.0, secondsOf(longestCatchUp) * m_settings.maxQueriesPerSecond);
    m_queryTokens = std::min(m_queryTokens + elapsed * m_settings.maxQueriesPerSecond, mostTokens);
    for (m_dueGets += elapsed * m_settings.getsPerSecond; m_dueGets >= 1; m_dueGets -= 1)
        makeOneGet();
}

void TrafficGenerator::makeOneGet()
{
    const ProfileId user = nextUser();
    if (!m_service.isActive(user) && (*m_unanswered >= mostUnanswered || !takeQueryToken()))
        return;
    ++*m_unanswered;
    m_service.get(user, UnknownUser::NotFound,
                  [unanswered = m_unanswered](const Result<ServedProfile> &) { --*unanswered; });
}

bool TrafficGenerator::takeQueryToken()
{
    if (m_settings.maxQueriesPerSecond <= 0)
        return true;
    if (m_queryTokens < 1)
        return false;
    m_queryTokens -= 1;
    return true;
}

ProfileId TrafficGenerator::nextUser()
{
    if (random() < m_settings.unknownShare) {
        if (auto unknown = ProfileId::parse("unknown-" + std::to_string(m_random() % unknownUsers)))
            return *std::move(unknown);
    }
    const auto rank = std::upper_bound(m_popularityUpTo.begin(), m_popularityUpTo.end(), random());
    const auto index = static_cast<std::size_t>(rank - m_popularityUpTo.begin());
    return m_users[std::min(index, m_users.size() - 1)];
}

double TrafficGenerator::random()
{
    return static_cast<double>(m_random() >> 11) / static_cast<double>(std::uint64_t{1} << 53);
}

void TrafficGenerator::record(const std::string &who, std::string detail)
{
    Event event;
    event.kind = EventKind::Traffic;
    event.who = who;
    event.detail = std::move(detail);
    m_events.append(std::move(event));
}

} // namespace hearth
