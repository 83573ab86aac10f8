// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Format.h"
#include "core/cache/TtlCache.h"
#include "tests/core/cache/TtlCacheFixture.h"

#include <QtTest>

#include <optional>
#include <random>
#include <set>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t at(MissReason reason)
{
    return static_cast<std::size_t>(reason);
}

std::string hitRate(const CacheCounters &counters)
{
    if (counters.gets == 0)
        return format::percent(std::nullopt);
    return format::percent(static_cast<double>(counters.hits) / static_cast<double>(counters.gets));
}

} // namespace

// Every event is counted once, and looking changes nothing.
class tst_TtlCacheAccounting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<TtlCacheFixture>(); }
    void cleanup()
    {
        QCOMPARE(m_fixture->whatIsWrong(), QString());
        m_fixture.reset();
    }

    void eachEventMovesItsCounter();
    void countersAddUpAfterARandomLife();
    void theHitRateWithoutGetsIsNotAvailable();
    void factsTellTheStoryOfAnEntry();

    void missesOfAbsentKeysRemember_data();
    void missesOfAbsentKeysRemember();
    void aPresentExpiredEntrySpeaksForItself();
    void whatIsRememberedOfAbsentKeysIsBounded();

    void watchingChangesNothing();
    void watchingChangesNoEvictionOrder();
    void aVisitSeesEveryEntryOnce();
    void keysAreBytes();
    void wordsOfTheCache();

private:
    TtlCacheFixture &f() { return *m_fixture; }

    std::unique_ptr<TtlCacheFixture> m_fixture;
};

void tst_TtlCacheAccounting::eachEventMovesItsCounter()
{
    m_fixture = std::make_unique<TtlCacheFixture>(2);
    QCOMPARE(f().counters(),
             QStringLiteral("gets 0 hits 0 misses 0 0 0 0 0, puts 0 replacements 0 refused 0, removals 0 0 0"));

    f().lookUp("ada"); // not seen
    f().insert("ada", 1, 1s);
    f().lookUp("ada"); // hit
    QCOMPARE(f().counters(),
             QStringLiteral("gets 2 hits 1 misses 1 0 0 0 0, puts 1 replacements 0 refused 0, removals 0 0 0"));

    f().clock.advance(2s);
    f().lookUp("ada"); // expired
    const auto load = f().beginLoad("ada");
    f().insert("ada", 2, 1h); // replaced
    f().cache.expire("ada");
    f().lookUp("ada");    // invalidated
    f().endLoad(load, 3); // superseded
    QCOMPARE(f().counters(),
             QStringLiteral("gets 4 hits 1 misses 1 1 1 0 0, puts 2 replacements 1 refused 1, removals 0 0 0"));

    f().cache.cleanup(); // ada
    f().insert("bob", 1);
    f().cache.remove("bob");
    f().insertMany(3); // one is evicted
    f().cache.noteLoadFailure("ada");
    f().lookUp("ada"); // load failed
    QCOMPARE(f().counters(),
             QStringLiteral("gets 5 hits 1 misses 1 1 1 0 1, puts 6 replacements 1 refused 1, removals 1 1 1"));
}

// The equations are checked against what the test saw itself, and by checkInvariants.
void tst_TtlCacheAccounting::countersAddUpAfterARandomLife()
{
    m_fixture = std::make_unique<TtlCacheFixture>(200);
    std::mt19937 random(20260101);
    std::uint64_t hits = 0;
    std::uint64_t gets = 0;
    for (int step = 0; step < 20'000; ++step) {
        const std::string key = "user" + std::to_string(random() % 400);
        switch (random() % 8) {
        case 0:
        case 1:
        case 2:
            ++gets;
            hits += f().cache.get(key).value ? 1 : 0;
            break;
        case 3:
        case 4:
            f().insert(key, step, std::chrono::seconds(random() % 100));
            break;
        case 5:
            f().clock.advance(std::chrono::milliseconds(random() % 1000));
            break;
        case 6:
            random() % 2 == 0 ? f().cache.expire(key) : f().cache.remove(key);
            break;
        default:
            if (random() % 50 == 0)
                f().cache.cleanup();
        }
        if (step % 1000 == 0)
            QCOMPARE(f().whatIsWrong(), QString());
    }

    const CacheCounters counters = f().cache.counters();
    QCOMPARE(counters.gets, gets);
    QCOMPARE(counters.hits, hits);
    QCOMPARE(counters.hits + counters.misses(), gets);
    std::uint64_t entries = 0;
    f().cache.forEach([&](std::string_view, int, const EntryFacts &) { ++entries; });
    QCOMPARE(counters.puts - counters.replacements - counters.removals[0] - counters.removals[1] - counters.removals[2],
             entries);
    QCOMPARE(f().cache.size().total(), entries);
}

