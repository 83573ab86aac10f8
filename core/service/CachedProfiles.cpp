// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/CachedProfiles.h"

#include "core/base/Format.h"
#include "core/base/SeqPoint.h"
#include "core/service/ServiceLog.h"
#include "core/service/TtlJitter.h"

#include <algorithm>
#include <memory>

namespace hearth {

using namespace std::chrono_literals;

bool isFailedLoad(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Timeout:
    case ErrorCode::Unavailable:
    case ErrorCode::Overloaded:
    case ErrorCode::PermissionDenied:
    case ErrorCode::SchemaMismatch:
    case ErrorCode::BadData:
    case ErrorCode::Internal:
        return true;
    case ErrorCode::InvalidArgument:
    case ErrorCode::NotFound:
    case ErrorCode::AlreadyExists:
    case ErrorCode::Cancelled:
    case ErrorCode::ShuttingDown:
        return false;
    }
    return false;
}

CachedProfiles::CachedProfiles(const Clock &theClock, ProfileCache &theCache, ProfileTexts &texts, EventLog &events,
                               const ProfileServiceSettings &settings)
    : clock(theClock)
    , cache(theCache)
    , pack(texts)
    , journal(events)
    , unknown(theClock, settings.negativeTtl)
    , failing(settings.staleRetry, settings.staleRetry + settings.loadTimeout)
    , ttlSeconds(settings.ttl.count())
    , graceSeconds(settings.staleGrace.count())
{
}

Landing CachedProfiles::settle(const Question &question, const Result<LoadedProfile> &loaded)
{
    if (!loaded)
        return settleFailure(question, loaded.error());
    const QueryTiming &timing = loaded->timing;
    countQuery(timing);
    failing.succeeded(question.id);
    HEARTH_SEQ_POINT("ProfileService.settle.answered");
    if (!loaded->profile)
        return settleAbsence(question, timing);
    const bool isRefresh = question.source == EntrySource::Refresh;
    return store(*loaded->profile, {ttl(), timing.sentAt, question.generation, question.source, timing.queryTime},
                 (isRefresh ? "reloaded from the database in " : "from the database in ") +
                     format::latency(timing.queryTime));
}

Landing CachedProfiles::settleAbsence(const Question &question, const QueryTiming &timing)
{
    const ProfileId &id = question.id;
    const bool wasExpired = holdsExpired(id);
    if (cache.removeIfReadBefore(id.text(), timing.sentAt) && wasExpired)
        journal.expiredLeft(id);
    // Somebody may have made the row since: that it was not there is as old as any other answer.
    if (cache.generation(id.text()) != question.generation)
        return Landing::superseded();
    if (const auto newer = active(id))
        return found(*newer);
    unknown.remember(id, question.generation, timing.sentAt);
    return Landing::absent(timing);
}

Landing CachedProfiles::settleFailure(const Question &question, const Error &error)
{
    if (error.code == ErrorCode::ShuttingDown)
        return Landing::failed(error);
    const MonotonicTime now = clock.now();
    ServiceTallies::add(tallies.loads);
    ServiceTallies::add(tallies.loadFailures);
    tallies.addDatabaseTime(now - question.askedAt);
    if (error.code == ErrorCode::Timeout || error.code == ErrorCode::Overloaded || concernsEveryUser(error.code))
        m_lastTrouble = now.time_since_epoch().count();
    cache.noteLoadFailure(question.id.text());
    if (fallback(question.id))
        failing.failed(question.id, now);
    journal.loadFailed(question.id, error);
    return Landing::failed(error);
}

