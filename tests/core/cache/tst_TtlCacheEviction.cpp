// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/TtlCache.h"
#include "tests/core/cache/TtlCacheFixture.h"

#include <QtTest>

#include <new>
#include <sys/resource.h>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED
#endif
#endif
#if defined(IS_SANITIZED) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isSanitized = true;
#else
constexpr bool isSanitized = false;
#endif

} // namespace

// The bounds of entries and of memory, and who makes room.
class tst_TtlCacheEviction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<TtlCacheFixture>(); }
    void cleanup()
    {
        QCOMPARE(m_fixture->whatIsWrong(), QString());
        m_fixture.reset();
    }

    void theNumberOfEntriesNeverExceedsTheBound_data();
    void theNumberOfEntriesNeverExceedsTheBound();
    void whatHasExpiredMakesRoomFirst();
    void aFloodOfKeysThatAreAskedForOnceEvictsNobodyInUse();
    void lookingDoesNotCountAsUse();
    void theMemoryNeverExceedsItsBound();
    void memoryGoesBackAfterAMassExpiry();
    void aRefreshedEntryIsStillInUse();
    void whoComesBackSoonStays();
    void aKeyThatIsTooLargeEvictsNobody();
    void aBoundIsPublishedWhenItIsKept();
    void aPutThatFindsNoMemoryChangesNothing();
    void replacingEvictsNobody();
    void aRefusedPutEvictsNobody();
    void shrinkingEvictsAtOnce();
    void atLeastOneEntryIsKept();

private:
    TtlCacheFixture &f() { return *m_fixture; }

    std::unique_ptr<TtlCacheFixture> m_fixture;
};

void tst_TtlCacheEviction::theNumberOfEntriesNeverExceedsTheBound_data()
{
    QTest::addColumn<int>("bound");
    QTest::newRow("one") << 1;
    QTest::newRow("fewer than shards") << 5;
    QTest::newRow("many") << 1000;
}

void tst_TtlCacheEviction::theNumberOfEntriesNeverExceedsTheBound()
{
    QFETCH(int, bound);
    m_fixture = std::make_unique<TtlCacheFixture>(static_cast<std::size_t>(bound));
    const auto most = static_cast<std::uint64_t>(bound);

    for (int index = 0; index < 3 * bound + 50; ++index) {
        const std::string key = "user" + std::to_string(index);
        QCOMPARE(f().insert(key, index), QStringLiteral("stored"));
        QCOMPARE(f().lookUp(key), QString::number(index));
        QVERIFY(f().cache.size().total() <= most);
    }

    QCOMPARE(f().cache.size().total(), most);
    QCOMPARE(f().cache.counters().removals[static_cast<std::size_t>(RemovalCause::Evicted)], 2 * most + 50);
}

void tst_TtlCacheEviction::whatHasExpiredMakesRoomFirst()
{
    m_fixture = std::make_unique<TtlCacheFixture>(3);
    f().insert("forced", 1, 3h);
    f().insert("a minute", 2, 1min);
    f().insert("two hours", 3, 2h);
    f().lookUp("forced");
    f().cache.expire("forced");

    f().insert("first", 4, 4h);
    QCOMPARE(f().lookUp("forced"), QStringLiteral("invalidated")); // it was lost before
    f().clock.advance(61s);
    f().cache.size(); // from now on it is known who has expired
    f().insert("second", 5, 4h);
    QCOMPARE(f().lookUp("a minute"), QStringLiteral("expired")); // making room cost nothing

    QCOMPARE(f().lookUp("two hours"), QStringLiteral("3"));
    QCOMPARE(f().cache.counters().removals[static_cast<std::size_t>(RemovalCause::Evicted)], std::uint64_t{2});
}

