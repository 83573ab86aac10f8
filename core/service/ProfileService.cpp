// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ProfileService.h"

#include "core/base/Format.h"
#include "core/base/SeqPoint.h"
#include "core/service/CacheJournal.h"
#include "core/service/Landing.h"
#include "core/service/OpenQueries.h"
#include "core/service/ProfilePacker.h"
#include "core/service/ServiceLog.h"
#include "core/service/TtlJitter.h"

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

// How often one request is loaded again because its user was invalidated meanwhile.
constexpr int maximumTries = 5;

using Outcome = Landing::Outcome;

// A get that missed, until it is answered.
struct Request {
    ProfileId id;
    UnknownUser unknown;
    ProfileService::Answer answer;
    Generation generation = 0;
    int tries = 1;
    Served served = Served::Coalesced;
};
using RequestPtr = std::shared_ptr<Request>;

Error notFound(const ProfileId &id)
{
    return {ErrorCode::NotFound, "There is no profile of user \"" + logSafe(id.text()) + "\" in the database."};
}

Error changingTooOften(const ProfileId &id)
{
    return {ErrorCode::Unavailable, "The profile of user \"" + logSafe(id.text()) +
                                        "\" was invalidated again and again while it was loaded. Try again."};
}

bool isWithinLimits(std::chrono::seconds ttl)
{
    return ttl >= ProfileServiceSettings::minimumTtl && ttl <= ProfileServiceSettings::maximumTtl;
}

} // namespace

class ProfileService::Impl
{
public:
    Impl(const Clock &clock, ProfileCache &cache, ProfileTexts &texts, ProfileRepository &repository, EventLog &events,
         ProfileServiceSettings settings);

    void get(const ProfileId &id, UnknownUser unknown, Answer answer);
    void refresh(const ProfileId &id, Answer answer);
    void readDatabase(const ProfileId &id, Completion<LoadedProfile> done);
    WarmStored storeWarmed(const std::vector<WarmRow> &rows, const QueryTiming &timing);

    std::chrono::seconds ttl() const { return std::chrono::seconds(m_ttl.load(std::memory_order_relaxed)); }
    ServiceCounters counters() const;
    std::size_t loadsInFlight() const;
    bool isActive(const ProfileId &id) const { return activeInCache(id).has_value(); }

    const Clock &m_clock;
    ProfileCache &m_cache;
    ProfilePacker m_pack;
    CacheJournal m_journal;
    const DefaultProfiles m_defaults;
    std::atomic<std::chrono::seconds::rep> m_ttl;
    StripedHistogram m_hitLatency;
    LatencyHistogram m_loadLatency;
    const std::shared_ptr<OpenQueries> m_queries = std::make_shared<OpenQueries>();

private:
    // Refreshes of one user: those whose query is out, and those who came later and need a newer one.
    struct Refreshing {
        std::vector<Answer> asked;
        std::vector<Answer> next;
    };

    // Gets that missed.
    void load(const RequestPtr &request);
    void lead(const RequestPtr &request);
    void landed(const RequestPtr &request, const Landing &landing);
    void loadAgain(const RequestPtr &request);
    void createDefault(const RequestPtr &request, const QueryTiming &absence);
    void leadCreation(const RequestPtr &request, const QueryTiming &absence);
    void respond(const RequestPtr &request, const Landing &landing);

    // What an answer of the database means for the cache.
    Landing settle(const ProfileId &id, Generation generation, const Result<LoadedProfile> &loaded, EntrySource source);
    Landing settleAbsence(const ProfileId &id, Generation generation, const QueryTiming &timing);
    Landing settleCreation(const ProfileId &id, Generation generation, const Result<InsertedProfile> &inserted,
                           const QueryTiming &absence);
    Landing settleFailure(const ProfileId &id, const Error &error);
    Landing cacheDefault(const ProfileId &id, Generation generation, const QueryTiming &absence);
    Landing store(const Profile &profile, const PutOptions &options, const std::string &detail);
    Landing serveUncached(const Profile &profile, const PutOptions &options);
    Landing found(const PackedProfile &packed) const;

    void askRefresh(const ProfileId &id, int tries);
    void refreshed(const ProfileId &id, int tries, const Landing &landing);

    std::optional<PackedProfile> activeInCache(const ProfileId &id) const;
    bool holdsExpired(const ProfileId &id) const;
    void countQuery(const QueryTiming &timing);

