// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/TtlCache.h"
#include "tests/core/cache/TtlCacheFixture.h"

#include <QtTest>

#include <functional>

using namespace hearth;
using namespace std::chrono_literals;

using Duration = std::chrono::nanoseconds;
using Invalidation = std::function<void(TtlCacheFixture &)>;
Q_DECLARE_METATYPE(Invalidation)

namespace {

// Counts how often it is read.
class CountingClock final : public Clock
{
public:
    MonotonicTime now() const override
    {
        ++reads;
        return MonotonicTime(1h);
    }
    WallTime wallNow() const override { return {}; }

    mutable int reads = 0;
};

} // namespace

// No value is returned that is too old, or that was read before somebody said that it no longer holds.
class tst_TtlCacheFreshness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<TtlCacheFixture>(); }
    void cleanup()
    {
        QCOMPARE(m_fixture->whatIsWrong(), QString());
        m_fixture.reset();
    }

    void anEntryIsActiveUpToItsDeadline_data();
    void anEntryIsActiveUpToItsDeadline();
    void ageCountsFromWhenTheQueryWasSent();
    void readingDoesNotExtendTheTtl();
    void wallClockJumpsChangeNoExpiry_data();
    void wallClockJumpsChangeNoExpiry();
    void ttlsLongerThanTheUptimeWork();
    void deadlinesSaturate();
    void theClockIsReadAfterTheEntryIsFound();

    void aLoadFromBeforeAnInvalidationIsNotStored_data();
    void aLoadFromBeforeAnInvalidationIsNotStored();
    void aMissCarriesTheGenerationOfItsLoad();
    void theGenerationsOfAllAreThoseOfEach();
    void generationsCountedOnAreThoseOfTheCache();
    void anInvalidationHoldsForLoadsThatEndWhileItRuns();
    void aLoadThatBeganAfterTheFlushOfAllIsSpared();
    void generationsNeverComeBack();
    void anOlderReadDoesNotReplaceANewerOne();
    void anOlderReadDoesNotFollowANewerOneThatLeft_data();
    void anOlderReadDoesNotFollowANewerOneThatLeft();
    void afterAForcedExpiryOnlyTheGenerationCounts();

    void aForcedEntryStaysAsExpired();
    void expiringTellsWhatBecameExpired();
    void expireIfPicksByKeyValueAndFacts();

private:
    TtlCacheFixture &f() { return *m_fixture; }

    std::unique_ptr<TtlCacheFixture> m_fixture;
};

void tst_TtlCacheFreshness::anEntryIsActiveUpToItsDeadline_data()
{
    QTest::addColumn<Duration>("ttl");
    QTest::addColumn<Duration>("elapsed");
    QTest::addColumn<QString>("answer");

    const auto value = QStringLiteral("7");
    const auto expired = QStringLiteral("expired");
    QTest::newRow("just cached") << Duration(30min) << Duration(0) << value;
    QTest::newRow("one ns early") << Duration(30min) << Duration(30min - 1ns) << value;
    QTest::newRow("on the deadline") << Duration(30min) << Duration(30min) << value;
    QTest::newRow("one ns late") << Duration(30min) << Duration(30min + 1ns) << expired;
    QTest::newRow("a year late") << Duration(30min) << Duration(24h * 365) << expired;
    QTest::newRow("no TTL at once") << Duration(0) << Duration(0) << value;
    QTest::newRow("no TTL one ns late") << Duration(0) << Duration(1) << expired;
    QTest::newRow("a negative TTL") << Duration(-1) << Duration(0) << expired;
}

void tst_TtlCacheFreshness::anEntryIsActiveUpToItsDeadline()
{
    QFETCH(Duration, ttl);
    QFETCH(Duration, elapsed);
    QFETCH(QString, answer);

    f().insert("ada", 7, ttl);
    f().clock.advance(elapsed);

    QCOMPARE(f().lookUp("ada"), answer);
    QVERIFY(f().isPresent("ada"));
}

void tst_TtlCacheFreshness::ageCountsFromWhenTheQueryWasSent()
{
    const auto load = f().beginLoad("ada");
    f().clock.advance(10s); // a slow database
    f().endLoad(load, 7, 30s);

    QVERIFY(f().cache.peek("ada")->facts.cachedAt == load.readAt);
    f().clock.advance(20s);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
    f().clock.advance(1ns);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("expired"));
}

void tst_TtlCacheFreshness::readingDoesNotExtendTheTtl()
{
    f().insert("ada", 7, 30s);

    for (int second = 0; second < 30; ++second) {
        f().clock.advance(1s);
        QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
    }
    f().clock.advance(1ns);

    QCOMPARE(f().lookUp("ada"), QStringLiteral("expired"));
}

