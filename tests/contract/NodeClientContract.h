// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "core/node/OnAnswer.h"

#include <QObject>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hearth {

// What every NodeClient does, wherever its node runs. Derive, and say how to get one over the embedded sample database,
// with an empty cache; each test gets its own.
class NodeClientContract : public QObject
{
    Q_OBJECT

protected:
    static constexpr int longestWait = 60'000; // ms

    virtual void setUp() = 0;
    virtual void tearDown() = 0;
    virtual NodeClient &node() = 0;
    // The counters of now.
    virtual Stats stats() = 0;

    template <class T>
    static Result<T> answerOf(const QFuture<Result<T>> &future)
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, longestWait) || future.resultCount() == 0)
            return Error{ErrorCode::Internal, "the future was not answered"};
        return future.resultAt(0);
    }
    // The value; without one the test has failed, and goes on with an empty one.
    template <class T>
    static T valueOf(const QFuture<Result<T>> &future)
    {
        Result<T> result = answerOf(future);
        if (!result)
            QTest::qFail(result.error().detail.c_str(), __FILE__, __LINE__);
        return result ? *std::move(result) : T();
    }
    // Returns: nothing, where a value was answered.
    template <class T>
    static std::optional<ErrorCode> codeOf(const QFuture<Result<T>> &future)
    {
        const Result<T> result = answerOf(future);
        return result ? std::nullopt : std::optional(result.error().code);
    }

    WarmStatus warm(const WarmRequest &request)
    {
        QSignalSpy progress(&node(), &NodeClient::warmUpProgressed);
        const std::uint64_t jobId = valueOf(node().warmUp(request));
        return endOf(jobId, progress);
    }
    static WarmStatus endOf(std::uint64_t jobId, const QSignalSpy &progress)
    {
        WarmStatus last;
        const auto hasEnded = [&] {
            for (const QList<QVariant> &told : progress)
                last = told.first().value<WarmStatus>();
            return last.jobId == jobId && last.state != WarmState::Running;
        };
        if (!QTest::qWaitFor(hasEnded, longestWait))
            qFatal("the warm-up did not end");
        return last;
    }
    std::vector<EntryRow> rows(EntriesQuery query = {})
    {
        query.limit = 10'000;
        return valueOf(node().entries(query)).rows;
    }
    std::vector<std::string> identities(const EntriesQuery &query = {})
    {
        std::vector<std::string> found;
        for (const EntryRow &row : rows(query))
            found.push_back(row.identity);
        return found;
    }
    std::optional<EntryRow> rowOf(const std::string &identity)
    {
        for (const EntryRow &row : rows()) {
            if (row.identity == identity)
                return row;
        }
        return std::nullopt;
    }
    // Whether nothing happened to any of them. When an entry was cached is told to the millisecond or two, because it
    // is computed from its age.
    static bool areUnchanged(std::vector<EntryRow> after, std::vector<EntryRow> before)
    {
        constexpr std::chrono::milliseconds tolerance{50};
        bool isNear = after.size() == before.size();
        for (std::size_t i = 0; isNear && i < after.size(); ++i) {
            isNear = std::chrono::abs(after[i].cachedAt - before[i].cachedAt) <= tolerance &&
                     std::chrono::abs(after[i].expiresAt - before[i].expiresAt) <= tolerance;
            after[i].cachedAt = before[i].cachedAt;
            after[i].expiresAt = before[i].expiresAt;
        }
        return isNear && after == before;
    }
    // Fills the cache with so many people. Returns: them, sorted.
    std::vector<std::string> cached(std::size_t count)
    {
        warm({RecentUsers{count}});
        std::vector<std::string> users = identities();
        if (users.size() != count)
            qFatal("%zu users are cached, not %zu", users.size(), count);
        return users;
    }

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void itSaysWhoItIs();
    void answersComeOnThisThread();
    void lookingChangesNothing();

    void pagesMakeTheList_data();
    void pagesMakeTheList();
    void theListIsSorted();
    void theListIsFiltered();

    void aPersonIsComparedWithTheRow();
    void aPersonIsPeekedAt();
    void whoSeesEverythingIsRevealedNothing();
    void aRevealNeedsAReason_data();
    void aRevealNeedsAReason();
    void aReadCounts();

    void anExpiryIsPreviewedDoneAndTakenBack();
    void anExpiryOfThoseWhoMatch();
    void anExpiryOfEverybody();
    void whatCannotBeTakenBack();
    void aRefreshReloads();
    void aRemovalCounts();
    void aCleanupCounts();
    void aPersonIsForgotten();

    void aWarmUpTellsHowFarItIs();
    void aWarmUpOfThoseWhoSpeakALanguage();
    void aWarmUpIsEstimated();
    void aWarmUpIsCancelled();
    void aWarmUpRejectsWhatIsNoIdentity();

    void eventsTellWhatHappened();
    void settingsAreReadAndChanged();
    void settingsAreRefused();
    void unknownUsersAreNoFault();
    void hostileIdentitiesAreUsers_data();
    void hostileIdentitiesAreUsers();
    void whatIsNoIdentityIsRefused_data();
    void whatIsNoIdentityIsRefused();
};