    ProfileRepository &m_repository;
    SingleFlight<Landing> m_loads;
    SingleFlight<Landing> m_creations;

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::unordered_map<std::string, Refreshing> m_refreshes HEARTH_GUARDED_BY(m_mutex);

    std::atomic<std::uint64_t> m_loadCount = 0;
    std::atomic<std::uint64_t> m_failureCount = 0;
    std::atomic<std::uint64_t> m_coalescedCount = 0;
    std::atomic<std::uint64_t> m_warmedCount = 0;
    std::atomic<std::uint64_t> m_createdCount = 0;
    std::atomic<std::int64_t> m_databaseNanoseconds = 0;
    std::atomic<bool> m_saidReadOnly = false;
};

ProfileService::Impl::Impl(const Clock &clock, ProfileCache &cache, ProfileTexts &texts, ProfileRepository &repository,
                           EventLog &events, ProfileServiceSettings settings)
    : m_clock(clock)
    , m_cache(cache)
    , m_pack(texts)
    , m_journal(events)
    , m_defaults(settings.defaultProfiles)
    , m_ttl(settings.ttl.count())
    , m_repository(repository)
{
}

// ---- gets

void ProfileService::Impl::get(const ProfileId &id, UnknownUser unknown, Answer answer)
{
    const MonotonicTime asked = m_clock.now();
    const ProfileCache::Lookup lookup = m_cache.get(id.text());
    if (lookup.value) {
        m_journal.hit(id);
        m_hitLatency.record(m_clock.now() - asked);
        return answer(ServedProfile(*lookup.value, m_pack.texts(), Served::Hit));
    }
    HEARTH_SEQ_POINT("ProfileService.get.missed");
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return answer(OpenQueries::shuttingDown());
    load(std::make_shared<Request>(Request{id, unknown, std::move(answer), lookup.generation}));
}

void ProfileService::Impl::load(const RequestPtr &request)
{
    const bool leads = m_loads.join(request->id.text(), request->generation,
                                    [this, request](const Landing &landing) { landed(request, landing); });
    if (leads)
        lead(request);
    else if (request->tries == 1)
        m_coalescedCount.fetch_add(1, std::memory_order_relaxed);
}

void ProfileService::Impl::lead(const RequestPtr &request)
{
    const ProfileId id = request->id;
    const Generation generation = request->generation;
    // An earlier flight may have landed between our miss and our take-off.
    if (const auto cached = activeInCache(id)) {
        if (request->tries == 1)
            m_coalescedCount.fetch_add(1, std::memory_order_relaxed);
        return m_loads.land(id.text(), generation, found(*cached));
    }
    request->served = Served::Miss;
    m_queries->ask<LoadedProfile>([&](Completion<LoadedProfile> done) { m_repository.find(id, std::move(done)); },
                                  [this, id, generation](const Result<LoadedProfile> &loaded) {
                                      m_loads.land(id.text(), generation,
                                                   settle(id, generation, loaded, EntrySource::Database));
                                  });
}

void ProfileService::Impl::landed(const RequestPtr &request, const Landing &landing)
{
    const bool creates = request->unknown == UnknownUser::CreateDefault && m_defaults != DefaultProfiles::Off;
    if (landing.outcome == Outcome::Absent && creates)
        createDefault(request, landing.timing);
    else
        respond(request, landing);
}

void ProfileService::Impl::respond(const RequestPtr &request, const Landing &landing)
{
    switch (landing.outcome) {
    case Outcome::Found:
        return request->answer(landing.profile->as(request->served));
    case Outcome::Absent:
        return request->answer(notFound(request->id));
    case Outcome::Superseded:
        return loadAgain(request);
    case Outcome::Failed:
        return request->answer(landing.error);
    }
}

void ProfileService::Impl::loadAgain(const RequestPtr &request)
{
    if (++request->tries > maximumTries)
        return request->answer(changingTooOften(request->id));
    request->generation = m_cache.generation(request->id.text());
    load(request);
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
    const ProfileId id = request->id;
    const Generation generation = request->generation;
    if (const auto cached = activeInCache(id))
        return m_creations.land(id.text(), generation, found(*cached));
    if (m_defaults == DefaultProfiles::CacheOnly)
        return m_creations.land(id.text(), generation, cacheDefault(id, generation, absence));
    m_queries->ask<InsertedProfile>(
        [&](Completion<InsertedProfile> done) { m_repository.insertIfAbsent(defaultProfile(id), std::move(done)); },
        [this, id, generation, absence](const Result<InsertedProfile> &inserted) {
            m_creations.land(id.text(), generation, settleCreation(id, generation, inserted, absence));
        });
}

