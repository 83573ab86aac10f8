// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ProfileService.h"

#include "core/base/Format.h"
#include "core/base/SeqPoint.h"
#include "core/cache/SingleFlight.h"
#include "core/service/ForeignChanges.h"
#include "core/service/Landing.h"
#include "core/service/OpenQueries.h"
#include "core/service/ProfileWrites.h"
#include "core/service/Refreshes.h"
#include "core/service/ServiceLog.h"

#include <cmath>
#include <string>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;
using Outcome = Landing::Outcome;
using Question = CachedProfiles::Question;

// A get that missed, until it is answered.
struct Request : WaitingCaller {
    Request(const ProfileId &who, UnknownUser ifUnknown, Answer then, Generation asOf, MonotonicTime until)
        : WaitingCaller(who, std::move(then), until)
        , unknown(ifUnknown)
        , generation(asOf)
    {
    }
    const UnknownUser unknown;
    Generation generation;
    int tries = 1;
    Served served = Served::Coalesced;
};
using RequestPtr = std::shared_ptr<Request>;

bool isWithinLimits(std::chrono::seconds ttl)
{
    return ttl >= ProfileServiceSettings::minimumTtl && ttl <= ProfileServiceSettings::maximumTtl;
}

} // namespace

class ProfileService::Impl
{
public:
    Impl(const Clock &clock, ProfileCache &cache, ProfileTexts &texts, ProfileRepository &repository, EventLog &events,
         const ProfileServiceSettings &settings, const VoiceDirectory *voices);

    void get(const ProfileId &id, UnknownUser unknown, Answer answer);
    void refresh(const ProfileId &id, Answer answer);
    void create(Profile profile, const std::string &who, Answer answer);
    void update(const ProfileId &id, ProfileChanges changes, const std::string &who, Answer answer);
    void readDatabase(const ProfileId &id, Completion<LoadedProfile> done);
    WarmStored storeWarmed(const std::vector<Profile> &rows, const Generations &asOf, const QueryTiming &timing,
                           WarmNews news);
    std::size_t releaseOverdue();

    ProfileServiceSettings settings() const;
    void setTtl(std::chrono::seconds ttl);
    void setRefreshAhead(double share);
    std::size_t loadsInFlight() const
    {
        return m_loads.size() + m_creations.size() + m_refreshes.size() + m_refreshes.aheadUnderWay();
    }

    CachedProfiles m_cached;
    StripedHistogram m_hitLatency;
    const std::shared_ptr<OpenQueries> m_queries = std::make_shared<OpenQueries>();

private:
    // Gets that missed.
    bool serveWithoutLoad(const ProfileId &id, UnknownUser unknown, const Answer &answer,
                          const ProfileCache::Lookup &lookup);
    void load(const RequestPtr &request);
    void lead(const RequestPtr &request);
    void landed(const RequestPtr &request, const Landing &landing);
    void loadAgain(const RequestPtr &request);
    void createDefault(const RequestPtr &request, const QueryTiming &absence);
    void leadCreation(const RequestPtr &request, const QueryTiming &absence);
    void respond(const RequestPtr &request, const Landing &landing);
    void answer(const RequestPtr &request, const Result<ServedProfile> &result);
    // A get that was not served stale; a refresh is no get.
    void countMiss(const WaitingCaller &caller, const Result<ServedProfile> &given);
    // What a get is given when its load failed so: what the cache still has, or the error.
    Result<ServedProfile> answerTo(const WaitingCaller &caller, const Error &error);
    ServedProfile staleAnswer(const ProfileId &id, const PackedProfile &profile, MissReason reason);

    bool creates(UnknownUser unknown) const
    {
        return unknown == UnknownUser::CreateDefault && m_settings.defaultProfiles != DefaultProfiles::Off;
    }
    MonotonicTime deadline() const { return saturatedSum(m_cached.clock.now(), m_settings.loadTimeout + answerMargin); }
    void computeLead();

    const ProfileServiceSettings m_settings; // of the start; TTL, grace and refresh ahead may have changed since
    ProfileRepository &m_repository;
    Refreshes m_refreshes;
    ProfileWrites m_writes;
    SingleFlight<Landing> m_loads;
    SingleFlight<Landing> m_creations;
    WaitingCallers m_callers;
    std::atomic<double> m_refreshAhead;
    std::atomic<std::chrono::nanoseconds::rep> m_refreshLead = 0; // with less than that left; 0: never
};

