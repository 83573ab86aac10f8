// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/service/ProfileService.h"
#include "core/telemetry/EventLog.h"
#include "tests/support/FakeProfileRepository.h"
#include "tests/support/ManualClock.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth {

inline ProfileId idOf(std::string_view text)
{
    return *ProfileId::parse(text);
}

inline Profile profileOf(std::string_view identity, std::string language = "es")
{
    Profile profile(idOf(identity));
    profile.nativeLanguage = std::move(language);
    return profile;
}

// The fake, in front of which a find can go wrong in ways that a port forbids.
class UnrulyRepository final : public ProfileRepository
{
public:
    enum class Manner { Correct, Throws, ThrowsAfterAnswering, AnswersTwice, DropsTheQuestion };

    explicit UnrulyRepository(FakeProfileRepository &inner)
        : m_inner(inner)
    {
    }
    void behave(Manner manner) { m_manner = manner; }

    void find(const ProfileId &id, Completion<LoadedProfile> done) override
    {
        switch (m_manner.load()) {
        case Manner::Correct:
            return m_inner.find(id, std::move(done));
        case Manner::Throws:
            throw std::runtime_error("no memory");
        case Manner::ThrowsAfterAnswering:
            m_inner.find(id, std::move(done));
            throw 42;
        case Manner::AnswersTwice:
            m_inner.find(id, done);
            return m_inner.find(id, done);
        case Manner::DropsTheQuestion:
            return;
        }
    }
    void findMany(std::vector<ProfileId> ids, Completion<LoadedProfiles> done) override
    {
        m_inner.findMany(std::move(ids), std::move(done));
    }
    void insertIfAbsent(Profile profile, Completion<InsertedProfile> done) override
    {
        m_inner.insertIfAbsent(std::move(profile), std::move(done));
    }
    void update(const ProfileId &id, ProfileChanges changes, Completion<WrittenProfile> done) override
    {
        m_inner.update(id, std::move(changes), std::move(done));
    }
    void recentIds(std::size_t limit, Completion<std::vector<ProfileId>> done) override
    {
        m_inner.recentIds(limit, std::move(done));
    }
    void count(Completion<std::int64_t> done) override { m_inner.count(std::move(done)); }
    void voices(Completion<std::vector<Voice>> done) override { m_inner.voices(std::move(done)); }

private:
    FakeProfileRepository &m_inner;
    std::atomic<Manner> m_manner = Manner::Correct;
};

// What came back, in order. Thread-safe.
class Answers
{
public:
    ProfileService::Answer into()
    {
        return [all = m_all](Result<ServedProfile> answer) {
            MutexLock lock(all->mutex);
            all->answers.push_back(std::move(answer));
        };
    }
    std::size_t count() const
    {
        MutexLock lock(m_all->mutex);
        return m_all->answers.size();
    }
    Result<ServedProfile> at(std::size_t index) const
    {
        MutexLock lock(m_all->mutex);
        return index < m_all->answers.size() ? m_all->answers[index]
                                             : Result<ServedProfile>(ErrorCode::Internal, "not answered");
    }
    Result<ServedProfile> last() const { return at(count() - 1); }
    // "es" for a profile in that language, else the error: NotFound "not found", ….
    std::string language(std::size_t index) const
    {
        const Result<ServedProfile> answer = at(index);
        return answer ? std::string(answer->nativeLanguage()) : "error: " + answer.error().detail;
    }

private:
    struct All {
        Mutex mutex;
        std::vector<Result<ServedProfile>> answers HEARTH_GUARDED_BY(mutex);
    };
    std::shared_ptr<All> m_all = std::make_shared<All>();
};

// A service over a fake database, a cache of a thousand and a TTL of one minute.
struct ServiceFixture {
    explicit ServiceFixture(DefaultProfiles defaults = DefaultProfiles::Store,
                            std::size_t mostTexts = ProfileTexts::defaultCapacity)
        : texts(mostTexts)
        , service(clock, cache, texts, unruly, events, {std::chrono::seconds(60), defaults})
    {
    }

    Result<ServedProfile> get(std::string_view user, UnknownUser unknown = UnknownUser::NotFound)
    {
        Answers answers;
        service.get(idOf(user), unknown, answers.into());
        return answers.last();
    }
    Result<ServedProfile> refresh(std::string_view user)
    {
        Answers answers;
        service.refresh(idOf(user), answers.into());
        return answers.last();
    }
    Result<ServedProfile> create(const Profile &profile)
    {
        Answers answers;
        service.create(profile, "olga", answers.into());
        return answers.last();
    }
    Result<ServedProfile> update(std::string_view user, const ProfileChanges &changes)
    {
        Answers answers;
        service.update(idOf(user), changes, "olga", answers.into());
        return answers.last();
    }
    // As a warm-up stores what it has just read.
    WarmStored warm(const std::vector<Profile> &rows)
    {
        return service.storeWarmed(rows, cache.generations(), {clock.now(), {}, std::chrono::milliseconds(1)},
                                   WarmNews::OfEachUser);
    }
    // The row as it is now, with its version.
    std::optional<Profile> stored(std::string_view user)
    {
        std::optional<Profile> row;
        service.readDatabase(idOf(user), [&row](const Result<LoadedProfile> &loaded) {
            if (loaded)
                row = loaded->profile;
        });
        return row;
    }
    // What is cached: "es", "es expired", "nothing".
    std::string cached(std::string_view user) const
    {
        const auto entry = cache.peek(user);
        if (!entry)
            return "nothing";
        const bool isExpired = entry->facts.forced || clock.now() > entry->facts.deadline;
        return std::string(texts.at(entry->value.texts()).nativeLanguage) + (isExpired ? " expired" : "");
    }
    std::vector<Event> eventsOf(EventKind kind) const { return events.events({0, kind, {}, 1000}); }

    ManualClock clock;
    ProfileTexts texts;
    ProfileCache cache{clock, 1000};
    FakeProfileRepository repository{&clock};
    UnrulyRepository unruly{repository};
    EventLog events{clock};
    ProfileService service;
};

} // namespace hearth