Landing ProfileService::Impl::settleCreation(const ProfileId &id, Generation generation,
                                             const Result<InsertedProfile> &inserted, const QueryTiming &absence)
{
    if (!inserted && inserted.error().code == ErrorCode::PermissionDenied) {
        m_loadCount.fetch_add(1, std::memory_order_relaxed);
        if (!m_saidReadOnly.exchange(true))
            qCWarning(cacheLog, "The database role may not insert into user_profiles: default profiles are cached, "
                                "not stored");
        return cacheDefault(id, generation, absence);
    }
    if (!inserted)
        return settleFailure(id, inserted.error());
    countQuery(inserted->timing);
    if (inserted->inserted)
        m_createdCount.fetch_add(1, std::memory_order_relaxed);
    const QueryTiming &timing = inserted->timing;
    const EntrySource source = inserted->inserted ? EntrySource::Created : EntrySource::Database;
    return store(inserted->profile, {ttl(), timing.sentAt, generation, source, timing.queryTime},
                 inserted->inserted ? "default profile created and stored"
                                    : "from the database in " + format::latency(timing.queryTime));
}

Landing ProfileService::Impl::cacheDefault(const ProfileId &id, Generation generation, const QueryTiming &absence)
{
    Landing landing = store(defaultProfile(id), {ttl(), absence.sentAt, generation, EntrySource::Created, 0ns},
                            "default profile, cached but not stored");
    if (landing.outcome == Outcome::Found)
        m_createdCount.fetch_add(1, std::memory_order_relaxed);
    return landing;
}

// ---- answers of the database

Landing ProfileService::Impl::settle(const ProfileId &id, Generation generation, const Result<LoadedProfile> &loaded,
                                     EntrySource source)
{
    if (!loaded)
        return settleFailure(id, loaded.error());
    const QueryTiming &timing = loaded->timing;
    countQuery(timing);
    HEARTH_SEQ_POINT("ProfileService.settle.answered");
    if (!loaded->profile)
        return settleAbsence(id, generation, timing);
    return store(*loaded->profile, {ttl(), timing.sentAt, generation, source, timing.queryTime},
                 (source == EntrySource::Refresh ? "reloaded from the database in " : "from the database in ") +
                     format::latency(timing.queryTime));
}

Landing ProfileService::Impl::settleAbsence(const ProfileId &id, Generation generation, const QueryTiming &timing)
{
    const bool wasExpired = holdsExpired(id);
    if (m_cache.removeIfReadBefore(id.text(), timing.sentAt) && wasExpired)
        m_journal.expiredLeft(id);
    // Somebody may have made the row since: that it was not there is as old as any other answer.
    if (m_cache.generation(id.text()) != generation)
        return Landing::superseded();
    if (const auto newer = activeInCache(id))
        return found(*newer);
    return Landing::absent(timing);
}

Landing ProfileService::Impl::settleFailure(const ProfileId &id, const Error &error)
{
    if (error.code == ErrorCode::ShuttingDown)
        return Landing::failed(error);
    m_loadCount.fetch_add(1, std::memory_order_relaxed);
    m_failureCount.fetch_add(1, std::memory_order_relaxed);
    m_cache.noteLoadFailure(id.text());
    m_journal.loadFailed(id, error);
    return Landing::failed(error);
}

Landing ProfileService::Impl::store(const Profile &profile, const PutOptions &options, const std::string &detail)
{
    const ProfileId &id = profile.identity;
    const std::optional<PackedProfile> packed = m_pack(profile);
    if (!packed)
        return serveUncached(profile, options);
    const bool wasExpired = holdsExpired(id);
    switch (m_cache.put(id.text(), *packed, options)) {
    case PutResult::Stored:
        if (wasExpired)
            m_journal.expiredLeft(id);
        m_journal.cached(id, options.ttl, detail);
        return found(*packed);
    case PutResult::TooLarge:
        return serveUncached(profile, options);
    case PutResult::Older:
        if (const auto newer = activeInCache(id))
            return found(*newer);
        break;
    case PutResult::Superseded:
        break;
    }
    return Landing::superseded();
}

