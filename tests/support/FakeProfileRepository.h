// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/profiles/Language.h"
#include "core/profiles/ProfileRepository.h"
#include "core/profiles/VoiceCatalog.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hearth {

// Profiles in memory, and a database that behaves as the test says.
//
// Thread-safe. By default every question is answered at once, on the asking thread. hold() makes the questions wait
// until release() (with what the rows say when they were asked, as a real query would), failWith() makes them fail.
// A question that is never released is a database that never answers; its completion is dropped unanswered.
class FakeProfileRepository final : public ProfileRepository
{
public:
    // With a clock, QueryTiming::sentAt is the time of asking.
    explicit FakeProfileRepository(const Clock *clock = nullptr)
        : m_clock(clock)
    {
    }

    // ---- what the test says

    void add(Profile profile)
    {
        MutexLock lock(m_mutex);
        putLocked(std::move(profile));
    }
    void remove(const ProfileId &id)
    {
        MutexLock lock(m_mutex);
        m_rows.erase(id);
    }
    void addVoice(Voice voice)
    {
        MutexLock lock(m_mutex);
        m_voices.push_back(std::move(voice));
    }
    // Every question from now on fails so; answerNormally() ends it.
    void failWith(Error error)
    {
        MutexLock lock(m_mutex);
        m_error = std::move(error);
    }
    // Only insertIfAbsent fails so: a role that may only read.
    void failInsertsWith(Error error)
    {
        MutexLock lock(m_mutex);
        m_insertError = std::move(error);
    }
    // Only update fails so, and changes nothing.
    void failUpdatesWith(Error error)
    {
        MutexLock lock(m_mutex);
        m_updateError = std::move(error);
    }
    // insertIfAbsent and update are done, but their answer is this error: the connection died under them.
    void loseAnswersOfWrites(Error error)
    {
        MutexLock lock(m_mutex);
        m_lostAnswer = std::move(error);
    }
    // What a trigger makes of a row that is updated; it must not call back.
    void onUpdate(std::function<void(Profile &)> trigger)
    {
        MutexLock lock(m_mutex);
        m_trigger = std::move(trigger);
    }
    void answerNormally()
    {
        MutexLock lock(m_mutex);
        m_error.reset();
        m_insertError.reset();
        m_updateError.reset();
        m_lostAnswer.reset();
    }
    // Questions wait from now on.
    void hold()
    {
        MutexLock lock(m_mutex);
        m_holding = true;
    }
    // Answers the oldest question that waits, on this thread. Returns: false when none does.
    bool releaseOne() { return releaseAt(0); }
    // The same for the one at this place in the order of asking.
    bool releaseAt(std::size_t place)
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            if (place >= m_held.size())
                return false;
            const auto held = m_held.begin() + static_cast<std::ptrdiff_t>(place);
            answer = std::move(*held);
            m_held.erase(held);
        }
        answer();
        return true;
    }
    // Answers all that wait, and no longer holds.
    void release()
    {
        {
            MutexLock lock(m_mutex);
            m_holding = false;
        }
        while (releaseOne()) {}
    }
    // Waits until so many questions wait. Returns: false when they do not within the limit.
    bool waitForHeld(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds(20))
    {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        MutexLock lock(m_mutex);
        while (m_held.size() < count) {
            const auto left = deadline - std::chrono::steady_clock::now();
            if (left <= left.zero())
                return false;
            m_asked.waitFor(m_mutex, left);
        }
        return true;
    }

    // ---- what the test asks

    std::size_t heldCount() const
    {
        MutexLock lock(m_mutex);
        return m_held.size();
    }
    // All questions, of whatever kind.
    std::uint64_t queryCount() const
    {
        MutexLock lock(m_mutex);
        return m_queries;
    }
    std::uint64_t findCount() const
    {
        MutexLock lock(m_mutex);
        return m_finds;
    }
    // Questions (find, findMany) that asked for this user.
    std::uint64_t findCount(const ProfileId &id) const
    {
        MutexLock lock(m_mutex);
        const auto found = m_findsById.find(id);
        return found == m_findsById.end() ? 0 : found->second;
    }
    std::uint64_t findManyCount() const
    {
        MutexLock lock(m_mutex);
        return m_findManys;
    }
    std::uint64_t versionsCount() const
    {
        MutexLock lock(m_mutex);
        return m_versionsAsked;
    }
    std::uint64_t insertCount() const
    {
        MutexLock lock(m_mutex);
        return m_inserts;
    }
    std::uint64_t updateCount() const
    {
        MutexLock lock(m_mutex);
        return m_updates;
    }
    std::optional<Profile> stored(const ProfileId &id) const
    {
        MutexLock lock(m_mutex);
        return rowLocked(id);
    }
    std::size_t rowCount() const
    {
        MutexLock lock(m_mutex);
        return m_rows.size();
    }

    // ---- ProfileRepository

    void find(const ProfileId &id, Completion<LoadedProfile> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            ++m_finds;
            ++m_findsById[id];
            answer = answerLocked<LoadedProfile>(m_error, {rowLocked(id), timingLocked()}, std::move(done));
        }
        deliver(std::move(answer));
    }

    void findMany(std::vector<ProfileId> ids, Completion<LoadedProfiles> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            ++m_findManys;
            LoadedProfiles loaded{{}, timingLocked()};
            std::sort(ids.begin(), ids.end());
            ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
            for (const ProfileId &id : ids) {
                ++m_findsById[id];
                if (auto row = rowLocked(id))
                    loaded.profiles.push_back(*std::move(row));
            }
            answer = answerLocked<LoadedProfiles>(m_error, std::move(loaded), std::move(done));
        }
        deliver(std::move(answer));
    }

    void versions(std::vector<ProfileId> ids, Completion<RowVersions> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            ++m_versionsAsked;
            RowVersions found{{}, timingLocked()};
            for (const ProfileId &id : ids) {
                if (const auto row = rowLocked(id))
                    found.rows.push_back({id, row->rowVersion});
            }
            answer = answerLocked<RowVersions>(m_error, std::move(found), std::move(done));
        }
        deliver(std::move(answer));
    }

    void insertIfAbsent(Profile profile, Completion<InsertedProfile> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            ++m_inserts;
            const std::optional<Error> &error = m_error ? m_error : m_insertError;
            const bool inserted = !error && !m_rows.contains(profile.identity);
            if (inserted)
                putLocked(profile);
            InsertedProfile result{error ? std::move(profile) : *rowLocked(profile.identity), inserted, timingLocked()};
            const bool isLost = !error && m_lostAnswer;
            answer = answerLocked<InsertedProfile>(isLost ? m_lostAnswer : error, std::move(result), std::move(done));
        }
        deliver(std::move(answer));
    }

    void update(const ProfileId &id, ProfileChanges changes, Completion<WrittenProfile> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            ++m_updates;
            std::optional<Error> error = m_error ? m_error : m_updateError;
            std::optional<Profile> row = rowLocked(id);
            if (!error && !row)
                error = Error{ErrorCode::NotFound, "There is no such user in the database."};
            if (!error) {
                applyTo(*row, std::move(changes));
                if (m_trigger)
                    m_trigger(*row);
                putLocked(*row);
                row = rowLocked(id);
                error = m_lostAnswer;
            }
            answer = answerLocked<WrittenProfile>(error, {row ? *std::move(row) : Profile(id), timingLocked()},
                                                  std::move(done));
        }
        deliver(std::move(answer));
    }

    void recentIds(std::size_t limit, Completion<std::vector<ProfileId>> done) override
    {
        listIds([](const Profile &) { return true; }, limit, std::move(done));
    }

    void count(Completion<std::int64_t> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            answer = answerLocked<std::int64_t>(m_error, std::int64_t(m_rows.size()), std::move(done));
        }
        deliver(std::move(answer));
    }

    void voices(Completion<std::vector<Voice>> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            answer = answerLocked<std::vector<Voice>>(m_error, m_voices, std::move(done));
        }
        deliver(std::move(answer));
    }

