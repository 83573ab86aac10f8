// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ProfileWrites.h"

#include "core/base/Format.h"
#include "core/base/SeqPoint.h"
#include "core/service/ProfileRules.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace hearth {

namespace {

std::string wordsFor(const ProfileChanges &changes)
{
    std::string words = "changed";
    const auto add = [&words](bool isNamed, const char *name) {
        if (isNamed)
            words.append(words == "changed" ? " " : ", ").append(name);
    };
    add(changes.nativeLanguage.has_value(), "native_language");
    add(changes.voiceId.has_value(), "voice_avatar");
    add(changes.formalTone.has_value(), "formal_tone");
    add(changes.preserveEmotion.has_value(), "preserve_emotion");
    return words;
}

// Whether the write failed for what the caller wanted, not for what the database could not do.
bool isCallersMistake(ErrorCode code)
{
    return code == ErrorCode::NotFound || code == ErrorCode::AlreadyExists || code == ErrorCode::InvalidArgument;
}

} // namespace

ProfileWrites::ProfileWrites(CachedProfiles &cached, ProfileRepository &repository, OpenQueries &queries,
                             Refreshes &refreshes, const VoiceDirectory *voices, std::chrono::nanoseconds doubtFor)
    : m_cached(cached)
    , m_repository(repository)
    , m_queries(queries)
    , m_refreshes(refreshes)
    , m_voices(voices)
    , m_doubtFor(doubtFor)
{
}

void ProfileWrites::create(Profile profile, const std::string &who, Answer answer)
{
    Result<Profile> accepted = acceptedProfile(std::move(profile), *catalog());
    if (!accepted)
        return answer(accepted.error());
    const Write write = begin(accepted->identity, EntrySource::Created, who, "created", std::move(answer));
    m_queries.ask<InsertedProfile>(
        [&](Completion<InsertedProfile> done) { m_repository.insertIfAbsent(*std::move(accepted), std::move(done)); },
        [this, write](const Result<InsertedProfile> &inserted) { created(write, inserted); }, write.askedAt);
}

void ProfileWrites::update(const ProfileId &id, ProfileChanges changes, const std::string &who, Answer answer)
{
    Result<ProfileChanges> accepted = acceptedChanges(std::move(changes), *catalog());
    if (!accepted)
        return answer(accepted.error());
    const Write write = begin(id, EntrySource::Database, who, wordsFor(*accepted), std::move(answer));
    m_queries.ask<WrittenProfile>(
        [&](Completion<WrittenProfile> done) { m_repository.update(id, *std::move(accepted), std::move(done)); },
        [this, write](const Result<WrittenProfile> &written) { updated(write, written); }, write.askedAt);
}

std::shared_ptr<const VoiceCatalog> ProfileWrites::catalog() const
{
    static const auto builtIn = std::make_shared<const VoiceCatalog>();
    return m_voices ? m_voices->current() : builtIn;
}

ProfileWrites::Write ProfileWrites::begin(const ProfileId &id, EntrySource source, const std::string &who,
                                          std::string what, Answer answer)
{
    return {id,
            m_cached.cache.generation(id.text()),
            m_cached.clock.now(),
            source,
            who,
            std::move(what),
            std::move(answer)};
}

void ProfileWrites::created(const Write &write, const Result<InsertedProfile> &inserted)
{
    if (!inserted)
        return failed(write, inserted.error());
    m_cached.unknown.forget(write.id, inserted->timing.sentAt);
    if (!inserted->inserted)
        return failed(write, {ErrorCode::AlreadyExists, "There is a profile of this user already; change it instead."});
    ServiceTallies::add(m_cached.tallies.profilesCreated);
    stored(write, inserted->profile, inserted->timing);
}

void ProfileWrites::updated(const Write &write, const Result<WrittenProfile> &written)
{
    if (!written)
        return failed(write, written.error());
    ServiceTallies::add(m_cached.tallies.profilesUpdated);
    stored(write, written->profile, written->timing);
}

void ProfileWrites::stored(const Write &write, const Profile &profile, const QueryTiming &timing)
{
    HEARTH_SEQ_POINT("ProfileWrites.answered");
    m_cached.tallies.addDatabaseTime(timing.queryTime);
    m_cached.failing.succeeded(write.id);
    // The one invalidation that the put knows of is our own: when there was another since the write was sent, what it
    // was about may have come after the row that we hold.
    const PutOptions options{m_cached.ttl(), timing.sentAt, write.generation + 1, write.source, timing.queryTime};
    const Landing landing = m_cached.storeWritten(profile, options);
    m_cached.journal.written(write.id, write.who, write.what + ", stored in " + format::latency(timing.queryTime));
    if (landing.outcome == Landing::Outcome::Superseded)
        m_refreshes.refresh(std::make_shared<WaitingCaller>(
            write.id, [](const Result<ServedProfile> &) {}, saturatedSum(m_cached.clock.now(), m_doubtFor)));
    write.answer(landing.profile ? *landing.profile
                                 : ServedProfile(std::make_shared<const Profile>(profile), Served::Miss));
}

void ProfileWrites::failed(const Write &write, const Error &error)
{
    m_cached.tallies.addDatabaseTime(m_cached.clock.now() - write.askedAt);
    if (mayHaveBeenWritten(error.code))
        invalidate(write.id);
    else if (error.code == ErrorCode::NotFound)
        forgetRow(write);
    if (!isCallersMistake(error.code))
        m_cached.journal.writeFailed(write.id, write.who, "not " + write.what + ": " + error.detail);
    write.answer(error);
}

// What is cached may be wrong now, and what is read from here on may be once more: the server may do the write later.
void ProfileWrites::invalidate(const ProfileId &id)
{
    m_cached.cache.expire(id.text());
    std::optional<Doubt> oldest;
    {
        MutexLock lock(m_mutex);
        m_doubts.push_back({id, saturatedSum(m_cached.clock.now(), m_doubtFor)});
        if (m_doubts.size() > mostDoubts) {
            oldest = std::move(m_doubts.front());
            m_doubts.pop_front();
        }
    }
    if (oldest)
        m_cached.cache.expire(oldest->id.text());
}

void ProfileWrites::settleDoubts(MonotonicTime now)
{
    std::vector<Doubt> over;
    {
        MutexLock lock(m_mutex);
        while (!m_doubts.empty() && m_doubts.front().until < now) {
            over.push_back(std::move(m_doubts.front()));
            m_doubts.pop_front();
        }
    }
    for (const Doubt &doubt : over)
        m_cached.cache.expire(doubt.id.text());
}

// The row is gone; what was read of it before is no answer any more. A default that was never stored has no row.
void ProfileWrites::forgetRow(const Write &write)
{
    const auto entry = m_cached.cache.peek(write.id.text());
    const bool wasNeverStored = entry && entry->facts.source == EntrySource::Created && entry->value.rowVersion() == 0;
    if (!wasNeverStored)
        m_cached.cache.removeIfReadBefore(write.id.text(), write.askedAt);
}

} // namespace hearth
