// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "core/profiles/Language.h"

#include <QFuture>
#include <QPromise>

#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hearth {

// A node for tests of the user interface: made-up entries, answers that the test delays, reorders or lets fail, and
// a record of everything that it was asked. GUI thread only.
//
// It answers at once, unless holdAnswers is set: then each answer, made when the question came, waits for
// answerNext(), answerLast() or answerAll().
class FakeNode : public NodeClient
{
public:
    // Noon of 2026-01-01 UTC, as ManualClock.
    static constexpr WallTime noon() { return WallTime(std::chrono::seconds(1'767'268'800)); }

    explicit FakeNode(std::size_t entryCount = 0, QObject *parent = nullptr)
        : NodeClient(parent)
    {
        theInfo.name = "this program's own cache";
        theInfo.version = "0.1.0";
        theInfo.instanceId = "fake-1";
        theInfo.startedAt = noon() - std::chrono::hours(3);
        theInfo.sampleDatabase = true;
        theStats.ttl = std::chrono::minutes(30);
        theStats.cleanupInterval = std::chrono::minutes(10);
        theStats.maxEntries = 1'000'000;
        theStats.untilCleanup = std::chrono::seconds(221);
        theStats.uptime = std::chrono::hours(3);
        theStats.database.state = DatabaseState::Reachable;
        theStats.database.kind = "sqlite";
        theStats.database.displayUrl = "sqlite:///home/ada/.local/share/hearth/sample.db";
        for (std::size_t i = 0; i < entryCount; ++i)
            rows.push_back(madeUpRow(i));
        countEntries();
    }

    // What it holds: a test changes these at will.
    WallTime now = noon();
    NodeInfo theInfo; // the role "support" sees profiles masked
    NodeLink theLink;
    Stats theStats;
    TrafficView theTraffic;
    std::vector<EntryRow> rows;
    std::vector<Sample> history;
    std::map<std::string, ProfileView> profiles; // else made up from rows
    WarmEstimate theEstimate{412, 24, 388, 4};
    std::string theTriggersSql =
        "create function hearth_profiles_changed() …;\ncreate trigger hearth_profiles_inserted …;\n";
    TriggerInstallation theInstallation{true, {}, {}};
    CleanupOutcome theCleanup{15, 3, 12, std::chrono::microseconds(400)};

    // How it answers.
    bool holdAnswers = false;
    std::optional<Error> failure; // of every answer made while it is set

    // What it was asked.
    std::vector<std::string> calls; // the members' names, in order
    std::vector<EntriesQuery> queries;
    std::vector<QFuture<Result<EntriesPage>>> asked; // the answers to these
    std::vector<EntriesTarget> previews;
    std::vector<EntriesTarget> expiries;
    std::vector<std::string> undos;                           // by their numbers
    std::vector<std::pair<std::string, std::string>> reveals; // who, why
    std::vector<std::vector<std::string>> refreshes;
    std::vector<std::vector<std::string>> removals;
    std::vector<WarmRequest> estimates;
    std::vector<WarmRequest> warmUps;
    std::vector<std::uint64_t> cancelledJobs;

    std::size_t callsOf(const std::string &member) const
    {
        return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), member));
    }
    // Whether it was only looked at, which must change nothing.
    bool wasOnlyLookedAt() const
    {
        static const std::set<std::string> looking{"samples",       "entries",        "profile",
                                                   "previewExpiry", "estimateWarmUp", "triggersSql"};
        return std::all_of(calls.begin(), calls.end(), [](const std::string &call) { return looking.count(call) > 0; });
    }

    std::size_t waiting() const { return m_held.size(); }
    void answerNext() { answerAt(0); }
    void answerLast() { answerAt(m_held.size() - 1); }
    void answerAll()
    {
        while (!m_held.empty())
            answerNext();
    }

    // What a node says by itself.
    void say(const Sample &sample) { Q_EMIT sampled(sample, theStats); }
    void say(const WarmStatus &status) { Q_EMIT warmUpProgressed(status); }
    void say(const Event &event) { Q_EMIT eventHappened(event); }
    void say(const NodeLink &link)
    {
        theLink = link;
        Q_EMIT linkChanged(link);
    }
    void say(const DatabaseStatus &status)
    {
        theStats.database = status;
        Q_EMIT databaseChanged(status);
    }
    void passTime(std::chrono::milliseconds elapsed)
    {
        now += elapsed;
        for (EntryRow &row : rows) {
            if (now > row.expiresAt)
                row.state = EntryState::Expired;
        }
        countEntries();
    }

