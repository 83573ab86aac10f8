// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/profiles/Profile.h"
#include "core/profiles/ProfileRepository.h"
#include "core/profiles/ProfileTexts.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/service/CachedProfiles.h"
#include "core/service/InvalidationSource.h"
#include "core/service/ProfileServiceSettings.h"
#include "core/service/ServedProfile.h"
#include "core/service/ServiceCounters.h"
#include "core/service/StripedHistogram.h"
#include "core/service/WaitingCallers.h"
#include "core/telemetry/EventLog.h"
#include "core/telemetry/LatencyHistogram.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace hearth {

// What to do about a user whom the database does not know.
enum class UnknownUser : std::uint8_t {
    NotFound,      // an error: look-ups by support, simulated traffic
    CreateDefault, // a default profile: room, token and agent paths, as DEFAULT_PROFILES says
};

// The read path: cache → single flight → repository → cache. The one place that decides what a user's profile is.
//
// Thread-safe. Asynchronous: a hit is answered on the calling thread before get returns, without an allocation or a
// lock of the service; everything else on the thread that finished the load, or that found it overdue. No lock is held
// while a callback runs. Every callback runs exactly once, within loadTimeout and a margin as long as somebody calls
// releaseOverdue(); after stop() with ShuttingDown. Errors: NotFound, and those of ProfileRepository.
//
// When a load fails, a get is served the expired entry, flagged, if it expired by itself and no longer ago than the
// grace. Then one get in staleRetry asks the database again, and the others are served at once. Whom the database does
// not know is remembered for negativeTtl: look-ups get NotFound without a query. With refreshAhead, a hit on an entry
// near its end begins a reload in the background.
// Ownership: borrows everything it is given; all of it must outlive the service and its last callback.
class ProfileService
{
public:
    using Answer = WaitingCaller::Answer;
    // By how much a caller may wait longer than loadTimeout.
    static constexpr std::chrono::milliseconds answerMargin{500};

    // voices: what may be written as somebody's voice; null: the built-in ones.
    ProfileService(const Clock &clock, ProfileCache &cache, ProfileTexts &texts, ProfileRepository &repository,
                   EventLog &events, ProfileServiceSettings settings, const VoiceDirectory *voices = nullptr);
    ~ProfileService();

    // A counted read: a hit from the cache, else from the database, and then cached; stale, when that fails.
    void get(const ProfileId &id, UnknownUser unknown, Answer answer);
    // Reloads from the database whatever is cached, by a query that is sent after this call. Not counted as a get.
    // Returns also: NotFound, and then nothing is cached any more.
    void refresh(const ProfileId &id, Answer answer);
    // The row as it is now, past the cache: nothing is cached, counted as a get or created.
    void readDatabase(const ProfileId &id, Completion<LoadedProfile> done);
    // Writes: the database first, then the cache with the row as it is stored; an answer that comes says both are done.
    // What was being read before it is neither stored nor served after it. One event each, in that name.
    // Returns also: InvalidArgument, with a sentence that names the field (an unsupported language, an unknown voice,
    // nothing to change); PermissionDenied, when the role may only read: then nothing is cached. After Timeout,
    // BadData, Internal or ShuttingDown the write may have been done all the same: what is cached expires, as if
    // forced. create() also: AlreadyExists. The identity, language, voice, tone and emotion of the profile are what
    // counts.
    void create(Profile profile, const std::string &who, Answer answer);
    // Also: NotFound. A voice that was only the default of the old language does not outlive it.
    void update(const ProfileId &id, ProfileChanges changes, const std::string &who, Answer answer);
    // Stores rows that a warm-up loaded by a query that was sent after these generations were taken; who is cached
    // stays as he is. The TTL is shortened by up to a tenth, differently for each user, so that they do not all expire
    // together. Any thread may call it, with rows of one query on several.
    WarmStored storeWarmed(const std::vector<Profile> &rows, const Generations &asOf, const QueryTiming &timing,
                           WarmNews news);
    // What the query of a warm-up cost.
    void countDatabaseTime(std::chrono::nanoseconds time);

    // Rows that others changed: what is cached of them expires, as if forced, or leaves when they are gone; what is
    // being loaded now is not stored. What is cached in that version already, stays. Returns: how many entries it
    // concerned.
    std::uint64_t applyChanges(const std::vector<RowChange> &changes);
    // The same for users who were asked about: entries that were read before the answer's query, and are of another
    // version or of no row, expire or leave. Default profiles that were cached but not stored stay.
    std::uint64_t applyVersions(const std::vector<ProfileId> &asked, const RowVersions &found);

    // Until now changes may have been missed: whom the database did not know, it may know now, and what a warm-up asked
    // for before is not stored any more, because it may bring old rows when nobody re-checks them.
    void changesWereMissed();

    // Force the expiry: the entries stay, as expired, and what is being loaded now is not stored.
    // Returns: how many active entries became expired. One event for the whole call.
    std::uint64_t expire(const std::vector<ProfileId> &ids, const std::string &who);
    std::uint64_t expireAll(const std::string &who);
    // Returns: how many there were.
    std::uint64_t remove(const std::vector<ProfileId> &ids, const std::string &who);

    ProfileServiceSettings settings() const;
    // Applies to newly cached entries. A TTL outside the limits is refused, with a warning in the log.
    void setTtl(std::chrono::seconds ttl);

    // How long past its end a cleanup is to keep an entry now: the grace, while the database is away (which the caller
    // knows) or loads fail for its sake, which they do until a minute after the last; else nothing.
    std::chrono::nanoseconds keepExpiredFor(bool isDatabaseAway) const;

    // Outside the limits it is refused, likewise.
    void setStaleGrace(std::chrono::seconds grace);
    void setRefreshAhead(double share);

    // Answers whoever waits longer than loadTimeout and the margin: stale, or with Timeout. Call it a few times a
    // second, on any thread; callbacks run in it. Returns: how many it answered.
    std::size_t releaseOverdue();

    ServiceCounters counters() const;
    const StripedHistogram &hitLatency() const;
    const LatencyHistogram &loadLatency() const; // the query itself, queueing excluded
    std::size_t loadsInFlight() const;           // refreshes ahead included

    // Whether a get would be a hit now. Quiet.
    bool isActive(const ProfileId &id) const;

    // From here on every get that misses and every waiting caller gets ShuttingDown. Returns when no callback runs
    // but those of hits, which run inside their callers' own get. Must not be called from a callback.
    void stop();

private:
    class Impl;
    const std::unique_ptr<Impl> m_impl;
};

} // namespace hearth