ProfileService::Impl::Impl(const Clock &clock, ProfileCache &cache, ProfileTexts &texts, ProfileRepository &repository,
                           EventLog &events, const ProfileServiceSettings &settings, const VoiceDirectory *voices)
    : m_cached(clock, cache, texts, events, settings)
    , m_settings(settings)
    , m_repository(repository)
    , m_refreshes(m_cached, repository, *m_queries, settings.staleRetry)
    , m_writes(m_cached, repository, *m_queries, m_refreshes, voices, settings.loadTimeout + answerMargin)
    , m_refreshAhead(settings.refreshAhead)
{
    computeLead();
}

// ---- gets

void ProfileService::Impl::get(const ProfileId &id, UnknownUser unknown, Answer answer)
{
    const MonotonicTime asked = m_cached.clock.now();
    const ProfileCache::Lookup lookup = m_cached.cache.get(id.text());
    if (lookup.value) {
        m_cached.journal.hit(id);
        const MonotonicTime answered = m_cached.clock.now();
        m_hitLatency.record(answered - asked);
        answer(ServedProfile(*lookup.value, m_cached.pack.texts(), Served::Hit));
        const std::chrono::nanoseconds lead(m_refreshLead.load(std::memory_order_relaxed));
        if (lead > 0ns && lookup.deadline - answered < lead)
            m_refreshes.ahead(id, answered, lead);
        return;
    }
    HEARTH_SEQ_POINT("ProfileService.get.missed");
    const CallGate::Pass pass(m_queries->gate());
    if (!pass) {
        m_cached.tallies.addMiss(lookup.missReason);
        return answer(OpenQueries::shuttingDown());
    }
    if (serveWithoutLoad(id, unknown, answer, lookup))
        return;
    const auto request = std::make_shared<Request>(id, unknown, std::move(answer), lookup.generation, deadline());
    request->missReason = lookup.missReason;
    m_callers.add(request);
    load(request);
}

// Returns: whether a load is needless: its like failed a moment ago, or the database does not know this user.
bool ProfileService::Impl::serveWithoutLoad(const ProfileId &id, UnknownUser unknown, const Answer &answer,
                                            const ProfileCache::Lookup &lookup)
{
    if (m_cached.failing.anybody()) {
        const auto fallback = m_cached.fallback(id);
        const bool mayBeStale = fallback && fallback->isStale;
        if (mayBeStale && m_cached.failing.turn(id, m_cached.clock.now()) == FailedLoads::Turn::Wait) {
            answer(staleAnswer(id, fallback->profile, lookup.missReason));
            return true;
        }
    }
    if (creates(unknown) || !m_cached.unknown.contains(id, lookup.generation))
        return false;
    ServiceTallies::add(m_cached.tallies.negativeHits);
    m_cached.tallies.addMiss(lookup.missReason);
    answer(notFound(id));
    return true;
}

void ProfileService::Impl::load(const RequestPtr &request)
{
    const bool leads = m_loads.join(request->id.text(), request->generation,
                                    [this, request](const Landing &landing) { landed(request, landing); });
    if (leads)
        lead(request);
}

void ProfileService::Impl::lead(const RequestPtr &request)
{
    // An earlier flight may have landed between our miss and our take-off.
    if (const auto cached = m_cached.active(request->id))
        return m_loads.land(request->id.text(), request->generation, m_cached.found(*cached));
    request->served = Served::Miss;
    const Question question = m_cached.question(request->id, request->generation);
    m_queries->ask<LoadedProfile>(
        [&](Completion<LoadedProfile> done) { m_repository.find(question.id, std::move(done)); },
        [this, question](const Result<LoadedProfile> &loaded) {
            m_loads.land(question.id.text(), question.generation, m_cached.settle(question, loaded));
        },
        question.askedAt);
}