    NodeInfo info() const override { return theInfo; }
    NodeLink link() const override { return theLink; }
    Stats stats() const override { return theStats; }
    TrafficView traffic() const override { return theTraffic; }

    QFuture<Result<std::vector<Sample>>> samples(std::uint64_t since, std::size_t limit) override
    {
        calls.push_back("samples");
        std::vector<Sample> found;
        for (const Sample &sample : history) {
            if (sample.seq > since && found.size() < limit)
                found.push_back(sample);
        }
        return answer<std::vector<Sample>>(std::move(found));
    }

    QFuture<Result<EntriesPage>> entries(const EntriesQuery &query) override
    {
        calls.push_back("entries");
        queries.push_back(query);
        std::vector<const EntryRow *> found = matching(query.filter);
        std::stable_sort(found.begin(), found.end(), [&query](const EntryRow *a, const EntryRow *b) {
            return query.descending ? isBefore(*b, *a, query.sort) : isBefore(*a, *b, query.sort);
        });
        EntriesPage page;
        page.offset = query.offset;
        page.matching = found.size();
        page.total = rows.size();
        page.takenAt = now;
        for (std::size_t i = query.offset; i < std::min(found.size(), query.offset + query.limit); ++i)
            page.rows.push_back(*found[i]);
        asked.push_back(answer<EntriesPage>(std::move(page)));
        return asked.back();
    }

    QFuture<Result<ProfileView>> profile(const std::string &identity) override
    {
        calls.push_back("profile");
        return answer<ProfileView>(theInfo.role == "support" ? masked(viewOf(identity)) : viewOf(identity));
    }

    QFuture<Result<ProfileView>> reveal(const std::string &identity, const std::string &reason) override
    {
        calls.push_back("reveal");
        reveals.emplace_back(identity, reason);
        return answer<ProfileView>(viewOf(identity));
    }

    QFuture<Result<ExpiryPreview>> previewExpiry(const EntriesTarget &target) override
    {
        calls.push_back("previewExpiry");
        previews.push_back(target);
        ExpiryPreview preview;
        for (const EntryRow *row : activeRows(target)) {
            ++preview.count;
            if (preview.examples.size() < 10)
                preview.examples.push_back(row->identity);
        }
        return answer<ExpiryPreview>(std::move(preview));
    }

    QFuture<Result<WarmEstimate>> estimateWarmUp(const WarmRequest &request) override
    {
        calls.push_back("estimateWarmUp");
        estimates.push_back(request);
        return answer<WarmEstimate>(theEstimate);
    }

    QFuture<Result<CleanupOutcome>> cleanUp() override
    {
        calls.push_back("cleanUp");
        return answer<CleanupOutcome>(theCleanup);
    }

    QFuture<Result<ExpiryOutcome>> expire(const EntriesTarget &target) override
    {
        calls.push_back("expire");
        expiries.push_back(target);
        std::uint64_t expired = 0;
        const std::string undoId = "undo-" + std::to_string(expiries.size());
        if (!failure) {
            for (EntryRow *row : activeRows(target)) {
                m_expired[undoId].push_back(*row);
                row->state = EntryState::Expired;
                row->expiresAt = now;
                row->expiryForced = true;
                ++expired;
            }
        }
        countEntries();
        return answer<ExpiryOutcome>({expired, undoId, now + std::chrono::seconds(30)});
    }

    // Knows nothing of time: a test that comes too late sets the failure.
    QFuture<Result<UndoOutcome>> undoExpiry(const std::string &undoId) override
    {
        calls.push_back("undoExpiry");
        undos.push_back(undoId);
        UndoOutcome outcome;
        if (!failure) {
            const std::vector<EntryRow> before = std::exchange(m_expired[undoId], {});
            for (EntryRow &row : rows) {
                const auto found = std::find_if(before.begin(), before.end(), [&row](const EntryRow &candidate) {
                    return candidate.identity == row.identity && row.expiryForced && row.state == EntryState::Expired;
                });
                if (found == before.end())
                    continue;
                row = *found;
                ++outcome.restored;
            }
            outcome.skipped = before.size() - outcome.restored;
        }
        countEntries();
        return answer<UndoOutcome>(std::move(outcome));
    }