// ---- looking

inline void NodeClientContract::itSaysWhoItIs()
{
    const NodeInfo info = node().info();

    QCOMPARE(QString::fromStdString(info.name), QString("contract"));
    QVERIFY(!info.instanceId.empty() && !info.version.empty());
    QCOMPARE(info.role, std::string("operator"));
    QVERIFY(info.sampleDatabase);
    QVERIFY(info.startedAt.time_since_epoch().count() > 0);
    QVERIFY(node().link().state == LinkState::Connected);
}

inline void NodeClientContract::answersComeOnThisThread()
{
    int answers = 0;
    QThread *thread = nullptr;
    const auto take = [&](const auto &) {
        ++answers;
        thread = QThread::currentThread();
    };
    onAnswer(node().entries({}), this, take);
    onAnswer(node().settings(), this, take);
    onAnswer(node().profile("nobody"), this, take);
    QCOMPARE(answers, 0); // never from within the call

    QVERIFY(QTest::qWaitFor([&] { return answers == 3; }, longestWait));
    QCOMPARE(thread, QThread::currentThread());
}

inline void NodeClientContract::lookingChangesNothing()
{
    const std::vector<std::string> users = cached(40);
    valueOf(node().read(users.front()));
    const Stats before = stats();
    const std::vector<EntryRow> rowsBefore = rows();

    for (const std::string &user : {users.front(), users.back(), std::string("nobody")}) {
        (void)answerOf(node().profile(user));
        (void)answerOf(node().reveal(user, "ticket 4711"));
        (void)answerOf(node().peek(user));
    }
    for (const EntrySort sort : {EntrySort::Hits, EntrySort::TimeToLive, EntrySort::Language}) {
        EntriesQuery query;
        query.sort = sort;
        rows(query);
    }
    (void)valueOf(node().previewExpiry(AllUsers{}));
    (void)valueOf(node().estimateWarmUp({RecentUsers{400}}));
    (void)valueOf(node().events({}));
    (void)valueOf(node().samples(0, 1'000));
    (void)valueOf(node().settings());

    const Stats after = stats();
    QCOMPARE(after.gets, before.gets);
    QCOMPARE(after.hits, before.hits);
    QCOMPARE(after.misses(), before.misses());
    QCOMPARE(after.loads, before.loads);
    QCOMPARE(after.warmed, before.warmed);
    QCOMPARE(after.totalEntries(), before.totalEntries());
    QVERIFY(areUnchanged(rows(), rowsBefore));
}

inline void NodeClientContract::pagesMakeTheList_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<bool>("backwards");
    QTest::newRow("pages of 7") << 7 << false;
    QTest::newRow("pages of 50, the last one first") << 50 << true;
    QTest::newRow("one page") << 1'000 << false;
}

inline void NodeClientContract::pagesMakeTheList()
{
    QFETCH(const int, limit);
    QFETCH(const bool, backwards);
    const std::vector<std::string> users = cached(120);
    QCOMPARE(users.size(), 120U);
    EntriesQuery query;
    query.limit = static_cast<std::size_t>(limit);
    std::vector<std::size_t> offsets;
    for (std::size_t offset = 0; offset < users.size(); offset += query.limit)
        offsets.push_back(offset);
    if (backwards)
        std::reverse(offsets.begin(), offsets.end());

    std::vector<std::string> seen(users.size());
    for (const std::size_t offset : offsets) {
        query.offset = offset;
        const EntriesPage page = valueOf(node().entries(query));
        QCOMPARE(page.offset, offset);
        QCOMPARE(page.matching, users.size());
        QCOMPARE(page.total, users.size());
        QCOMPARE(page.rows.size(), std::min(query.limit, users.size() - offset));
        for (std::size_t i = 0; i < page.rows.size(); ++i)
            seen[offset + i] = page.rows[i].identity;
    }

    QVERIFY(seen == users);
    query.offset = users.size() + 10;
    const EntriesPage behind = valueOf(node().entries(query));
    QVERIFY(behind.rows.empty());
    QCOMPARE(behind.matching, users.size());
}

inline void NodeClientContract::theListIsSorted()
{
    const std::vector<std::string> users = cached(60);
    QVERIFY(std::is_sorted(users.begin(), users.end()));
    for (int i = 0; i < 3; ++i)
        valueOf(node().read(users[5]));
    valueOf(node().read(users[7]));
    valueOf(node().expire(TheseUsers{{users[9]}}));

    EntriesQuery query;
    query.descending = true;
    std::vector<std::string> backwards = identities(query);
    std::reverse(backwards.begin(), backwards.end());
    QVERIFY(backwards == users);
    query.sort = EntrySort::Hits;
    QCOMPARE(identities(query).front(), users[5]);
    QCOMPARE(identities(query).at(1), users[7]);
    query.sort = EntrySort::TimeToLive;
    QCOMPARE(identities(query).back(), users[9]);
    query.descending = false;
    QCOMPARE(identities(query).front(), users[9]);
    query.sort = EntrySort::Language;
    const std::vector<EntryRow> byLanguage = rows(query);
    QVERIFY(std::is_sorted(byLanguage.begin(), byLanguage.end(),
                           [](const EntryRow &a, const EntryRow &b) { return a.language < b.language; }));
    for (const EntrySort sort : {EntrySort::Voice, EntrySort::State, EntrySort::Source, EntrySort::LoadTime}) {
        query.sort = sort;
        const std::vector<std::string> list = identities(query);
        QCOMPARE(std::set<std::string>(list.begin(), list.end()).size(), users.size());
    }
}

inline void NodeClientContract::theListIsFiltered()
{
    const std::vector<std::string> users = cached(60);
    valueOf(node().expire(TheseUsers{{users[3], users[4]}}));
    const std::vector<EntryRow> all = rows();
    const auto count = [&](const auto &fits) {
        return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), fits));
    };
    EntriesQuery query;

    query.filter.state = EntryState::Expired;
    QVERIFY((identities(query) == std::vector<std::string>{users[3], users[4]}));
    EntriesPage page = valueOf(node().entries(query));
    QCOMPARE(page.matching, 2U);
    QCOMPARE(page.total, 60U);

    query.filter = {};
    query.filter.language = "es";
    page = valueOf(node().entries(query));
    QCOMPARE(page.matching, count([](const EntryRow &row) { return row.language == "es"; }));
    QCOMPARE(page.total, 60U);

    query.filter = {};
    query.filter.search = "SAMPLE-"; // without regard to case
    QCOMPARE(identities(query).size(), 60U);
    query.filter.search = users[10].substr(0, users[10].size() - 1);
    QVERIFY(!identities(query).empty());
    query.filter.search = "100% & nobody?";
    QVERIFY(identities(query).empty());
}