private:
    struct Row {
        Profile profile;
        std::uint64_t order; // of insertion: the newest has the greatest
        WallTime createdAt;
    };

    static void applyTo(Profile &row, ProfileChanges changes)
    {
        const bool namesVoice = changes.voiceId || changes.voiceProvider;
        if (changes.nativeLanguage && *changes.nativeLanguage != row.nativeLanguage) {
            const bool isDefault = isSupportedLanguage(row.nativeLanguage) &&
                                   row.voiceId == VoiceCatalog().defaultFor(row.nativeLanguage).id;
            if (isDefault && !namesVoice)
                row.voiceId = row.voiceProvider = {};
            row.nativeLanguage = *std::move(changes.nativeLanguage);
        }
        row.voiceId = std::move(changes.voiceId).value_or(row.voiceId);
        row.voiceProvider = std::move(changes.voiceProvider).value_or(row.voiceProvider);
        row.formalTone = changes.formalTone.value_or(row.formalTone);
        row.preserveEmotion = changes.preserveEmotion.value_or(row.preserveEmotion);
        row.updatedAt = SystemClock().wallNow();
    }

    void putLocked(Profile profile) HEARTH_REQUIRES(m_mutex)
    {
        const ProfileId id = profile.identity;
        profile.rowVersion = std::uint32_t(m_order + 1);
        m_rows.insert_or_assign(id, Row{std::move(profile), ++m_order, SystemClock().wallNow()});
    }

    std::optional<Profile> rowLocked(const ProfileId &id) const HEARTH_REQUIRES(m_mutex)
    {
        const auto row = m_rows.find(id);
        return row == m_rows.end() ? std::nullopt : std::optional(row->second.profile);
    }

    QueryTiming timingLocked() const HEARTH_REQUIRES(m_mutex)
    {
        QueryTiming timing;
        if (m_clock)
            timing.sentAt = m_clock->now();
        return timing;
    }

    template <class T>
    std::function<void()> answerLocked(const std::optional<Error> &error, T value, Completion<T> done)
        HEARTH_REQUIRES(m_mutex)
    {
        ++m_queries;
        Result<T> result = error ? Result<T>(*error) : Result<T>(std::move(value));
        return [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); };
    }

    template <class Accepts>
    void listIds(Accepts accepts, std::size_t limit, Completion<std::vector<ProfileId>> done)
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            std::vector<std::tuple<WallTime, std::uint64_t, ProfileId>> found;
            for (const auto &[id, row] : m_rows) {
                if (accepts(row.profile))
                    found.emplace_back(row.profile.updatedAt.value_or(row.createdAt), row.order, id);
            }
            std::sort(found.rbegin(), found.rend());
            std::vector<ProfileId> ids;
            for (std::size_t i = 0; i < std::min(limit, found.size()); ++i)
                ids.push_back(std::get<ProfileId>(found[i]));
            answer = answerLocked<std::vector<ProfileId>>(m_error, std::move(ids), std::move(done));
        }
        deliver(std::move(answer));
    }

    // Answers now, or keeps the answer for release().
    void deliver(std::function<void()> answer)
    {
        {
            MutexLock lock(m_mutex);
            if (m_holding) {
                m_held.push_back(std::move(answer));
                m_asked.notifyAll();
                return;
            }
        }
        answer();
    }

    const Clock *const m_clock; // Constant after construction.

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    Condition m_asked;
    std::map<ProfileId, Row> m_rows HEARTH_GUARDED_BY(m_mutex);
    std::vector<Voice> m_voices HEARTH_GUARDED_BY(m_mutex);
    std::optional<Error> m_error HEARTH_GUARDED_BY(m_mutex);
    std::optional<Error> m_insertError HEARTH_GUARDED_BY(m_mutex);
    std::optional<Error> m_updateError HEARTH_GUARDED_BY(m_mutex);
    std::optional<Error> m_lostAnswer HEARTH_GUARDED_BY(m_mutex);
    std::function<void(Profile &)> m_trigger HEARTH_GUARDED_BY(m_mutex);
    bool m_holding HEARTH_GUARDED_BY(m_mutex) = false;
    std::deque<std::function<void()>> m_held HEARTH_GUARDED_BY(m_mutex);
    std::uint64_t m_order HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_queries HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_finds HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_findManys HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_versionsAsked HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_inserts HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_updates HEARTH_GUARDED_BY(m_mutex) = 0;
    std::map<ProfileId, std::uint64_t> m_findsById HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