Landing CachedProfiles::settleCreation(const Question &question, const Result<InsertedProfile> &inserted,
                                       const QueryTiming &absence)
{
    if (!inserted && inserted.error().code == ErrorCode::PermissionDenied) {
        ServiceTallies::add(tallies.loads);
        tallies.addDatabaseTime(clock.now() - question.askedAt);
        if (!m_saidReadOnly.exchange(true))
            qCWarning(cacheLog, "The database role may not insert into user_profiles: default profiles are cached, "
                                "not stored");
        return cacheDefault(question, absence);
    }
    if (!inserted && mayHaveBeenWritten(inserted.error().code))
        unknown.forget(question.id, clock.now()); // that there is no such row was just found, and may be over
    if (!inserted)
        return settleFailure(question, inserted.error());
    countQuery(inserted->timing);
    if (inserted->inserted)
        ServiceTallies::add(tallies.profilesCreated);
    const QueryTiming &timing = inserted->timing;
    const EntrySource source = inserted->inserted ? EntrySource::Created : EntrySource::Database;
    return store(inserted->profile, {ttl(), timing.sentAt, question.generation, source, timing.queryTime},
                 inserted->inserted ? "default profile created and stored"
                                    : "from the database in " + format::latency(timing.queryTime));
}

Landing CachedProfiles::cacheDefault(const Question &question, const QueryTiming &absence)
{
    Landing landing =
        store(defaultProfile(question.id), {ttl(), absence.sentAt, question.generation, EntrySource::Created, 0ns},
              "default profile, cached but not stored");
    if (landing.outcome == Landing::Outcome::Found)
        ServiceTallies::add(tallies.profilesCreated);
    return landing;
}

Landing CachedProfiles::store(const Profile &profile, const PutOptions &options, const std::string &detail)
{
    const ProfileId &id = profile.identity;
    const std::optional<PackedProfile> packed = pack(profile);
    if (!packed)
        return serveUncached(profile, options);
    const bool wasExpired = holdsExpired(id);
    switch (cache.put(id.text(), *packed, options)) {
    case PutResult::Stored:
        unknown.forget(id, options.readAt);
        if (wasExpired)
            journal.expiredLeft(id);
        journal.cached(id, options.ttl, detail);
        return found(*packed);
    case PutResult::TooLarge:
        return serveUncached(profile, options);
    case PutResult::Older:
        if (const auto newer = active(id))
            return found(*newer);
        break;
    case PutResult::Superseded:
        break;
    }
    return Landing::superseded();
}

// What cannot be packed is served as it is, under the same rules as if it were stored: what is cached is older and must
// go, or else it would be served later; what was invalidated meanwhile, or is older than what is cached, is not served.
Landing CachedProfiles::serveUncached(const Profile &profile, const PutOptions &options)
{
    const ProfileId &id = profile.identity;
    const bool wasExpired = holdsExpired(id);
    unknown.forget(id, options.readAt);
    if (cache.removeIfReadBefore(id.text(), options.readAt) && wasExpired)
        journal.expiredLeft(id);
    if (cache.generation(id.text()) != options.generation)
        return Landing::superseded();
    if (const auto newer = active(id))
        return found(*newer);
    return Landing::found(ServedProfile(std::make_shared<const Profile>(profile), Served::Miss));
}

Landing CachedProfiles::storeWritten(const Profile &profile, const PutOptions &options)
{
    const ProfileId &id = profile.identity;
    const bool wasExpired = holdsExpired(id);
    cache.expire(id.text());
    unknown.forget(id, options.readAt);
    HEARTH_SEQ_POINT("CachedProfiles.storeWritten.invalidated");
    const std::optional<ProfileCache::Entry> entry = cache.peek(id.text());
    const bool mayBeOlder =
        entry && entry->facts.cachedAt > options.readAt && entry->value.rowVersion() != profile.rowVersion;
    if (mayBeOlder)
        return Landing::superseded();
    const std::optional<PackedProfile> packed = pack(profile);
    const PutResult result = packed ? cache.put(id.text(), *packed, options) : PutResult::TooLarge;
    if (result == PutResult::Superseded || result == PutResult::Older)
        return Landing::superseded();
    if (wasExpired)
        journal.expiredLeft(id);
    if (result == PutResult::TooLarge) {
        cache.removeIfReadBefore(id.text(), options.readAt);
        return Landing::found(ServedProfile(std::make_shared<const Profile>(profile), Served::Miss));
    }
    journal.cachedByWrite(id, options.ttl);
    return found(*packed);
}

