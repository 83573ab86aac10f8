// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/TtlCache.h"
#include "tests/core/cache/TtlCacheFixture.h"

#include <QtTest>

#include <semaphore>
#include <thread>
#include <utility>

using namespace hearth;
using namespace std::chrono_literals;

// What expires leaves, when and how many; and what does not.
class tst_TtlCacheCleanup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<TtlCacheFixture>(); }
    void cleanup()
    {
        QCOMPARE(m_fixture->whatIsWrong(), QString());
        m_fixture.reset();
    }

    void removesExactlyWhatIsExpired_data();
    void removesExactlyWhatIsExpired();
    void anEntryRefreshedMeanwhileSurvives();
    void anEntryThatExpiresMeanwhileIsTakenOrLeftButCounted();
    void twoAtOnceSumToTheExpired();
    void itsCostFollowsTheExpired_data();
    void itsCostFollowsTheExpired();
    void countingTheExpiredAgainCostsNothing();
    void theExpiredAreCountedRightWhateverHappensToThem();
    void aLockHoldRemovesABoundedNumber();
    void whatCanStillBeServedMayStay();
    void itCanBeStopped();
    void whatIsKeptDoesNotHideWhatIsNot();
    void whatAnEarlierCleanupKeptIsLookedAtAgain();
    void aForcedExpiryCanBeTakenBack();
    void whatBecameOfItSinceCannotBeTakenBack_data();
    void whatBecameOfItSinceCannotBeTakenBack();
    void removeIfReadBeforeSparesANewerEntry_data();
    void removeIfReadBeforeSparesANewerEntry();

private:
    TtlCacheFixture &f() { return *m_fixture; }

    std::unique_ptr<TtlCacheFixture> m_fixture;
};

void tst_TtlCacheCleanup::removesExactlyWhatIsExpired_data()
{
    QTest::addColumn<int>("active");
    QTest::addColumn<int>("expired");
    QTest::addColumn<int>("forced");
    QTest::addColumn<QString>("result");

    QTest::newRow("nothing there") << 0 << 0 << 0 << "0 before, 0 removed, 0 after";
    QTest::newRow("nothing expired") << 10 << 0 << 0 << "10 before, 0 removed, 10 after";
    QTest::newRow("some of each") << 10 << 5 << 3 << "18 before, 8 removed, 10 after";
    QTest::newRow("all expired") << 0 << 7 << 0 << "7 before, 7 removed, 0 after";
    QTest::newRow("many batches") << 1000 << 5000 << 3000 << "9000 before, 8000 removed, 1000 after";
}

void tst_TtlCacheCleanup::removesExactlyWhatIsExpired()
{
    QFETCH(int, active);
    QFETCH(int, expired);
    QFETCH(int, forced);
    QFETCH(QString, result);
    f().insertMany(expired, "expired", 1s);
    f().insertMany(active, "active", 2s);
    f().insertMany(forced, "forced", 1h);
    f().cache.expireIf([](std::string_view key, int, const EntryFacts &) { return key.starts_with("forced"); });
    f().clock.advance(1s + 1ns);
    QCOMPARE(f().size(), QStringLiteral("%1 active, %2 expired").arg(active).arg(expired + forced));

    QCOMPARE(f().cleanUp(), result);

    QCOMPARE(f().size(), QStringLiteral("%1 active, 0 expired").arg(active));
    QCOMPARE(f().cleanUp(), QStringLiteral("%1 before, 0 removed, %1 after").arg(active));
}

void tst_TtlCacheCleanup::anEntryRefreshedMeanwhileSurvives()
{
    f().insertMany(5000, "user", 1s);
    f().clock.advance(2s);

    std::vector<std::string> refreshed;
    {
        const SeqPoint::Hook refresh("TtlCache.cleanup.betweenBatches", [&] {
            if (!refreshed.empty())
                return;
            f().cache.forEach([&](std::string_view key, int, const EntryFacts &) { refreshed.emplace_back(key); });
            for (const std::string &key : refreshed)
                f().insert(key, 7, 1h);
        });
        const CleanupResult result = f().cache.cleanup();
        QCOMPARE(result.removed, 5000 - refreshed.size());
        QCOMPARE(result.after, std::uint64_t{refreshed.size()});
    }

    QVERIFY(refreshed.size() > 1000); // one batch had gone, the rest was refreshed
    for (const std::string &key : refreshed)
        QCOMPARE(f().lookUp(key), QStringLiteral("7"));
}