void tst_TtlCacheAccounting::theHitRateWithoutGetsIsNotAvailable()
{
    QCOMPARE(hitRate(f().cache.counters()), std::string("n/a"));

    f().lookUp("ada");
    QCOMPARE(hitRate(f().cache.counters()), std::string("0 %"));

    f().insert("ada", 7);
    f().lookUp("ada");
    QCOMPARE(hitRate(f().cache.counters()), std::string("50 %"));
}

void tst_TtlCacheAccounting::factsTellTheStoryOfAnEntry()
{
    const MonotonicTime sent = f().clock.now();
    f().clock.advance(300ms);
    f().cache.put("ada", 7, {30min, sent, f().cache.generation("ada"), EntrySource::WarmUp, 300ms});
    f().lookUp("ada");
    const auto lookup = f().cache.get("ada");

    QVERIFY(lookup.deadline == sent + 30min);
    const EntryFacts facts = f().cache.peek("ada")->facts;
    QCOMPARE(facts.hits, std::uint64_t{2});
    QVERIFY(facts.cachedAt == sent);
    QVERIFY(facts.deadline == sent + 30min);
    QVERIFY(facts.ttl == 30min);
    QVERIFY(facts.loadTime == 300ms);
    QVERIFY(facts.source == EntrySource::WarmUp);
    QVERIFY(!facts.forced);

    f().insert("ada", 8);
    QCOMPARE(f().cache.peek("ada")->facts.hits, std::uint64_t{0}); // a new entry begins anew
}

using Story = std::function<void(TtlCacheFixture &)>;
Q_DECLARE_METATYPE(Story)

void tst_TtlCacheAccounting::missesOfAbsentKeysRemember_data()
{
    QTest::addColumn<Story>("story");
    QTest::addColumn<QString>("reason");
    const auto add = [](const char *name, const char *reason, const Story &story) {
        QTest::newRow(name) << story << QString::fromLatin1(reason);
    };
    add("nothing happened", "not_seen", [](TtlCacheFixture &) {});
    add("expired and cleaned up", "expired", [](TtlCacheFixture &f) {
        f.insert("ada", 1, 1s);
        f.clock.advance(2s);
        f.cache.cleanup();
    });
    add("removed", "invalidated", [](TtlCacheFixture &f) {
        f.insert("ada", 1);
        f.cache.remove("ada");
    });
    add("forced and cleaned up", "invalidated", [](TtlCacheFixture &f) {
        f.insert("ada", 1);
        f.cache.expire("ada");
        f.cache.cleanup();
    });
    add("the row is gone", "invalidated", [](TtlCacheFixture &f) {
        f.insert("ada", 1);
        f.cache.removeIfReadBefore("ada", f.clock.now());
    });
    add("evicted", "evicted", [](TtlCacheFixture &f) {
        f.insert("ada", 1);
        f.cache.setMaxEntries(1);
        f.insert("bob", 2);
    });
    add("the load failed", "load_failed", [](TtlCacheFixture &f) { f.cache.noteLoadFailure("ada"); });
    add("evicted, then the load failed", "load_failed", [](TtlCacheFixture &f) {
        f.insert("ada", 1);
        f.cache.setMaxEntries(1);
        f.insert("bob", 2);
        f.cache.noteLoadFailure("ada");
    });
    add("failed, loaded, expired and cleaned up", "expired", [](TtlCacheFixture &f) {
        f.cache.noteLoadFailure("ada");
        f.insert("ada", 1, 1s);
        f.clock.advance(2s);
        f.cache.cleanup();
    });
    add("an absent key was expired", "not_seen", [](TtlCacheFixture &f) { f.cache.expire("ada"); });
    add("an absent key was removed", "not_seen", [](TtlCacheFixture &f) { f.cache.remove("ada"); });
}

void tst_TtlCacheAccounting::missesOfAbsentKeysRemember()
{
    QFETCH(Story, story);
    QFETCH(QString, reason);

    story(f());

    QCOMPARE(f().lookUp("ada"), reason);
    QCOMPARE(f().lookUp("ada"), reason); // asking does not make it forget
    QCOMPARE(f().lookUp("carol"), QStringLiteral("not_seen"));
    f().insert("ada", 7);
    QCOMPARE(f().lookUp("ada"), QStringLiteral("7"));
}

void tst_TtlCacheAccounting::aPresentExpiredEntrySpeaksForItself()
{
    f().insert("ada", 1, 1s);
    f().clock.advance(2s);
    f().cache.noteLoadFailure("ada");

    QCOMPARE(f().lookUp("ada"), QStringLiteral("expired"));
    f().cache.cleanup();
    QCOMPARE(f().lookUp("ada"), QStringLiteral("expired"));
}