// What cannot be packed is served as it is, under the same rules as if it were stored: what is cached is older and must
// go, or else it would be served later; what was invalidated meanwhile, or is older than what is cached, is not served.
Landing ProfileService::Impl::serveUncached(const Profile &profile, const PutOptions &options)
{
    const ProfileId &id = profile.identity;
    const bool wasExpired = holdsExpired(id);
    if (m_cache.removeIfReadBefore(id.text(), options.readAt) && wasExpired)
        m_journal.expiredLeft(id);
    if (m_cache.generation(id.text()) != options.generation)
        return Landing::superseded();
    if (const auto newer = activeInCache(id))
        return found(*newer);
    return Landing::found(ServedProfile(std::make_shared<const Profile>(profile), Served::Miss));
}

Landing ProfileService::Impl::found(const PackedProfile &packed) const
{
    return Landing::found(ServedProfile(packed, m_pack.texts(), Served::Miss));
}

// ---- refreshes

void ProfileService::Impl::refresh(const ProfileId &id, Answer answer)
{
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return answer(OpenQueries::shuttingDown());
    {
        MutexLock lock(m_mutex);
        const auto [refreshing, isFirst] = m_refreshes.try_emplace(id.text());
        if (!isFirst) {
            refreshing->second.next.push_back(std::move(answer)); // the query that is out was sent before
            return;
        }
        refreshing->second.asked.push_back(std::move(answer));
    }
    askRefresh(id, 1);
}

void ProfileService::Impl::askRefresh(const ProfileId &id, int tries)
{
    const Generation generation = m_cache.generation(id.text());
    m_queries->ask<LoadedProfile>([&](Completion<LoadedProfile> done) { m_repository.find(id, std::move(done)); },
                                  [this, id, generation, tries](const Result<LoadedProfile> &loaded) {
                                      refreshed(id, tries, settle(id, generation, loaded, EntrySource::Refresh));
                                  });
}

void ProfileService::Impl::refreshed(const ProfileId &id, int tries, const Landing &landing)
{
    if (landing.outcome == Outcome::Superseded && tries < maximumTries)
        return askRefresh(id, tries + 1);
    std::vector<Answer> waiting;
    bool isDone = false;
    {
        MutexLock lock(m_mutex);
        const auto refreshing = m_refreshes.find(id.text());
        waiting = std::exchange(refreshing->second.asked, std::exchange(refreshing->second.next, {}));
        isDone = refreshing->second.asked.empty();
        if (isDone)
            m_refreshes.erase(refreshing);
    }
    const auto answerOf = [&]() -> Result<ServedProfile> {
        if (landing.outcome == Outcome::Found)
            return *landing.profile;
        if (landing.outcome == Outcome::Failed)
            return landing.error;
        return landing.outcome == Outcome::Absent ? notFound(id) : changingTooOften(id);
    };
    for (const Answer &answer : waiting)
        answer(answerOf());
    if (!isDone)
        askRefresh(id, 1);
}

// ---- the rest

void ProfileService::Impl::readDatabase(const ProfileId &id, Completion<LoadedProfile> done)
{
    const CallGate::Pass pass(m_queries->gate());
    if (!pass)
        return done(OpenQueries::shuttingDown());
    m_queries->ask<LoadedProfile>(
        [&](Completion<LoadedProfile> completion) { m_repository.find(id, std::move(completion)); }, std::move(done));
}

ProfileService::WarmStored ProfileService::Impl::storeWarmed(const std::vector<WarmRow> &rows,
                                                             const QueryTiming &timing)
{
    m_databaseNanoseconds.fetch_add(timing.queryTime.count(), std::memory_order_relaxed);
    const std::string detail = "warmed, from the database in " + format::latency(timing.queryTime);
    WarmStored result;
    for (const WarmRow &row : rows) {
        const std::optional<PackedProfile> packed = m_pack(row.profile);
        if (!packed) {
            ++result.uncacheable;
            continue;
        }
        const ProfileId &id = row.profile.identity;
        const std::chrono::nanoseconds lifetime = jitteredTtl(ttl(), id);
        const bool wasExpired = holdsExpired(id);
        if (m_cache.put(id.text(), *packed,
                        {lifetime, timing.sentAt, row.generation, EntrySource::WarmUp, timing.queryTime}) !=
            PutResult::Stored)
            continue;
        ++result.stored;
        if (wasExpired)
            m_journal.expiredLeft(id);
        m_journal.cached(id, lifetime, detail);
    }
    m_warmedCount.fetch_add(result.stored, std::memory_order_relaxed);
    return result;
}

