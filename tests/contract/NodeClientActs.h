// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the suite that acts. Included by NodeClientContract.h only.
#pragma once

#include "tests/contract/NodeClientContract.h"

namespace hearth {

inline void NodeClientContract::anExpiryIsPreviewedDoneAndTakenBack()
{
    const std::vector<std::string> users = cached(20);
    const TheseUsers three{{users[0], users[1], users[2], "nobody-at-all"}};
    const std::vector<EntryRow> before = rows();

    const ExpiryPreview preview = valueOf(node().previewExpiry(three));
    QCOMPARE(preview.count, 3U);
    QVERIFY((preview.examples == std::vector<std::string>{users[0], users[1], users[2]}));
    QVERIFY(areUnchanged(rows(), before));

    const ExpiryOutcome outcome = valueOf(node().expire(three));
    QCOMPARE(outcome.expired, 3U);
    QVERIFY(!outcome.undoId.empty());
    QVERIFY(rowOf(users[1])->state == EntryState::Expired);
    QVERIFY(rowOf(users[1])->expiryForced);
    QCOMPARE(valueOf(node().previewExpiry(three)).count, 0U);

    QCOMPARE(valueOf(node().read(users[2])).servedAs, std::string("miss")); // reloaded since
    const UndoOutcome undone = valueOf(node().undoExpiry(outcome.undoId));
    QCOMPARE(undone.restored, 2U);
    QVERIFY(undone.skipped >= 1U);
    QVERIFY(rowOf(users[1])->state == EntryState::Active);
    QVERIFY(codeOf(node().undoExpiry(outcome.undoId)) == ErrorCode::NotFound);
}

inline void NodeClientContract::anExpiryOfThoseWhoMatch()
{
    cached(60);
    EntriesQuery spanish;
    spanish.filter.language = "es";
    const std::size_t count = identities(spanish).size();
    QVERIFY(count > 0);

    const ExpiryPreview preview = valueOf(node().previewExpiry(MatchingUsers{spanish.filter}));
    const ExpiryOutcome outcome = valueOf(node().expire(MatchingUsers{spanish.filter}));

    QCOMPARE(preview.count, count);
    QVERIFY(preview.examples.size() == std::min<std::size_t>(count, 10));
    QCOMPARE(outcome.expired, count);
    QCOMPARE(stats().expiredEntries, count);
    QCOMPARE(valueOf(node().undoExpiry(outcome.undoId)).restored, count);
}

inline void NodeClientContract::anExpiryOfEverybody()
{
    cached(30);
    QCOMPARE(valueOf(node().previewExpiry(AllUsers{})).count, 30U);
    QCOMPARE(valueOf(node().expire(AllUsers{})).expired, 30U);
    QCOMPARE(stats().activeEntries, 0U);
    QCOMPARE(valueOf(node().expire(TheseUsers{})).expired, 0U); // nobody is not everybody
    QCOMPARE(valueOf(node().previewExpiry(TheseUsers{})).count, 0U);
}

inline void NodeClientContract::whatCannotBeTakenBack()
{
    for (const char *id : {"", "1", "nothing", "../../x", "%2F", "a/b", "\xE2\x80\xAE"})
        QVERIFY2(codeOf(node().undoExpiry(id)) == ErrorCode::NotFound, id);
}

inline void NodeClientContract::aRefreshReloads()
{
    const std::vector<std::string> users = cached(20);
    valueOf(node().expire(TheseUsers{{users[0]}}));
    valueOf(node().remove({users[1]}));

    QCOMPARE(valueOf(node().refresh({users[0], users[1], users[2], "nobody-at-all"})), 3U);

    QVERIFY(rowOf(users[0])->state == EntryState::Active);
    QVERIFY(rowOf(users[1])->state == EntryState::Active);
    QVERIFY(codeOf(node().refresh({"nobody-at-all"})) == ErrorCode::NotFound);
    QCOMPARE(valueOf(node().refresh({})), 0U);
}

inline void NodeClientContract::aRemovalCounts()
{
    const std::vector<std::string> users = cached(20);

    QCOMPARE(valueOf(node().remove({users[0], users[1], "nobody-at-all"})), 2U);

    QCOMPARE(identities().size(), 18U);
    QCOMPARE(valueOf(node().remove({users[0]})), 0U);
    QCOMPARE(valueOf(node().remove({})), 0U);
}

inline void NodeClientContract::aCleanupCounts()
{
    const std::vector<std::string> users = cached(20);
    valueOf(node().expire(TheseUsers{{users[0], users[1], users[2]}}));

    const CleanupOutcome outcome = valueOf(node().cleanUp());

    QCOMPARE(outcome.initialCount, 20U);
    QCOMPARE(outcome.removed, 3U);
    QCOMPARE(outcome.finalCount, 17U);
    QCOMPARE(outcome.keptStale, 0U);
    QCOMPARE(valueOf(node().cleanUp()).removed, 0U);
}

inline void NodeClientContract::aPersonIsForgotten()
{
    const std::string user = cached(5).front();
    valueOf(node().expire(TheseUsers{{user}}));
    EventsQuery ofUser;
    ofUser.user = user;
    QVERIFY(!valueOf(node().events(ofUser)).empty());

    QVERIFY(answerOf(node().erase(user)));

    QVERIFY(codeOf(node().peek(user)) == ErrorCode::NotFound);
    QVERIFY(valueOf(node().events(ofUser)).empty());
    QVERIFY(answerOf(node().erase("nobody-at-all")));
}

inline void NodeClientContract::aWarmUpTellsHowFarItIs()
{
    QSignalSpy progress(&node(), &NodeClient::warmUpProgressed);
    const std::uint64_t first = valueOf(node().warmUp({RecentUsers{50}}));
    const WarmStatus status = endOf(first, progress);
    const WarmStatus again = warm({RecentUsers{80}});

    QVERIFY(status.state == WarmState::Done);
    QCOMPARE(status.requested, 50U);
    QCOMPARE(status.done, 50U);
    QCOMPARE(status.warmed, 50U);
    QVERIFY(again.jobId != first);
    QCOMPARE(again.alreadyCached, 50U);
    QCOMPARE(again.warmed, 30U);
    QCOMPARE(identities().size(), 80U);
}

inline void NodeClientContract::aWarmUpOfThoseWhoSpeakALanguage()
{
    const WarmStatus status = warm({UsersOfLanguage{"yo"}});

    QVERIFY(status.state == WarmState::Done);
    QVERIFY(status.warmed > 0);
    const std::vector<EntryRow> all = rows();
    QCOMPARE(all.size(), status.warmed);
    QVERIFY(std::all_of(all.begin(), all.end(), [](const EntryRow &row) { return row.language == "yo"; }));
}

inline void NodeClientContract::aWarmUpIsEstimated()
{
    const std::vector<std::string> users = cached(10);

    const WarmEstimate recent = valueOf(node().estimateWarmUp({RecentUsers{30}}));
    const WarmEstimate named = valueOf(node().estimateWarmUp({TheseIdentities{{users[0], "somebody", "a\nb"}}}));

    QCOMPARE(recent.requested, 30U);
    QCOMPARE(recent.alreadyCached, 10U);
    QCOMPARE(recent.toLoad, 20U);
    QVERIFY(recent.queries >= 1U);
    QCOMPARE(named.requested, 3U);
    QCOMPARE(named.alreadyCached, 1U);
    QCOMPARE(named.toLoad, 1U);
    QCOMPARE(identities().size(), 10U);
}

inline void NodeClientContract::aWarmUpIsCancelled()
{
    QSignalSpy progress(&node(), &NodeClient::warmUpProgressed);
    const std::uint64_t jobId = valueOf(node().warmUp({RecentUsers{400}, 1})); // a second for each

    node().cancelWarmUp(jobId);
    node().cancelWarmUp(jobId + 100);

    const WarmStatus status = endOf(jobId, progress);
    QVERIFY(status.state == WarmState::Cancelled);
    QVERIFY(status.done < 400U);
}

inline void NodeClientContract::aWarmUpRejectsWhatIsNoIdentity()
{
    const std::string user = cached(1).front();
    valueOf(node().remove({user}));

    const WarmStatus status = warm({TheseIdentities{{user, "a\nb", "nobody-at-all", "\xFF"}}});

    QVERIFY(status.state == WarmState::Done);
    QCOMPARE(status.requested, 4U);
    QCOMPARE(status.warmed, 1U);
    QCOMPARE(status.notFound, 1U);
    QCOMPARE(status.failed, 2U);
    QVERIFY((status.failedUsers == std::vector<std::string>{"a\nb", "\xFF"}));
    QVERIFY2(status.problem.starts_with("Line 2: "), status.problem.c_str());
    QVERIFY(codeOf(node().warmUp({TheseIdentities{{"a\nb"}}})) == ErrorCode::InvalidArgument);
}

// ---- the rest

inline void NodeClientContract::eventsTellWhatHappened()
{
    const std::vector<std::string> users = cached(20);
    valueOf(node().expire(TheseUsers{{users[0], users[1]}}));
    valueOf(node().cleanUp());

    const std::vector<Event> all = valueOf(node().events({}));
    QVERIFY(all.size() > 3U);
    QVERIFY(std::is_sorted(all.begin(), all.end(), [](const Event &a, const Event &b) { return a.seq < b.seq; }));

    EventsQuery query;
    query.kind = EventKind::Expired;
    const std::vector<Event> expiries = valueOf(node().events(query));
    QVERIFY(!expiries.empty());
    QCOMPARE(expiries.back().count, 2U);
    QVERIFY(!expiries.back().who.empty());
    QVERIFY(expiries.back().users && *expiries.back().users == (std::vector<std::string>{users[0], users[1]}));

    query = {};
    query.user = users[1];
    const std::vector<Event> ofUser = valueOf(node().events(query));
    QVERIFY(!ofUser.empty());
    QVERIFY(std::all_of(ofUser.begin(), ofUser.end(), [&](const Event &event) { return concerns(event, users[1]); }));

    query = {};
    query.since = all.back().seq;
    QVERIFY(valueOf(node().events(query)).empty());
    query.since = 0;
    query.limit = 2;
    const std::vector<Event> newest = valueOf(node().events(query));
    QCOMPARE(newest.size(), 2U);
    QCOMPARE(newest.back().seq, all.back().seq);
}

inline void NodeClientContract::settingsAreReadAndChanged()
{
    const LiveSettings before = valueOf(node().settings());
    QVERIFY(before.ttl == std::chrono::seconds(1'800));
    QVERIFY(before.cleanupInterval == std::chrono::seconds(600));

    LiveSettingsChange change;
    change.ttl = std::chrono::seconds(900);
    change.maxEntries = 5'000;
    change.refreshAhead = 0.5;
    const LiveSettings changed = valueOf(node().changeSettings(change));
    const LiveSettings after = valueOf(node().settings());

    QVERIFY(changed.ttl == std::chrono::seconds(900) && after.ttl == changed.ttl);
    QCOMPARE(after.maxEntries, changed.maxEntries);
    QCOMPARE(after.refreshAhead, 0.5);
    QVERIFY(after.cleanupInterval == before.cleanupInterval);
    QVERIFY(after.staleGrace == before.staleGrace);
    QCOMPARE(rows().size(), 0U);
    cached(1);
    QVERIFY(rows().front().ttl <= std::chrono::seconds(900)); // jitter only ever shortens
}

inline void NodeClientContract::settingsAreRefused()
{
    const LiveSettings before = valueOf(node().settings());
    const auto refuses = [&](const std::function<void(LiveSettingsChange &)> &set) {
        LiveSettingsChange change;
        change.staleGrace = std::chrono::seconds(77); // allowed: but one wrong value is enough
        set(change);
        return codeOf(node().changeSettings(change)) == ErrorCode::InvalidArgument;
    };

    QVERIFY(refuses([](LiveSettingsChange &change) { change.ttl = std::chrono::seconds(0); }));
    QVERIFY(refuses([](LiveSettingsChange &change) { change.ttl = std::chrono::seconds(-5); }));
    QVERIFY(refuses([](LiveSettingsChange &change) { change.ttl = std::chrono::hours(24 * 31); }));
    QVERIFY(refuses([](LiveSettingsChange &change) { change.cleanupInterval = std::chrono::seconds(0); }));
    QVERIFY(refuses([](LiveSettingsChange &change) { change.cleanupInterval = std::chrono::hours(25); }));
    QVERIFY(refuses([](LiveSettingsChange &change) { change.refreshAhead = 0.95; }));
    QVERIFY(refuses([](LiveSettingsChange &change) { change.refreshAhead = -0.1; }));
    QVERIFY(valueOf(node().settings()).staleGrace == before.staleGrace);
}

inline void NodeClientContract::unknownUsersAreNoFault()
{
    const WarmStatus status = warm({TheseIdentities{{"nobody-1", "nobody-2"}}});

    QVERIFY(status.state == WarmState::Done);
    QCOMPARE(status.notFound, 2U);
    QCOMPARE(status.failed, 0U);
    QCOMPARE(valueOf(node().expire(TheseUsers{{"nobody-1"}})).expired, 0U);
    QCOMPARE(identities().size(), 0U);
}

inline void NodeClientContract::hostileIdentitiesAreUsers_data()
{
    QTest::addColumn<QString>("identity");
    for (const char *identity : {"a/../b",
                                 "a/b",
                                 "//",
                                 "%2F",
                                 "%2e%2e",
                                 "%00",
                                 "a?b=c#d",
                                 "a+b&c=d",
                                 "' OR 1=1--",
                                 "{id}",
                                 "<img src=x>",
                                 "=cmd|' /C calc'!A0",
                                 " ",
                                 "ü",
                                 "\xF0\x9F\x98\x80",
                                 "\xE2\x80\xAEoof",
                                 "\\",
                                 "\"",
                                 "...",
                                 "a;b,c",
                                 "null"})
        QTest::newRow(identity) << QString::fromUtf8(identity);
    QTest::newRow("255 characters") << QString(255, QChar(0x20AC));
}

inline void NodeClientContract::hostileIdentitiesAreUsers()
{
    QFETCH(const QString, identity);
    const std::string user = identity.toStdString();

    const ProfileView view = valueOf(node().profile(user));
    QCOMPARE(view.identity, user);
    QVERIFY(view.agreement == Agreement::Absent);
    QCOMPARE(valueOf(node().reveal(user, "ticket 4711")).identity, user);
    QVERIFY(codeOf(node().peek(user)) == ErrorCode::NotFound);
    QVERIFY(codeOf(node().read(user)) == ErrorCode::NotFound);
    QVERIFY(codeOf(node().refresh({user})) == ErrorCode::NotFound);
    QCOMPARE(valueOf(node().remove({user})), 0U);
    QCOMPARE(valueOf(node().expire(TheseUsers{{user}})).expired, 0U);
    QCOMPARE(warm({TheseIdentities{{user}}}).notFound, 1U);
    EntriesQuery search;
    search.filter.search = user;
    QVERIFY(answerOf(node().entries(search)));
    EventsQuery ofUser;
    ofUser.user = user;
    const std::vector<Event> events = valueOf(node().events(ofUser));
    for (const Event &event : events)
        QVERIFY(concerns(event, user));
    QVERIFY(answerOf(node().erase(user)));
}

inline void NodeClientContract::whatIsNoIdentityIsRefused_data()
{
    QTest::addColumn<QByteArray>("identity");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a line break") << QByteArray("a\nb");
    QTest::newRow("a NUL") << QByteArray("a\0b", 3);
    QTest::newRow("no UTF-8") << QByteArray("a\xFF");
    QTest::newRow("overlong") << QByteArray("\xC0\xAF");
    QTest::newRow("a surrogate") << QByteArray("\xED\xA0\x80");
    QTest::newRow("256 characters") << QByteArray(256, 'a');
}

inline void NodeClientContract::whatIsNoIdentityIsRefused()
{
    QFETCH(const QByteArray, identity);
    const std::string user = identity.toStdString();
    const auto isRefused = [](const auto &future) { return codeOf(future) == ErrorCode::InvalidArgument; };

    QVERIFY(isRefused(node().profile(user)));
    QVERIFY(isRefused(node().peek(user)));
    QVERIFY(isRefused(node().reveal(user, "ticket 4711")));
    QVERIFY(isRefused(node().read(user)));
    QVERIFY(isRefused(node().refresh({user})));
    QVERIFY(isRefused(node().remove({user})));
    QVERIFY(isRefused(node().expire(TheseUsers{{user}})));
    QVERIFY(isRefused(node().previewExpiry(TheseUsers{{user}})));
    QVERIFY(isRefused(node().warmUp({TheseIdentities{{user}}})));
    QVERIFY(isRefused(node().estimateWarmUp({TheseIdentities{{user}}})));
    QVERIFY(isRefused(node().erase(user)));
}

} // namespace hearth