void tst_TtlCacheEviction::aFloodOfKeysThatAreAskedForOnceEvictsNobodyInUse()
{
    m_fixture = std::make_unique<TtlCacheFixture>(1000);
    f().insertMany(500, "regular", 1h);
    for (int round = 0; round < 3; ++round) {
        for (int index = 0; index < 500; ++index)
            QCOMPARE(f().lookUp("regular" + std::to_string(index)), QString::number(index));
    }

    f().insertMany(50'000, "random", 1h);

    int left = 0;
    for (int index = 0; index < 500; ++index)
        left += f().isPresent("regular" + std::to_string(index)) ? 1 : 0;
    QVERIFY2(left > 475, std::to_string(left).c_str()); // a fingerprint of 16 bits mistakes some random keys for others
}

// Shown by who leaves: nobody else's counter moves.
void tst_TtlCacheEviction::lookingDoesNotCountAsUse()
{
    m_fixture = std::make_unique<TtlCacheFixture>(10);
    f().insertMany(10);
    for (int look = 0; look < 5; ++look) {
        f().cache.peek("user0");
        f().cache.forEach([](std::string_view, int, const EntryFacts &) {});
    }

    f().insert("another", 7);

    QCOMPARE(f().lookUp("user0"), QStringLiteral("evicted")); // the first in, the first out
}

// Long keys take several lines.
void tst_TtlCacheEviction::theMemoryNeverExceedsItsBound()
{
    const std::size_t bound = 100'000;
    f().cache.setMaxBytes(bound);
    for (int index = 0; index < 3000; ++index) {
        f().insert(std::string(static_cast<std::size_t>(index % 1000), 'x') + std::to_string(index), index);
        QVERIFY(f().cache.bytes() <= bound);
    }
    QVERIFY(f().cache.bytes() > bound / 2);
    QVERIFY(f().cache.counters().removals[static_cast<std::size_t>(RemovalCause::Evicted)] > 1000);
    QCOMPARE(f().whatIsWrong(), QString());

    f().cache.setMaxBytes(1000);
    QVERIFY(f().cache.bytes() <= 1000);
    QCOMPARE(f().insert(std::string(1020, 'x'), 7), QStringLiteral("too large"));
    QCOMPARE(f().insert("ada", 7), QStringLiteral("stored"));
    f().cache.setMaxBytes(0);
    QCOMPARE(f().insert(std::string(1020, 'x'), 7), QStringLiteral("stored"));
    QCOMPARE(f().insert(std::string(1025, 'x'), 7), QStringLiteral("too large")); // no identity is so long
}

void tst_TtlCacheEviction::memoryGoesBackAfterAMassExpiry()
{
    const auto resident = [] {
        QFile file(QStringLiteral("/proc/self/statm"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').at(1).toLongLong() * 4096 : 0;
    };
    f().insertMany(1000, "stays", 1h);
    const qint64 before = resident();
    f().insertMany(300'000, "user", 1min);
    const qint64 full = resident();
    QVERIFY(full - before > 300'000 * 64);
    f().clock.advance(2min);

    f().cache.cleanup();

    QVERIFY2(resident() - before < (full - before) / 4, std::to_string(resident() - before).c_str());
    QCOMPARE(f().whatIsWrong(), QString());
    QCOMPARE(f().lookUp("stays7"), QStringLiteral("7"));
    f().insertMany(300'000, "user", 1min); // and comes again
    QCOMPARE(f().whatIsWrong(), QString());
}

void tst_TtlCacheEviction::aRefreshedEntryIsStillInUse()
{
    m_fixture = std::make_unique<TtlCacheFixture>(100);
    f().insertMany(100);
    for (int hit = 0; hit < 3; ++hit)
        f().lookUp("user0");
    f().insert("user0", 7); // refreshed

    f().insertMany(99, "random");

    QCOMPARE(f().lookUp("user0"), QStringLiteral("7"));
}

// It was evicted from the small queue, so the main queue is where it belongs.
void tst_TtlCacheEviction::whoComesBackSoonStays()
{
    m_fixture = std::make_unique<TtlCacheFixture>(100);
    f().insertMany(101);
    QCOMPARE(f().lookUp("user0"), QStringLiteral("evicted"));
    f().insert("user0", 7);

    f().insertMany(300, "random");

    QCOMPARE(f().lookUp("user0"), QStringLiteral("7"));
    QVERIFY(!f().isPresent("user1"));
}

void tst_TtlCacheEviction::aKeyThatIsTooLargeEvictsNobody()
{
    f().cache.setMaxBytes(300);
    f().insert("ada", 1);
    f().insert("bob", 2);

    QCOMPARE(f().insert(std::string(1000, 'x'), 3), QStringLiteral("too large"));

    QCOMPARE(f().size(), QStringLiteral("2 active, 0 expired"));
    QCOMPARE(f().cache.counters().refusedPuts, 1U);
}

void tst_TtlCacheEviction::aBoundIsPublishedWhenItIsKept()
{
    f().insertMany(1000);
    int seen = 0;
    const SeqPoint::Hook watch("TtlCache.resize.betweenEvictions", [&] {
        ++seen;
        QVERIFY(f().cache.size().total() <= f().cache.maxEntries());
        QVERIFY(f().cache.maxBytes() == 0 || f().cache.bytes() <= f().cache.maxBytes());
    });
    f().cache.setMaxEntries(100);
    f().cache.setMaxBytes(5000);
    f().cache.setMaxBytes(1000);
    f().cache.setMaxBytes(0);
    f().cache.setMaxEntries(10);

    QVERIFY(seen > 3);
    QVERIFY(f().cache.size().total() <= 10);
}

void tst_TtlCacheEviction::aPutThatFindsNoMemoryChangesNothing()
{
    if (isSanitized) // which end the program where there is no memory
        return;
    f().insertMany(1000);
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_AS, &before), 0);
    const rlimit none{1, before.rlim_max};
    int stored = 0;
    bool hasThrown = false;
    QCOMPARE(setrlimit(RLIMIT_AS, &none), 0);
    try {
        for (; stored < 1'000'000; ++stored) {
            const std::string key = std::to_string(stored);
            f().cache.put(key, stored, {1h, f().clock.now(), f().cache.generation(key), EntrySource::Database, {}});
        }
    } catch (const std::bad_alloc &) {
        hasThrown = true;
    }
    setrlimit(RLIMIT_AS, &before);

    QVERIFY(hasThrown);
    QCOMPARE(f().whatIsWrong(), QString());
    f().cache.setMaxEntries(1);
    QCOMPARE(f().cache.size().total(), 1U);
}

void tst_TtlCacheEviction::replacingEvictsNobody()
{
    m_fixture = std::make_unique<TtlCacheFixture>(3);
    f().insertMany(3);

    f().insertMany(3);
    f().insertMany(3);

    QCOMPARE(f().counters(),
             QStringLiteral("gets 0 hits 0 misses 0 0 0 0 0, puts 9 replacements 6 refused 0, removals 0 0 0"));
}

void tst_TtlCacheEviction::aRefusedPutEvictsNobody()
{
    m_fixture = std::make_unique<TtlCacheFixture>(3);
    const auto load = f().beginLoad("ada");
    f().cache.expire("ada");
    f().insertMany(3);

    QCOMPARE(f().endLoad(load, 7), QStringLiteral("superseded"));

    QCOMPARE(f().size(), QStringLiteral("3 active, 0 expired"));
}

void tst_TtlCacheEviction::shrinkingEvictsAtOnce()
{
    m_fixture = std::make_unique<TtlCacheFixture>(1000);
    for (int index = 0; index < 1000; ++index)
        f().insert("user" + std::to_string(index), index, 1h + index * 1s);

    f().cache.setMaxEntries(10);

    QCOMPARE(f().cache.maxEntries(), std::size_t{10});
    QCOMPARE(f().size(), QStringLiteral("10 active, 0 expired"));
    for (int index = 990; index < 1000; ++index)
        QVERIFY(f().isPresent("user" + std::to_string(index)));

    f().cache.setMaxEntries(20);
    f().insertMany(40, "more");
    QCOMPARE(f().size(), QStringLiteral("20 active, 0 expired"));
}

void tst_TtlCacheEviction::atLeastOneEntryIsKept()
{
    m_fixture = std::make_unique<TtlCacheFixture>(0);
    f().insert("ada", 7);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));

    f().cache.setMaxEntries(0);
    QCOMPARE(f().cache.maxEntries(), std::size_t{1});
    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
}

QTEST_APPLESS_MAIN(tst_TtlCacheEviction)
#include "tst_TtlCacheEviction.moc"