ServiceCounters ProfileService::Impl::counters() const
{
    ServiceCounters counters;
    counters.loadFailures = m_failureCount.load(std::memory_order_relaxed);
    counters.loads = m_loadCount.load(std::memory_order_relaxed);
    counters.coalesced = m_coalescedCount.load(std::memory_order_relaxed);
    counters.warmed = m_warmedCount.load(std::memory_order_relaxed);
    counters.profilesCreated = m_createdCount.load(std::memory_order_relaxed);
    counters.uncacheable = m_pack.failures();
    counters.databaseTime = std::chrono::nanoseconds(m_databaseNanoseconds.load(std::memory_order_relaxed));
    return counters;
}

std::size_t ProfileService::Impl::loadsInFlight() const
{
    const std::size_t gets = m_loads.size() + m_creations.size();
    MutexLock lock(m_mutex);
    return gets + m_refreshes.size();
}

std::optional<PackedProfile> ProfileService::Impl::activeInCache(const ProfileId &id) const
{
    const std::optional<ProfileCache::Entry> entry = m_cache.peek(id.text());
    const bool isActive = entry && !entry->facts.forced && m_clock.now() <= entry->facts.deadline;
    return isActive ? std::optional(entry->value) : std::nullopt;
}

bool ProfileService::Impl::holdsExpired(const ProfileId &id) const
{
    const std::optional<ProfileCache::Entry> entry = m_cache.peek(id.text());
    return entry && (entry->facts.forced || m_clock.now() > entry->facts.deadline);
}

void ProfileService::Impl::countQuery(const QueryTiming &timing)
{
    m_loadCount.fetch_add(1, std::memory_order_relaxed);
    m_databaseNanoseconds.fetch_add(timing.queryTime.count(), std::memory_order_relaxed);
    m_loadLatency.record(timing.queryTime);
}

// ---- the face

ProfileService::ProfileService(const Clock &clock, ProfileCache &cache, ProfileTexts &texts,
                               ProfileRepository &repository, EventLog &events, ProfileServiceSettings settings)
    : m_impl(std::make_unique<Impl>(clock, cache, texts, repository, events, settings))
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

void ProfileService::readDatabase(const ProfileId &id, Completion<LoadedProfile> done)
{
    m_impl->readDatabase(id, std::move(done));
}

ProfileService::WarmStored ProfileService::storeWarmed(const std::vector<WarmRow> &rows, const QueryTiming &timing)
{
    return m_impl->storeWarmed(rows, timing);
}

std::uint64_t ProfileService::expire(const std::vector<ProfileId> &ids, const std::string &who)
{
    std::uint64_t expired = 0;
    for (const ProfileId &id : ids)
        expired += m_impl->m_cache.expire(id.text()) ? 1 : 0;
    m_impl->m_journal.acted(EventKind::Expired, ids, expired, who, "expiry forced");
    return expired;
}

std::uint64_t ProfileService::expireAll(const std::string &who)
{
    const std::uint64_t expired = m_impl->m_cache.expireAll();
    m_impl->m_journal.actedOnEveryone(EventKind::Expired, expired, who, "expiry of everyone forced");
    return expired;
}

std::uint64_t ProfileService::remove(const std::vector<ProfileId> &ids, const std::string &who)
{
    std::uint64_t removed = 0;
    for (const ProfileId &id : ids)
        removed += m_impl->m_cache.remove(id.text()) ? 1 : 0;
    m_impl->m_journal.acted(EventKind::Removed, ids, removed, who, "removed from the cache");
    return removed;
}

ProfileServiceSettings ProfileService::settings() const
{
    return {m_impl->ttl(), m_impl->m_defaults};
}

void ProfileService::setTtl(std::chrono::seconds ttl)
{
    if (isWithinLimits(ttl))
        m_impl->m_ttl.store(ttl.count(), std::memory_order_relaxed);
    else
        qCWarning(cacheLog, "A TTL of %lld s is refused: 1 s to 30 days are allowed",
                  static_cast<long long>(ttl.count()));
}

ServiceCounters ProfileService::counters() const
{
    return m_impl->counters();
}

const StripedHistogram &ProfileService::hitLatency() const
{
    return m_impl->m_hitLatency;
}

const LatencyHistogram &ProfileService::loadLatency() const
{
    return m_impl->m_loadLatency;
}

std::size_t ProfileService::loadsInFlight() const
{
    return m_impl->loadsInFlight();
}

bool ProfileService::isActive(const ProfileId &id) const
{
    return m_impl->isActive(id);
}

void ProfileService::stop()
{
    m_impl->m_queries->close();
}

} // namespace hearth