    QFuture<Result<std::uint64_t>> refresh(const std::vector<std::string> &identities) override
    {
        calls.push_back("refresh");
        refreshes.push_back(identities);
        std::uint64_t reloaded = 0;
        for (EntryRow &row : rows) {
            if (failure || std::find(identities.begin(), identities.end(), row.identity) == identities.end())
                continue;
            row.state = EntryState::Active;
            row.cachedAt = now;
            row.expiresAt = now + row.ttl;
            row.source = "refresh";
            row.expiryForced = false;
            ++reloaded;
        }
        countEntries();
        return answer<std::uint64_t>(std::move(reloaded));
    }

    QFuture<Result<std::uint64_t>> remove(const std::vector<std::string> &identities) override
    {
        calls.push_back("remove");
        removals.push_back(identities);
        const std::size_t before = rows.size();
        if (!failure) {
            const std::set<std::string> gone(identities.begin(), identities.end());
            rows.erase(std::remove_if(rows.begin(), rows.end(),
                                      [&gone](const EntryRow &row) { return gone.count(row.identity) > 0; }),
                       rows.end());
        }
        countEntries();
        return answer<std::uint64_t>(before - rows.size());
    }

    QFuture<Result<std::uint64_t>> warmUp(const WarmRequest &request) override
    {
        calls.push_back("warmUp");
        warmUps.push_back(request);
        return answer<std::uint64_t>(std::uint64_t(warmUps.size()));
    }

    void cancelWarmUp(std::uint64_t jobId) override
    {
        calls.push_back("cancelWarmUp");
        cancelledJobs.push_back(jobId);
    }

    QFuture<Result<std::string>> triggersSql() override
    {
        calls.push_back("triggersSql");
        return answer<std::string>(theTriggersSql);
    }

    QFuture<Result<TriggerInstallation>> installTriggers() override
    {
        calls.push_back("installTriggers");
        return answer<TriggerInstallation>(theInstallation);
    }

    void startTraffic() override { setTraffic("startTraffic", true); }
    void stopTraffic() override { setTraffic("stopTraffic", false); }