void ProfileService::Impl::landed(const RequestPtr &request, const Landing &landing)
{
    if (landing.outcome != Outcome::Absent || !creates(request->unknown))
        respond(request, landing);
    else if (!request->isAnswered) // else it waited too long, and nobody wants the default any more
        createDefault(request, landing.timing);
}

void ProfileService::Impl::respond(const RequestPtr &request, const Landing &landing)
{
    switch (landing.outcome) {
    case Outcome::Found:
        return answer(request, landing.profile->as(request->served));
    case Outcome::Absent:
        return answer(request, notFound(request->id));
    case Outcome::Superseded:
        return loadAgain(request);
    case Outcome::Failed:
        return answer(request, landing.error);
    }
}

void ProfileService::Impl::loadAgain(const RequestPtr &request)
{
    if (request->isAnswered)
        return;
    if (++request->tries > maximumTries)
        return answer(request, changingTooOften(request->id));
    request->generation = m_cached.cache.generation(request->id.text());
    load(request);
}

void ProfileService::Impl::answer(const RequestPtr &request, const Result<ServedProfile> &result)
{
    if (!request->take())
        return;
    const Result<ServedProfile> given = result ? result : answerTo(*request, result.error());
    countMiss(*request, given);
    if (request->served == Served::Coalesced && !(given && given->isStale()))
        ServiceTallies::add(m_cached.tallies.coalesced);
    request->answer(given);
}

void ProfileService::Impl::countMiss(const WaitingCaller &caller, const Result<ServedProfile> &given)
{
    if (caller.missReason && !(given && given->isStale()))
        m_cached.tallies.addMiss(*caller.missReason);
}

Result<ServedProfile> ProfileService::Impl::answerTo(const WaitingCaller &caller, const Error &error)
{
    if (!caller.missReason || !isFailedLoad(error.code))
        return error;
    const auto fallback = m_cached.fallback(caller.id);
    if (!fallback)
        return error;
    if (fallback->isStale)
        return staleAnswer(caller.id, fallback->profile, *caller.missReason);
    return ServedProfile(fallback->profile, m_cached.pack.texts(), Served::Coalesced); // stored by somebody meanwhile
}

ServedProfile ProfileService::Impl::staleAnswer(const ProfileId &id, const PackedProfile &profile, MissReason reason)
{
    m_cached.tallies.addStale(reason);
    m_cached.journal.stale(id);
    return {profile, m_cached.pack.texts(), Served::Stale};
}

std::size_t ProfileService::Impl::releaseOverdue()
{
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return 0;
    const MonotonicTime now = m_cached.clock.now();
    m_writes.settleDoubts(now);
    const Error error{ErrorCode::Timeout,
                      "The database did not answer within " + format::span(m_settings.loadTimeout) + "."};
    const std::size_t queries = m_queries->failOverdue(now - m_settings.loadTimeout - answerMargin, error);
    const auto overdue = m_callers.takeOverdue(now);
    for (const std::shared_ptr<WaitingCaller> &caller : overdue) {
        if (m_cached.fallback(caller->id))
            m_cached.failing.failed(caller->id, now);
        const Result<ServedProfile> given = answerTo(*caller, error);
        countMiss(*caller, given);
        caller->answer(given);
    }
    return queries + overdue.size();
}

// ---- defaults for unknown users

void ProfileService::Impl::createDefault(const RequestPtr &request, const QueryTiming &absence)
{
    const bool leads = m_creations.join(request->id.text(), request->generation,
                                        [this, request](const Landing &landing) { respond(request, landing); });
    if (leads)
        leadCreation(request, absence);
}

void ProfileService::Impl::leadCreation(const RequestPtr &request, const QueryTiming &absence)
{
    const Question question = m_cached.question(request->id, request->generation);
    const auto land = [this, question](const Landing &landing) {
        m_creations.land(question.id.text(), question.generation, landing);
    };
    if (const auto cached = m_cached.active(question.id))
        return land(m_cached.found(*cached));
    if (m_settings.defaultProfiles == DefaultProfiles::CacheOnly)
        return land(m_cached.cacheDefault(question, absence));
    m_queries->ask<InsertedProfile>(
        [&](Completion<InsertedProfile> done) {
            m_repository.insertIfAbsent(defaultProfile(question.id), std::move(done));
        },
        [this, question, absence, land](const Result<InsertedProfile> &inserted) {
            land(m_cached.settleCreation(question, inserted, absence));
        },
        question.askedAt);
}