void tst_TtlCacheFreshness::wallClockJumpsChangeNoExpiry_data()
{
    QTest::addColumn<std::chrono::milliseconds>("jump");

    QTest::newRow("an hour forth, as when summer time begins") << std::chrono::milliseconds(1h);
    QTest::newRow("an hour back, as when it ends") << std::chrono::milliseconds(-1h);
    QTest::newRow("days forth") << std::chrono::milliseconds(72h);
    QTest::newRow("days back") << std::chrono::milliseconds(-72h);
}

void tst_TtlCacheFreshness::wallClockJumpsChangeNoExpiry()
{
    QFETCH(std::chrono::milliseconds, jump);

    f().insert("ada", 7, 30min);
    f().clock.jumpWall(jump);

    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
    f().clock.advance(30min);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
    f().clock.jumpWall(jump);
    f().clock.advance(1ns);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("expired"));
}

void tst_TtlCacheFreshness::ttlsLongerThanTheUptimeWork()
{
    m_fixture = std::make_unique<TtlCacheFixture>(10, MonotonicTime(1s)); // a machine that has just started

    f().insert("ada", 7, 30min);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
    QCOMPARE(f().cleanUp(), QStringLiteral("1 before, 0 removed, 1 after"));

    f().clock.advance(30min + 1ns);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("expired"));
}

void tst_TtlCacheFreshness::deadlinesSaturate()
{
    f().insert("for ever", 1, Duration::max());
    f().insert("never", 2, Duration::min());

    QVERIFY(f().cache.peek("for ever")->facts.deadline == MonotonicTime::max());
    QCOMPARE(f().lookUp("never"), QStringLiteral("expired"));
    f().clock.advance(MonotonicTime::max() - f().clock.now());
    QCOMPARE(f().lookUp("for ever"), QStringLiteral("1"));
    QCOMPARE(f().size(), QStringLiteral("1 active, 1 expired"));

    f().cache.setMaxEntries(1); // what never expires can be evicted too
    f().insert("ada", 3);
    QCOMPARE(f().lookUp("for ever"), QStringLiteral("evicted"));
}

// Read before, the time could be older than an entry that another thread puts meanwhile.
void tst_TtlCacheFreshness::theClockIsReadAfterTheEntryIsFound()
{
    const CountingClock clock;
    TtlCache<int> cache(clock, 10);

    clock.reads = 0;
    cache.get("ada");
    QCOMPARE(clock.reads, 0);

    cache.put("ada", 7, {30min, MonotonicTime(1h), cache.generation("ada"), EntrySource::Database, {}});
    const int before = clock.reads;
    cache.get("ada");
    QCOMPARE(clock.reads, before + 1);
}

void tst_TtlCacheFreshness::aLoadFromBeforeAnInvalidationIsNotStored_data()
{
    QTest::addColumn<bool>("present");
    QTest::addColumn<Invalidation>("invalidate");

    const auto add = [](const char *name, const Invalidation &invalidate) {
        QTest::addRow("%s, absent", name) << false << invalidate;
        QTest::addRow("%s, present", name) << true << invalidate;
    };
    add("expire", [](TtlCacheFixture &f) { f.cache.expire("ada"); });
    add("expire twice", [](TtlCacheFixture &f) {
        f.cache.expire("ada");
        f.cache.expire("ada");
    });
    add("expire all", [](TtlCacheFixture &f) { f.cache.expireAll(); });
    add("remove", [](TtlCacheFixture &f) { f.cache.remove("ada"); });
    add("expire, then remove", [](TtlCacheFixture &f) {
        f.cache.expire("ada");
        f.cache.remove("ada");
    });
    add("remove and cleanup", [](TtlCacheFixture &f) {
        f.cache.remove("ada");
        f.cache.cleanup();
    });
    QTest::addRow("expire by a predicate, present") << true << Invalidation([](TtlCacheFixture &f) {
        f.cache.expireIf([](std::string_view key, int, const EntryFacts &) { return key == "ada"; });
    });
    QTest::addRow("invalidated, reloaded, invalidated, present") << true << Invalidation([](TtlCacheFixture &f) {
        f.cache.expire("ada");
        f.insert("ada", 2);
        f.cache.expire("ada");
    });
}