    // "user-0007": a different language, voice, age and origin each; every sixth has expired.
    static EntryRow madeUpRow(std::size_t number)
    {
        struct Kind {
            const char *language;
            const char *voiceId;
            const char *voiceName;
        };
        static constexpr std::array<Kind, 6> kinds{{{"en", "aura-2-thalia-en", "Thalia"},
                                                    {"es", "aura-2-celeste-es", "Celeste"},
                                                    {"fr", "aura-2-pandora-en", "Pandora"},
                                                    {"ig", "Obinna", "Obinna"},
                                                    {"yo", "Sade", "Sade"},
                                                    {"ha", "Hasan", "Hasan"}}};
        static constexpr std::array<const char *, 4> sources{"database", "created", "warmup", "refresh"};
        const Kind &kind = kinds[number % kinds.size()];
        std::string digits = std::to_string(number);
        digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');

        EntryRow row;
        row.identity = "user-" + digits;
        row.language = kind.language;
        row.voiceId = kind.voiceId;
        row.voiceName = kind.voiceName;
        row.ttl = std::chrono::minutes(30);
        const bool expired = number % 6 == 5;
        const auto age = std::chrono::seconds((number * 97) % 1'750);
        row.cachedAt = noon() - (expired ? std::chrono::seconds(1'800) + age / 10 + std::chrono::seconds(1) : age);
        row.expiresAt = row.cachedAt + row.ttl;
        row.state = expired ? EntryState::Expired : EntryState::Active;
        row.source = sources[number % sources.size()];
        row.loadTime = std::chrono::milliseconds(number % sources.size() == 1 ? 0 : 190 + number % 50);
        row.hits = (number * 13) % 230;
        return row;
    }

    // The row and what is cached agree.
    ProfileView madeUpProfile(const std::string &identity) const
    {
        ProfileView view;
        view.identity = identity;
        view.agreement = Agreement::Absent;
        view.queryTime = std::chrono::milliseconds(212);
        const auto row = std::find_if(rows.begin(), rows.end(), [&identity](const EntryRow &candidate) {
            return candidate.identity == identity;
        });
        const Result<ProfileId> id = ProfileId::parse(identity);
        if (row == rows.end() || !id)
            return view;
        auto profile = std::make_shared<Profile>(*id);
        profile->nativeLanguage = row->language;
        profile->voiceId = row->voiceId;
        profile->voiceProvider = "deepgram";
        profile->updatedAt = noon() - std::chrono::hours(2);
        view.entry = *row;
        view.cached = profile;
        view.stored = profile;
        view.cachedVoice.id = row->voiceId;
        view.cachedVoice.name = row->voiceName;
        view.cachedVoice.provider = "deepgram";
        view.storedVoice = view.cachedVoice;
        view.agreement = Agreement::Same;
        Event cachedEvent;
        cachedEvent.seq = 1;
        cachedEvent.time = row->cachedAt;
        cachedEvent.kind = EventKind::Cached;
        cachedEvent.user = identity;
        cachedEvent.detail = "loaded from the database, 211 ms";
        view.events.push_back(cachedEvent);
        return view;
    }

    // As a node masks it for the role support.
    static ProfileView masked(ProfileView view)
    {
        const auto blank = [](ProfilePtr &profile, Voice &voice) {
            if (!profile)
                return;
            auto hidden = std::make_shared<Profile>(profile->identity);
            hidden->nativeLanguage.clear();
            hidden->updatedAt = profile->updatedAt;
            profile = hidden;
            voice = Voice();
        };
        view.masked = view.cached || view.stored;
        blank(view.cached, view.cachedVoice);
        blank(view.stored, view.storedVoice);
        if (view.entry) {
            view.entry->masked = true;
            view.entry->language.clear();
            view.entry->voiceId.clear();
            view.entry->voiceName.clear();
        }
        return view;
    }

private:
    ProfileView viewOf(const std::string &identity) const
    {
        const auto scripted = profiles.find(identity);
        return scripted == profiles.end() ? madeUpProfile(identity) : scripted->second;
    }

    template <class T>
    QFuture<Result<T>> answer(T value)
    {
        Result<T> result = failure ? Result<T>(*failure) : Result<T>(std::move(value));
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        auto finish = [promise, result = std::move(result)] {
            promise->addResult(result);
            promise->finish();
        };
        if (holdAnswers)
            m_held.push_back(finish);
        else
            finish();
        return promise->future();
    }

    void answerAt(std::size_t index)
    {
        if (index >= m_held.size())
            return;
        const std::function<void()> finish = m_held[index];
        m_held.erase(m_held.begin() + static_cast<std::ptrdiff_t>(index));
        finish();
    }

    static std::string lower(std::string text)
    {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    }

    static bool matches(const EntryRow &row, const EntriesFilter &filter)
    {
        return (!filter.state || row.state == *filter.state) &&
               (filter.language.empty() || row.language == filter.language) &&
               (filter.search.empty() || lower(row.identity).find(lower(filter.search)) != std::string::npos);
    }

    std::vector<const EntryRow *> matching(const EntriesFilter &filter) const
    {
        std::vector<const EntryRow *> found;
        for (const EntryRow &row : rows) {
            if (matches(row, filter))
                found.push_back(&row);
        }
        return found;
    }

    static bool isMeant(const EntryRow &row, const EntriesTarget &target)
    {
        if (const auto *these = std::get_if<TheseUsers>(&target))
            return std::find(these->identities.begin(), these->identities.end(), row.identity) !=
                   these->identities.end();
        if (const auto *some = std::get_if<MatchingUsers>(&target))
            return matches(row, some->filter);
        return true;
    }

    std::vector<EntryRow *> activeRows(const EntriesTarget &target)
    {
        std::vector<EntryRow *> found;
        for (EntryRow &row : rows) {
            if (row.state == EntryState::Active && isMeant(row, target))
                found.push_back(&row);
        }
        return found;
    }

    static bool isBefore(const EntryRow &a, const EntryRow &b, EntrySort sort)
    {
        switch (sort) {
        case EntrySort::Identity:
            return a.identity < b.identity;
        case EntrySort::Language:
            return a.language < b.language;
        case EntrySort::Voice:
            return a.voiceName < b.voiceName;
        case EntrySort::State:
            return a.state < b.state;
        case EntrySort::TimeToLive:
            return a.expiresAt < b.expiresAt;
        case EntrySort::Hits:
            return a.hits < b.hits;
        case EntrySort::Source:
            return a.source < b.source;
        case EntrySort::LoadTime:
            return a.loadTime < b.loadTime;
        }
        return false;
    }

    void countEntries()
    {
        theStats.expiredEntries = static_cast<std::uint64_t>(std::count_if(
            rows.begin(), rows.end(), [](const EntryRow &row) { return row.state == EntryState::Expired; }));
        theStats.activeEntries = rows.size() - theStats.expiredEntries;
    }

    void setTraffic(const char *call, bool on)
    {
        calls.push_back(call);
        theTraffic.on = on;
        Q_EMIT trafficChanged(theTraffic);
    }

    std::deque<std::function<void()>> m_held;
    std::map<std::string, std::vector<EntryRow>> m_expired; // as they were, by the number of the undo
};

} // namespace hearth