// ---- the rest

void ProfileService::Impl::refresh(const ProfileId &id, Answer answer)
{
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return answer(OpenQueries::shuttingDown());
    const auto caller = std::make_shared<WaitingCaller>(id, std::move(answer), deadline());
    m_callers.add(caller);
    m_refreshes.refresh(caller);
}

void ProfileService::Impl::create(Profile profile, const std::string &who, Answer answer)
{
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return answer(OpenQueries::shuttingDown());
    m_writes.create(std::move(profile), who, std::move(answer));
}

void ProfileService::Impl::update(const ProfileId &id, ProfileChanges changes, const std::string &who, Answer answer)
{
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return answer(OpenQueries::shuttingDown());
    m_writes.update(id, std::move(changes), who, std::move(answer));
}

void ProfileService::Impl::readDatabase(const ProfileId &id, Completion<LoadedProfile> done)
{
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return done(OpenQueries::shuttingDown());
    m_queries->ask<LoadedProfile>(
        [&](Completion<LoadedProfile> completion) { m_repository.find(id, std::move(completion)); }, std::move(done),
        m_cached.clock.now());
}

WarmStored ProfileService::Impl::storeWarmed(const std::vector<Profile> &rows, const Generations &asOf,
                                             const QueryTiming &timing, WarmNews news)
{
    std::string detail;
    if (news == WarmNews::OfEachUser)
        detail = "warmed, from the database in " + format::latency(timing.queryTime);
    const std::string *newsDetail = news == WarmNews::OfEachUser ? &detail : nullptr;
    WarmStored result;
    for (const Profile &row : rows) {
        const Generation generation = asOf.of(row.identity.text());
        result.add(row.identity, m_cached.storeWarmed(row, generation, timing, newsDetail));
    }
    ServiceTallies::add(m_cached.tallies.warmed, result.stored);
    return result;
}

ProfileServiceSettings ProfileService::Impl::settings() const
{
    ProfileServiceSettings settings = m_settings;
    settings.ttl = m_cached.ttl();
    settings.staleGrace = m_cached.grace();
    settings.refreshAhead = m_refreshAhead.load();
    return settings;
}

void ProfileService::Impl::setTtl(std::chrono::seconds ttl)
{
    m_cached.ttlSeconds.store(ttl.count(), std::memory_order_relaxed);
    computeLead();
}

void ProfileService::Impl::setRefreshAhead(double share)
{
    m_refreshAhead.store(share);
    computeLead();
}

void ProfileService::Impl::computeLead()
{
    const double share = m_refreshAhead.load();
    const auto ttl = static_cast<double>(std::chrono::nanoseconds(m_cached.ttl()).count());
    m_refreshLead.store(share > 0 ? std::llround((1 - share) * ttl) : 0, std::memory_order_relaxed);
}

// ---- the face

ProfileService::ProfileService(const Clock &clock, ProfileCache &cache, ProfileTexts &texts,
                               ProfileRepository &repository, EventLog &events, ProfileServiceSettings settings,
                               const VoiceDirectory *voices)
    : m_impl(std::make_unique<Impl>(clock, cache, texts, repository, events, settings, voices))
{
}

ProfileService::~ProfileService()
{
    stop();
}

void ProfileService::get(const ProfileId &id, UnknownUser unknown, Answer answer)
{
    m_impl->get(id, unknown, std::move(answer));
}

void ProfileService::refresh(const ProfileId &id, Answer answer)
{
    m_impl->refresh(id, std::move(answer));
}

void ProfileService::create(Profile profile, const std::string &who, Answer answer)
{
    m_impl->create(std::move(profile), who, std::move(answer));
}

void ProfileService::update(const ProfileId &id, ProfileChanges changes, const std::string &who, Answer answer)
{
    m_impl->update(id, std::move(changes), who, std::move(answer));
}

void ProfileService::readDatabase(const ProfileId &id, Completion<LoadedProfile> done)
{
    m_impl->readDatabase(id, std::move(done));
}