inline void NodeClientContract::aPersonIsComparedWithTheRow()
{
    const std::string user = cached(5).front();
    valueOf(node().expire(TheseUsers{{user}}));
    valueOf(node().read(user));

    const ProfileView view = valueOf(node().profile(user));
    const ProfileView nobody = valueOf(node().profile("nobody-at-all"));

    QCOMPARE(view.identity, user);
    QVERIFY(view.entry && view.cached && view.stored);
    QVERIFY(view.agreement == Agreement::Same);
    QVERIFY(view.differing.empty());
    QCOMPARE(view.cached->identity.text(), user);
    QCOMPARE(view.cached->nativeLanguage, view.stored->nativeLanguage);
    QCOMPARE(view.cachedVoice.id, view.storedVoice.id);
    QVERIFY(!view.cachedVoice.id.empty());
    QVERIFY(!view.masked);
    QVERIFY(view.events.size() >= 2U); // it expired, and was cached again
    QVERIFY(std::is_sorted(view.events.rbegin(), view.events.rend(),
                           [](const Event &a, const Event &b) { return a.seq < b.seq; }));
    QVERIFY(!nobody.entry && !nobody.cached && !nobody.stored);
    QVERIFY(nobody.agreement == Agreement::Absent);
    QVERIFY(!rowOf("nobody-at-all"));
}