void tst_TtlCacheCleanup::anEntryThatExpiresMeanwhileIsTakenOrLeftButCounted()
{
    f().insertMany(1000, "user", 1s);

    const SeqPoint::Hook pass("TtlCache.cleanup.betweenBatches", [&] { f().clock.advance(1s); });
    const CleanupResult result = f().cache.cleanup();

    QVERIFY(result.removed > 0);
    QCOMPARE(result.before, std::uint64_t{1000});
    QCOMPARE(result.after, 1000 - result.removed);
    QCOMPARE(f().cache.size().total(), result.after);
}

void tst_TtlCacheCleanup::twoAtOnceSumToTheExpired()
{
    f().insertMany(3000, "expired", 1s);
    f().insertMany(500, "active", 1h);
    f().clock.advance(2s);

    // The first stops after its first batch until the second has removed 1,000 and some; then both go on.
    std::binary_semaphore firstIsUnderWay{0};
    std::binary_semaphore secondIsUnderWay{0};
    const auto firstThread = std::this_thread::get_id();
    int firstPasses = 0;
    int secondPasses = 0;
    const SeqPoint::Hook meet("TtlCache.cleanup.betweenBatches", [&] {
        if (std::this_thread::get_id() == firstThread) {
            if (++firstPasses == 1) {
                firstIsUnderWay.release();
                secondIsUnderWay.acquire();
            }
        } else if (++secondPasses == 20) {
            secondIsUnderWay.release();
        }
    });
    CleanupResult second;
    std::thread other([&] {
        firstIsUnderWay.acquire();
        second = f().cache.cleanup();
    });
    const CleanupResult first = f().cache.cleanup();
    other.join();

    QVERIFY(first.removed > 0);
    QVERIFY(second.removed > 0);
    QCOMPARE(first.removed + second.removed, std::uint64_t{3000});
    QCOMPARE(f().size(), QStringLiteral("500 active, 0 expired"));
}

void tst_TtlCacheCleanup::itsCostFollowsTheExpired_data()
{
    QTest::addColumn<int>("cached");
    QTest::addColumn<int>("expired");

    QTest::newRow("none of a thousand") << 1'000 << 0;
    QTest::newRow("none of a hundred thousand") << 100'000 << 0;
    QTest::newRow("a hundred of a thousand") << 1'000 << 100;
    QTest::newRow("a hundred of a hundred thousand") << 100'000 << 100;
    QTest::newRow("all of a thousand") << 0 << 1'000;
}

// Counted in entries looked at: at most what it removes, and one that has not expired in each shard.
void tst_TtlCacheCleanup::itsCostFollowsTheExpired()
{
    QFETCH(int, cached);
    QFETCH(int, expired);
    f().insertMany(cached, "active", 1h);
    f().insertMany(expired, "expired", 1s);
    f().clock.advance(2s);

    const CleanupResult result = f().cache.cleanup();

    QCOMPARE(result.removed, static_cast<std::uint64_t>(expired));
    QVERIFY(result.examined >= result.removed);
    QVERIFY2(result.examined <= result.removed + 64, std::to_string(result.examined).c_str());
}