void tst_TtlCacheFreshness::aLoadFromBeforeAnInvalidationIsNotStored()
{
    QFETCH(bool, present);
    QFETCH(Invalidation, invalidate);

    if (present)
        f().insert("ada", 1);
    const auto load = f().beginLoad("ada");
    f().clock.advance(1ms);
    invalidate(f());

    QCOMPARE(f().endLoad(load, 7), QStringLiteral("superseded"));
    QVERIFY(!f().cache.get("ada").value);

    QCOMPARE(f().insert("ada", 8), QStringLiteral("stored")); // a load that begins now
    QCOMPARE(f().lookUp("ada"), QStringLiteral("8"));
}

void tst_TtlCacheFreshness::theGenerationsOfAllAreThoseOfEach()
{
    TtlCache<std::uint64_t> cache(m_fixture->clock, 100'000);
    for (int i = 0; i < 1'000; ++i)
        cache.expire("user" + std::to_string(i));
    cache.expireAll();
    cache.remove("user7");

    const Generations generations = cache.generations();
    cache.expire("user8");

    for (int i = 0; i < 1'000; ++i) {
        const std::string key = "user" + std::to_string(i);
        QCOMPARE(generations.of(key) + (i == 8 ? 1 : 0), cache.generation(key));
    }
}

void tst_TtlCacheFreshness::generationsCountedOnAreThoseOfTheCache()
{
    TtlCache<std::uint64_t> cache(m_fixture->clock, 100'000);
    Generations generations = cache.generations();

    for (const char *key : {"ana", "ben", "ana"}) {
        cache.expire(key);
        generations.bump(key);
    }
    cache.expireAll();
    generations.bumpAll();

    for (const char *key : {"ana", "ben", "chi"})
        QCOMPARE(generations.of(key), cache.generation(key));
}

void tst_TtlCacheFreshness::aMissCarriesTheGenerationOfItsLoad()
{
    const auto first = f().cache.get("ada");
    f().cache.expire("ada");
    const auto second = f().cache.get("ada");

    QVERIFY(first.generation != second.generation);
    QCOMPARE(second.generation, f().cache.generation("ada"));
    QCOMPARE(f().endLoad({"ada", first.generation, f().clock.now()}, 1), QStringLiteral("superseded"));
    QCOMPARE(f().endLoad({"ada", second.generation, f().clock.now()}, 2), QStringLiteral("stored"));
}

// Expiring all takes several locks one after the other: a load that ends in between is not forgotten.
void tst_TtlCacheFreshness::anInvalidationHoldsForLoadsThatEndWhileItRuns()
{
    std::vector<TtlCacheFixture::Load> before;
    for (int index = 0; index < 200; ++index)
        before.push_back(f().beginLoad("user" + std::to_string(index)));
    f().clock.advance(1ms);

    std::size_t next = 0;
    {
        const SeqPoint::Hook endSome("TtlCache.expireAll.betweenBatches", [&] {
            for (std::size_t end = std::min(next + 3, before.size()); next < end; ++next)
                f().endLoad(before[next], 1);
        });
        f().cache.expireAll();
    }

    QVERIFY(next > 100);
    for (const auto &load : before)
        QVERIFY2(!f().cache.get(load.key).value, load.key.c_str());
}

void tst_TtlCacheFreshness::aLoadThatBeganAfterTheFlushOfAllIsSpared()
{
    f().insertMany(500);
    int passes = 0;
    {
        const SeqPoint::Hook reload("TtlCache.expireAll.betweenBatches", [&] {
            f().clock.advance(1ms);
            if (++passes == static_cast<int>(f().cache.shardCount())) // the last: no generation changes from now on
                f().insertMany(500);
        });
        f().cache.expireAll();
    }

    QCOMPARE(passes, static_cast<int>(f().cache.shardCount()));
    QCOMPARE(f().size(), QStringLiteral("500 active, 0 expired"));
}

void tst_TtlCacheFreshness::generationsNeverComeBack()
{
    const Generation first = f().cache.generation("ada");

    f().cache.expireAll();
    const Generation second = f().cache.generation("ada");
    f().cache.expire("ada");
    const Generation third = f().cache.generation("ada");
    f().cache.remove("ada");
    const Generation fourth = f().cache.generation("ada");

    QVERIFY(first < second);
    QVERIFY(second < third);
    QVERIFY(third < fourth);
}

void tst_TtlCacheFreshness::anOlderReadDoesNotReplaceANewerOne()
{
    const auto older = f().beginLoad("ada");
    f().clock.advance(1ns);
    const auto newer = f().beginLoad("ada");

    QCOMPARE(f().endLoad(newer, 2), QStringLiteral("stored"));
    QCOMPARE(f().endLoad(older, 1, 24h), QStringLiteral("older"));
    QCOMPARE(f().lookUp("ada"), QStringLiteral("2"));

    QCOMPARE(f().endLoad(newer, 3), QStringLiteral("stored")); // of the same moment the later put stays
    QCOMPARE(f().lookUp("ada"), QStringLiteral("3"));

    f().clock.advance(31min); // expired, but still the newer read
    QCOMPARE(f().endLoad(older, 1, 24h), QStringLiteral("older"));
}

void tst_TtlCacheFreshness::anOlderReadDoesNotFollowANewerOneThatLeft_data()
{
    QTest::addColumn<Invalidation>("leave");
    QTest::newRow("cleaned up") << Invalidation([](TtlCacheFixture &f) {
        f.clock.advance(31min);
        f.cache.cleanup();
    });
    QTest::newRow("evicted") << Invalidation([](TtlCacheFixture &f) {
        f.cache.setMaxEntries(1);
        f.insert("bob", 5);
    });
    QTest::newRow("the database had no such row any more")
        << Invalidation([](TtlCacheFixture &f) { f.cache.removeIfReadBefore("ada", f.clock.now()); });
}

void tst_TtlCacheFreshness::anOlderReadDoesNotFollowANewerOneThatLeft()
{
    QFETCH(Invalidation, leave);

    const auto older = f().beginLoad("ada");
    f().clock.advance(1ns);
    f().insert("ada", 2);
    leave(f());
    QVERIFY(!f().isPresent("ada"));

    QCOMPARE(f().endLoad(older, 1, 24h), QStringLiteral("older"));
    QVERIFY(!f().cache.get("ada").value);
    QCOMPARE(f().insert("ada", 3), QStringLiteral("stored"));
}

void tst_TtlCacheFreshness::afterAForcedExpiryOnlyTheGenerationCounts()
{
    auto load = f().beginLoad("ada");
    f().clock.advance(1s);
    f().insert("ada", 2);
    f().cache.expire("ada");

    load.generation = f().cache.generation("ada");

    QCOMPARE(f().endLoad(load, 3), QStringLiteral("stored"));
    QCOMPARE(f().lookUp("ada"), QStringLiteral("3"));
}

void tst_TtlCacheFreshness::aForcedEntryStaysAsExpired()
{
    f().insert("ada", 7);
    f().cache.expire("ada");

    QCOMPARE(f().lookUp("ada"), QStringLiteral("invalidated"));
    QCOMPARE(f().size(), QStringLiteral("0 active, 1 expired"));
    const auto entry = f().cache.peek("ada");
    QVERIFY(entry.has_value());
    QCOMPARE(entry->value, 7);
    QVERIFY(entry->facts.forced);

    QCOMPARE(f().cleanUp(), QStringLiteral("1 before, 1 removed, 0 after"));
    QCOMPARE(f().lookUp("ada"), QStringLiteral("invalidated"));

    f().insert("ada", 8);
    QVERIFY(!f().cache.peek("ada")->facts.forced);
}

void tst_TtlCacheFreshness::expiringTellsWhatBecameExpired()
{
    f().insert("old", 1, 1s);
    f().clock.advance(2s);
    f().insert("ada", 2);
    f().insert("bob", 3);

    QVERIFY(f().cache.expire("ada"));
    QVERIFY(!f().cache.expire("ada")); // it was already
    QVERIFY(!f().cache.expire("old"));
    QVERIFY(!f().cache.expire("nobody"));
    QCOMPARE(f().cache.expireAll(), std::uint64_t{1}); // bob
    QCOMPARE(f().size(), QStringLiteral("0 active, 3 expired"));
    QVERIFY(f().cache.peek("old")->facts.forced);
}

void tst_TtlCacheFreshness::expireIfPicksByKeyValueAndFacts()
{
    f().insertMany(300, "even or odd ", 1h);
    f().insertMany(10, "short ", 1min);
    const auto odd = [](std::string_view key, int value, const EntryFacts &facts) {
        return key.starts_with("even or odd") && value % 2 == 1 && facts.ttl == 1h;
    };

    QCOMPARE(f().cache.expireIf(odd), std::uint64_t{150});
    QCOMPARE(f().cache.expireIf(odd), std::uint64_t{0});
    QCOMPARE(f().size(), QStringLiteral("160 active, 150 expired"));
    QCOMPARE(f().lookUp("even or odd 6"), QStringLiteral("6"));
    QCOMPARE(f().lookUp("even or odd 7"), QStringLiteral("invalidated"));
}

QTEST_APPLESS_MAIN(tst_TtlCacheFreshness)
#include "tst_TtlCacheFreshness.moc"