inline void NodeClientContract::aPersonIsPeekedAt()
{
    const std::string user = cached(5).front();

    const ProfileView view = valueOf(node().peek(user));

    QVERIFY(view.entry && view.cached && !view.stored);
    QCOMPARE(view.entry->identity, user);
    QVERIFY(view.entry->state == EntryState::Active);
    QVERIFY(view.entry->expiresAt > view.entry->cachedAt);
    QCOMPARE(view.entry->source, std::string("warmup"));
    QVERIFY(codeOf(node().peek("nobody-at-all")) == ErrorCode::NotFound);
}

inline void NodeClientContract::whoSeesEverythingIsRevealedNothing()
{
    const std::string user = cached(5).front();
    const ProfileView seen = valueOf(node().profile(user));

    const ProfileView revealed = valueOf(node().reveal(user, "ticket 4711 & “why?”"));
    const ProfileView nobody = valueOf(node().reveal("nobody-at-all", "ticket 4711"));

    QVERIFY(revealed.entry && revealed.cached && revealed.stored);
    QVERIFY(!revealed.masked);
    QVERIFY(*revealed.cached == *seen.cached && *revealed.stored == *seen.stored);
    QVERIFY(nobody.agreement == Agreement::Absent && !nobody.entry);
    EventsQuery reveals;
    reveals.kind = EventKind::Revealed;
    QVERIFY(valueOf(node().events(reveals)).empty());
}

inline void NodeClientContract::aRevealNeedsAReason_data()
{
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("blanks") << QByteArray("   ");
    QTest::newRow("two lines") << QByteArray("a\nb");
    QTest::newRow("two lines by a separator") << QByteArray("a\xE2\x80\xA8"
                                                            "b");
    QTest::newRow("a NUL") << QByteArray("a\0b", 3);
    QTest::newRow("no UTF-8") << QByteArray("a\xFF");
    QTest::newRow("201 characters") << QByteArray(201, 'a');
}

inline void NodeClientContract::aRevealNeedsAReason()
{
    QFETCH(const QByteArray, reason);
    const std::string user = cached(1).front();

    QVERIFY(codeOf(node().reveal(user, reason.toStdString())) == ErrorCode::InvalidArgument);
    QVERIFY(answerOf(node().reveal(user, std::string(200, 'a'))));
}

inline void NodeClientContract::aReadCounts()
{
    const std::string user = cached(5).front();
    valueOf(node().remove({user}));
    const Stats before = stats();

    const ProfileReading miss = valueOf(node().read(user));
    const ProfileReading hit = valueOf(node().read(user));

    QCOMPARE(miss.servedAs, std::string("miss"));
    QCOMPARE(hit.servedAs, std::string("hit"));
    QCOMPARE(hit.profile->identity.text(), user);
    QVERIFY(!hit.voice.id.empty());
    QVERIFY(hit.took.count() > 0);
    QCOMPARE(stats().hits, before.hits + 1);
    QCOMPARE(stats().misses(), before.misses() + 1);
    QVERIFY(codeOf(node().read("nobody-at-all")) == ErrorCode::NotFound);
    QVERIFY(valueOf(node().profile("nobody-at-all")).agreement == Agreement::Absent); // it was not created
}

} // namespace hearth

#include "tests/contract/NodeClientActs.h"