WarmOutcome CachedProfiles::storeWarmed(const Profile &profile, Generation generation, const QueryTiming &timing,
                                        const std::string *newsDetail)
{
    const ProfileId &id = profile.identity;
    const std::optional<ProfileCache::Entry> present = cache.peek(id.text());
    const bool wasExpired = present && (present->facts.forced || clock.hasPassed(present->facts.deadline));
    if (present && !wasExpired)
        return WarmOutcome::AlreadyActive;
    if (timing.sentAt.time_since_epoch().count() <= m_missedUntil.load())
        return WarmOutcome::Superseded;
    const std::optional<PackedProfile> packed = pack(profile);
    if (!packed)
        return WarmOutcome::Uncacheable;
    const std::chrono::nanoseconds lifetime = jitteredTtl(ttl(), id);
    switch (
        cache.put(id.text(), *packed, {lifetime, timing.sentAt, generation, EntrySource::WarmUp, timing.queryTime})) {
    case PutResult::Stored:
        break;
    case PutResult::TooLarge:
        return WarmOutcome::Uncacheable;
    case PutResult::Superseded:
    case PutResult::Older:
        return active(id) ? WarmOutcome::AlreadyActive : WarmOutcome::Superseded;
    }
    unknown.forget(id, timing.sentAt);
    failing.succeeded(id);
    if (newsDetail && wasExpired)
        journal.expiredLeft(id);
    if (newsDetail)
        journal.cached(id, lifetime, *newsDetail);
    return WarmOutcome::Stored;
}

// A stream may last longer than what was read is re-checked for; a single load does not.
void CachedProfiles::changesWereMissed()
{
    m_missedUntil = clock.now().time_since_epoch().count();
    unknown.forgetAll();
}

std::optional<PackedProfile> CachedProfiles::active(const ProfileId &id) const
{
    const std::optional<ProfileCache::Entry> entry = cache.peek(id.text());
    const bool isActive = entry && !entry->facts.forced && clock.now() <= entry->facts.deadline;
    return isActive ? std::optional(entry->value) : std::nullopt;
}

std::optional<CachedProfiles::Fallback> CachedProfiles::fallback(const ProfileId &id) const
{
    const std::optional<ProfileCache::Entry> entry = cache.peek(id.text());
    if (!entry || entry->facts.forced)
        return std::nullopt;
    const MonotonicTime now = clock.now();
    const bool isStale = now > entry->facts.deadline;
    if (isStale && now > saturatedSum(entry->facts.deadline, grace()))
        return std::nullopt;
    return Fallback{entry->value, isStale};
}

bool CachedProfiles::areLoadsFailing() const
{
    const MonotonicTime lastTrouble{MonotonicTime::duration(m_lastTrouble.load())};
    return clock.now() <= saturatedSum(lastTrouble, 1min);
}

bool CachedProfiles::holdsExpired(const ProfileId &id) const
{
    const std::optional<ProfileCache::Entry> entry = cache.peek(id.text());
    return entry && (entry->facts.forced || clock.now() > entry->facts.deadline);
}

Landing CachedProfiles::found(const PackedProfile &packed) const
{
    return Landing::found(ServedProfile(packed, pack.texts(), Served::Miss));
}

void CachedProfiles::countQuery(const QueryTiming &timing)
{
    ServiceTallies::add(tallies.loads);
    // Of a query that several shared, each has its part.
    tallies.addDatabaseTime(timing.queryTime / std::max<std::uint32_t>(timing.sharedBy, 1));
    loadLatency.record(timing.queryTime);
}

} // namespace hearth