void tst_TtlCacheCleanup::countingTheExpiredAgainCostsNothing()
{
    f().insertMany(10'000, "expired", 1s);
    f().insertMany(1'000, "later", 10s);
    f().clock.advance(2s);
    int lockHolds = 0;
    const SeqPoint::Hook watch("TtlCache.size.betweenBatches", [&lockHolds] { ++lockHolds; });

    QCOMPARE(f().cache.size().expired, 10'000U);
    QVERIFY2(lockHolds > 10'000 / 64, std::to_string(lockHolds).c_str());
    lockHolds = 0;
    QCOMPARE(f().cache.size().expired, 10'000U);
    const int idle = lockHolds;
    f().clock.advance(9s);
    lockHolds = 0;
    QCOMPARE(f().cache.size().expired, 11'000U);

    QVERIFY2(idle <= 64, std::to_string(idle).c_str()); // one for each shard, however many there are
    QVERIFY2(lockHolds <= idle + 1'000 / 64 + 1, std::to_string(lockHolds).c_str());
}

void tst_TtlCacheCleanup::theExpiredAreCountedRightWhateverHappensToThem()
{
    auto &cache = f().cache;
    const auto expired = [&] {
        std::uint64_t count = 0; // the slow way
        const MonotonicTime now = f().clock.now();
        cache.forEach([&](std::string_view, const auto &, const EntryFacts &facts) {
            count += facts.forced || now > facts.deadline ? 1 : 0;
        });
        return count;
    };
    TtlCacheFixture::Load slow = f().beginLoad("0");
    std::uint32_t random = 1;
    for (int step = 0; step < 20'000; ++step) {
        random = random * 1664525 + 1013904223;
        const std::string key = std::to_string((random >> 8) % 300);
        switch ((random >> 20) % 8) {
        case 0:
            cache.expire(key);
            break;
        case 1:
            cache.remove(key);
            break;
        case 2:
            f().clock.advance(std::chrono::milliseconds((random >> 24) * 10));
            break;
        case 3:
            if (step % 50 == 0)
                cache.cleanup();
            break;
        case 4:
            if (step % 200 == 0)
                cache.expireAll();
            break;
        case 5: // a load so slow that its value may have expired when it comes
            f().endLoad(slow, step, 1s);
            slow = f().beginLoad(key);
            break;
        default:
            f().insert(key, step, std::chrono::seconds((random >> 16) % 60 + 1));
        }
        if (step % 7 == 0)
            QCOMPARE(cache.size().expired, expired());
    }
    QCOMPARE(f().whatIsWrong(), QString());
}

void tst_TtlCacheCleanup::aLockHoldRemovesABoundedNumber()
{
    f().insertMany(10'000, "expired", 1s);
    f().clock.advance(2s);

    std::uint64_t left = 10'000;
    std::uint64_t largestStep = 0;
    const SeqPoint::Hook watch("TtlCache.cleanup.betweenBatches", [&] {
        const std::uint64_t now = f().cache.size().total();
        largestStep = std::max(largestStep, left - now);
        left = now;
    });
    f().cache.cleanup();

    QCOMPARE(left, std::uint64_t{0});
    QCOMPARE(largestStep, std::uint64_t{64});
}

void tst_TtlCacheCleanup::whatCanStillBeServedMayStay()
{
    f().insertMany(200, "old", 1min);
    f().insertMany(300, "late", 10min);
    f().insertMany(100, "forced", 10min);
    f().insertMany(50, "active", 1h);
    f().cache.expireIf([](std::string_view key, int, const EntryFacts &) { return key.starts_with("forced"); });
    f().clock.advance(11min);

    const CleanupResult result = f().cache.cleanup({5min, {}});

    QCOMPARE(result.removed, 300U); // too old, and those whose expiry was forced
    QCOMPARE(result.keptStale, 300U);
    QCOMPARE(f().size(), QStringLiteral("50 active, 300 expired"));
    f().clock.advance(4min); // to the end of the grace
    QCOMPARE(f().cache.cleanup({5min, {}}).removed, 0U);
    f().clock.advance(1ns);
    QCOMPARE(f().cache.cleanup({5min, {}}).removed, 300U);
}

void tst_TtlCacheCleanup::itCanBeStopped()
{
    f().insertMany(100'000, "user", 1s);
    f().clock.advance(2s);
    std::stop_source stop;
    int holds = 0;
    const SeqPoint::Hook watch("TtlCache.cleanup.betweenBatches", [&] {
        if (++holds == 10)
            stop.request_stop();
    });

    const CleanupResult result = f().cache.cleanup({0s, stop.get_token()});

    QVERIFY(result.removed > 0 && result.removed < 1000);
    QCOMPARE(result.after, 100'000 - result.removed);
    QCOMPARE(f().whatIsWrong(), QString());
    QCOMPARE(f().cache.cleanup().removed, result.after); // the next one does the rest
}

// What changes between two holds neither hides nor spares anybody.
void tst_TtlCacheCleanup::whatIsKeptDoesNotHideWhatIsNot()
{
    m_fixture = std::make_unique<TtlCacheFixture>(1000); // one shard
    f().insertMany(64, "stale", 1s);
    f().insertMany(64, "forced", 1s);
    f().clock.advance(2s);
    f().cache.size(); // the stale ones come first
    f().cache.expireIf([](std::string_view key, int, const EntryFacts &) { return key.starts_with("forced"); });
    bool isRefreshed = false;
    CleanupResult result;
    {
        const SeqPoint::Hook refresh("TtlCache.cleanup.betweenBatches", [&] {
            if (!std::exchange(isRefreshed, true))
                f().insertMany(64, "stale", 1h);
        });
        result = f().cache.cleanup({1h, {}});
    }

    QCOMPARE(result.removed, 64U);
    QCOMPARE(f().size(), QStringLiteral("64 active, 0 expired"));
}

void tst_TtlCacheCleanup::whatAnEarlierCleanupKeptIsLookedAtAgain()
{
    m_fixture = std::make_unique<TtlCacheFixture>(1000);
    f().insertMany(128, "user", 1s);
    f().clock.advance(2s);
    std::stop_source stop;
    {
        const SeqPoint::Hook stopSoon("TtlCache.cleanup.betweenBatches", [&] { stop.request_stop(); });
        f().cache.cleanup({1h, stop.get_token()});
        f().cache.cleanup({1h, {}});
    }
    QCOMPARE(f().size(), QStringLiteral("0 active, 128 expired"));

    QCOMPARE(f().cache.cleanup().removed, 128U);
}

void tst_TtlCacheCleanup::aForcedExpiryCanBeTakenBack()
{
    f().insert("ada", 7, 30min);
    f().cache.expire("ada");
    const Generation expired = f().cache.generation("ada");
    f().clock.advance(10min);

    QVERIFY(f().cache.undoExpire("ada", expired));

    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
    QCOMPARE(f().size(), QStringLiteral("1 active, 0 expired"));
    QVERIFY(!f().cache.undoExpire("ada", expired)); // there is nothing to take back any more
    f().clock.advance(20min + 1ns);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("expired")); // on its old deadline
}

using Act = std::function<void(TtlCacheFixture &)>;
Q_DECLARE_METATYPE(Act)

void tst_TtlCacheCleanup::whatBecameOfItSinceCannotBeTakenBack_data()
{
    QTest::addColumn<Act>("act");
    QTest::addColumn<QString>("answer");
    QTest::newRow("expired again") << Act([](TtlCacheFixture &f) { f.cache.expire("ada"); }) << "invalidated";
    QTest::newRow("removed") << Act([](TtlCacheFixture &f) { f.cache.remove("ada"); }) << "invalidated";
    QTest::newRow("reloaded") << Act([](TtlCacheFixture &f) { f.insert("ada", 8); }) << "8";
    QTest::newRow("cleaned up") << Act([](TtlCacheFixture &f) { f.cache.cleanup(); }) << "invalidated";
    QTest::newRow("all expired") << Act([](TtlCacheFixture &f) { f.cache.expireAll(); }) << "invalidated";
    QTest::newRow("too late") << Act([](TtlCacheFixture &f) { f.clock.advance(31min); }) << "expired";
}

void tst_TtlCacheCleanup::whatBecameOfItSinceCannotBeTakenBack()
{
    QFETCH(Act, act);
    QFETCH(QString, answer);
    f().insert("ada", 7, 30min);
    f().cache.expire("ada");
    const Generation expired = f().cache.generation("ada");
    act(f());

    QVERIFY(!f().cache.undoExpire("ada", expired));

    QCOMPARE(f().lookUp("ada"), answer);
}

void tst_TtlCacheCleanup::removeIfReadBeforeSparesANewerEntry_data()
{
    QTest::addColumn<std::chrono::nanoseconds>("cachedAfter");
    QTest::addColumn<bool>("removed");

    QTest::newRow("an older entry") << std::chrono::nanoseconds(-1) << true;
    QTest::newRow("an entry of the same moment") << std::chrono::nanoseconds(0) << true;
    QTest::newRow("a newer entry") << std::chrono::nanoseconds(1) << false;
}

void tst_TtlCacheCleanup::removeIfReadBeforeSparesANewerEntry()
{
    QFETCH(std::chrono::nanoseconds, cachedAfter);
    QFETCH(bool, removed);
    const MonotonicTime foundNoRow = f().clock.now();
    f().clock.advance(cachedAfter);
    f().insert("ada", 7);
    const Generation generation = f().cache.generation("ada");

    QCOMPARE(f().cache.removeIfReadBefore("ada", foundNoRow), removed);

    QCOMPARE(f().isPresent("ada"), !removed);
    QCOMPARE(f().cache.generation("ada"), generation);
    QVERIFY(!f().cache.removeIfReadBefore("nobody", foundNoRow));
}

QTEST_APPLESS_MAIN(tst_TtlCacheCleanup)
#include "tst_TtlCacheCleanup.moc"