WarmStored ProfileService::storeWarmed(const std::vector<Profile> &rows, const Generations &asOf,
                                       const QueryTiming &timing, WarmNews news)
{
    return m_impl->storeWarmed(rows, asOf, timing, news);
}

void ProfileService::countDatabaseTime(std::chrono::nanoseconds time)
{
    m_impl->m_cached.tallies.addDatabaseTime(time);
}

std::uint64_t ProfileService::applyChanges(const std::vector<RowChange> &changes)
{
    return hearth::applyChanges(m_impl->m_cached, changes);
}

std::uint64_t ProfileService::applyVersions(const std::vector<ProfileId> &asked, const RowVersions &found)
{
    return hearth::applyVersions(m_impl->m_cached, asked, found);
}

void ProfileService::changesWereMissed()
{
    m_impl->m_cached.changesWereMissed();
}

std::uint64_t ProfileService::expire(const std::vector<ProfileId> &ids, const std::string &who)
{
    std::uint64_t expired = 0;
    for (const ProfileId &id : ids)
        expired += m_impl->m_cached.cache.expire(id.text()) ? 1 : 0;
    m_impl->m_cached.journal.acted(EventKind::Expired, ids, expired, who, "expiry forced");
    return expired;
}

std::uint64_t ProfileService::expireAll(const std::string &who)
{
    const std::uint64_t expired = m_impl->m_cached.cache.expireAll();
    m_impl->m_cached.journal.actedOnEveryone(EventKind::Expired, expired, who, "expiry of everyone forced");
    return expired;
}

std::uint64_t ProfileService::remove(const std::vector<ProfileId> &ids, const std::string &who)
{
    std::uint64_t removed = 0;
    for (const ProfileId &id : ids)
        removed += m_impl->m_cached.cache.remove(id.text()) ? 1 : 0;
    m_impl->m_cached.journal.acted(EventKind::Removed, ids, removed, who, "removed from the cache");
    return removed;
}

ProfileServiceSettings ProfileService::settings() const
{
    return m_impl->settings();
}

void ProfileService::setTtl(std::chrono::seconds ttl)
{
    if (isWithinLimits(ttl))
        m_impl->setTtl(ttl);
    else
        qCWarning(cacheLog, "A TTL of %lld s is refused: 1 s to 30 days are allowed",
                  static_cast<long long>(ttl.count()));
}

std::chrono::nanoseconds ProfileService::keepExpiredFor(bool isDatabaseAway) const
{
    const CachedProfiles &cached = m_impl->m_cached;
    return isDatabaseAway || cached.areLoadsFailing() ? cached.grace() : 0ns;
}

void ProfileService::setStaleGrace(std::chrono::seconds grace)
{
    if (grace >= 0s && grace <= ProfileServiceSettings::maximumStaleGrace)
        m_impl->m_cached.graceSeconds.store(grace.count(), std::memory_order_relaxed);
    else
        qCWarning(cacheLog, "A stale grace of %lld s is refused: 0 s to 30 days are allowed",
                  static_cast<long long>(grace.count()));
}

void ProfileService::setRefreshAhead(double share)
{
    if (share >= 0 && share <= ProfileServiceSettings::maximumRefreshAhead)
        m_impl->setRefreshAhead(share);
    else
        qCWarning(cacheLog, "A refresh ahead at %g of the TTL is refused: 0 to 0.9 is allowed", share);
}

std::size_t ProfileService::releaseOverdue()
{
    return m_impl->releaseOverdue();
}

ServiceCounters ProfileService::counters() const
{
    ServiceCounters counters = m_impl->m_cached.tallies.counters();
    counters.uncacheable = m_impl->m_cached.pack.failures();
    return counters;
}

const StripedHistogram &ProfileService::hitLatency() const
{
    return m_impl->m_hitLatency;
}

const LatencyHistogram &ProfileService::loadLatency() const
{
    return m_impl->m_cached.loadLatency;
}

std::size_t ProfileService::loadsInFlight() const
{
    return m_impl->loadsInFlight();
}

bool ProfileService::isActive(const ProfileId &id) const
{
    return m_impl->m_cached.active(id).has_value();
}

void ProfileService::stop()
{
    m_impl->m_queries->close();
}

} // namespace hearth