// The last ones are remembered, the first forgotten: nothing grows.
void tst_TtlCacheAccounting::whatIsRememberedOfAbsentKeysIsBounded()
{
    const int many = 200'000;
    for (int index = 0; index < many; ++index)
        f().cache.noteLoadFailure("user" + std::to_string(index));

    for (int index = 0; index < many; ++index)
        f().cache.get("user" + std::to_string(index));

    const CacheCounters counters = f().cache.counters();
    QCOMPARE(counters.misses(), static_cast<std::uint64_t>(many));
    QVERIFY(counters.missesByReason[at(MissReason::LoadFailed)] > 1'000);
    QVERIFY(counters.missesByReason[at(MissReason::NotSeen)] > many / 2);
    QCOMPARE(f().lookUp("user" + std::to_string(many - 1)), QStringLiteral("load_failed"));
}

void tst_TtlCacheAccounting::watchingChangesNothing()
{
    f().insertMany(100, "active", 1h);
    f().insertMany(100, "expired", 1s);
    f().clock.advance(2s);
    f().lookUp("active5");
    const QString counters = f().counters();
    const EntryFacts before = f().cache.peek("active5")->facts;
    const Generation generation = f().cache.generation("active5");

    for (int look = 0; look < 10; ++look) {
        f().cache.peek("active5");
        f().cache.peek("expired5");
        f().cache.peek("nobody");
        f().cache.size();
        f().cache.generation("nobody");
        f().cache.forEach([](std::string_view, int, const EntryFacts &) {});
    }

    QCOMPARE(f().counters(), counters);
    const EntryFacts after = f().cache.peek("active5")->facts;
    QCOMPARE(after.hits, before.hits);
    QVERIFY(after.deadline == before.deadline);
    QCOMPARE(f().cache.generation("active5"), generation);
    QCOMPARE(f().size(), QStringLiteral("100 active, 100 expired"));
    f().clock.advance(1h - 2s + 1ns);
    QCOMPARE(f().lookUp("active5"), QStringLiteral("expired")); // no TTL was moved
}

void tst_TtlCacheAccounting::watchingChangesNoEvictionOrder()
{
    const auto survivors = [](bool watched) {
        TtlCacheFixture life(50);
        life.insertMany(50, "user", 1h);
        for (int look = 0; watched && look < 50; look += 3)
            life.cache.peek("user" + std::to_string(look));
        if (watched)
            life.cache.forEach([](std::string_view, int, const EntryFacts &) {});
        life.insertMany(25, "other", 2h);
        std::set<std::string> keys;
        life.cache.forEach([&](std::string_view key, int, const EntryFacts &) { keys.emplace(key); });
        return keys;
    };

    QVERIFY(survivors(true) == survivors(false));
}

void tst_TtlCacheAccounting::aVisitSeesEveryEntryOnce()
{
    f().insertMany(3000, "user", 1h);
    for (int index = 0; index < 3000; index += 3)
        f().cache.remove("user" + std::to_string(index));
    f().insertMany(100, "late", 1s);
    f().clock.advance(2s);

    std::multiset<std::string> seen;
    f().cache.forEach([&](std::string_view key, const int &, const EntryFacts &) { seen.emplace(key); });

    QCOMPARE(seen.size(), std::size_t{2100});
    QCOMPARE((std::set<std::string>(seen.begin(), seen.end()).size()), std::size_t{2100});
}

void tst_TtlCacheAccounting::keysAreBytes()
{
    using namespace std::string_view_literals;
    f().insert("", 1);
    f().insert("a\0b"sv, 2);
    f().insert("a\0c"sv, 3);
    f().insert("\xff\xfe", 4);
    f().insert(std::string(1024, 'x'), 5);

    QCOMPARE(f().lookUp(""), QStringLiteral("1"));
    QCOMPARE(f().lookUp("a\0b"sv), QStringLiteral("2"));
    QCOMPARE(f().lookUp("a\0c"sv), QStringLiteral("3"));
    QCOMPARE(f().lookUp("a"), QStringLiteral("not_seen"));
    QCOMPARE(f().lookUp("\xff\xfe"), QStringLiteral("4"));
    QCOMPARE(f().lookUp(std::string(1024, 'x')), QStringLiteral("5"));
}

void tst_TtlCacheAccounting::wordsOfTheCache()
{
    QVERIFY(toString(MissReason::NotSeen) == "not_seen");
    QVERIFY(toString(MissReason::Expired) == "expired");
    QVERIFY(toString(MissReason::Invalidated) == "invalidated");
    QVERIFY(toString(MissReason::Evicted) == "evicted");
    QVERIFY(toString(MissReason::LoadFailed) == "load_failed");
    QVERIFY(toString(EntrySource::Database) == "database");
    QVERIFY(toString(EntrySource::Created) == "created");
    QVERIFY(toString(EntrySource::WarmUp) == "warmup");
    QVERIFY(toString(EntrySource::Refresh) == "refresh");
}

QTEST_APPLESS_MAIN(tst_TtlCacheAccounting)
#include "tst_TtlCacheAccounting.moc"
