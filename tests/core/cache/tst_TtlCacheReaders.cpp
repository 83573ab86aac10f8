// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/TtlCache.h"
#include "tests/core/cache/CheckedValue.h"
#include "tests/support/ManualClock.h"

#include <QtTest>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// Whether a hit is read without a lock, so that get passes its two points:
//   "TtlCache.get.read"    the words of a line were read, and are not yet known to belong together
//   "TtlCache.get.locked"  they never did; the lock is about to be taken
constexpr bool readsPassPoints = true;

constexpr std::uint32_t readKey = 7;
constexpr std::uint32_t otherKey = 8;

// A cache with one entry that is going to be read, and what may happen to it meanwhile.
class Scene
{
public:
    Scene(std::size_t keyLength, std::size_t maxEntries)
        : m_name(keyLength, 'u')
        , m_otherName(keyLength, 'u')
        , m_cache(m_clock, maxEntries)
    {
        m_otherName.back() = 'v';
        putOld();
        before = m_cache.counters();
    }

    void putOld() { put(m_name, CheckedValue(readKey, 1), 30min); }
    void putNew() { put(m_name, CheckedValue(readKey, ++m_version), 30min); }
    void putOther() { put(m_otherName, CheckedValue(otherKey, 1), 30min); }
    void putMany(std::chrono::nanoseconds ttl = 30min)
    {
        for (std::uint32_t number = 0; number < 1000; ++number)
            put("one of many " + std::to_string(number), CheckedValue(100 + number, 1), ttl);
    }
    void putCrowd()
    {
        for (std::uint32_t number = 0; number < 1000; ++number)
            put("of the crowd " + std::to_string(number), CheckedValue(5000 + number, 1), 30min);
    }
    void removeMany()
    {
        for (std::uint32_t number = 0; number < 1000; ++number)
            m_cache.remove("one of many " + std::to_string(number));
    }
    void expire() { m_cache.expire(m_name); }
    void remove() { m_cache.remove(m_name); }
    void cleanUp() { m_cache.cleanup(); }
    void passTime() { m_clock.advance(31min); }
    void bound(std::size_t maxEntries) { m_cache.setMaxEntries(maxEntries); }

    // "old", "new", or why there is none: "expired", …; "torn" and "of another key" are never right.
    QString lookUp() { return named(m_cache.get(m_name)); }
    QString lookUpOther() { return m_cache.peek(m_otherName) ? QStringLiteral("present") : QStringLiteral("absent"); }
    std::uint32_t lastVersion() const { return m_version; }

    // Returns: whether one get was counted since the beginning, once.
    bool hasCountedOneGet() const
    {
        const CacheCounters now = m_cache.counters();
        return now.gets == before.gets + 1 && now.hits + now.misses() == before.hits + before.misses() + 1;
    }
    QString whatIsWrong() const { return QString::fromStdString(m_cache.checkInvariants()); }

    CacheCounters before;

private:
    void put(std::string_view key, CheckedValue value, std::chrono::nanoseconds ttl)
    {
        PutOptions options;
        options.ttl = ttl;
        options.generation = m_cache.generation(key);
        options.readAt = m_clock.now();
        m_cache.put(key, value, options);
    }
    static QString named(const TtlCache<CheckedValue>::Lookup &lookup)
    {
        if (!lookup.value) {
            const std::string_view reason = toString(lookup.missReason);
            return QString::fromLatin1(reason.data(), static_cast<qsizetype>(reason.size()));
        }
        if (!lookup.value->isWhole())
            return QStringLiteral("torn");
        if (lookup.value->key() != readKey)
            return QStringLiteral("of another key");
        return lookup.value->version() == 1 ? QStringLiteral("old") : QStringLiteral("new");
    }

    ManualClock m_clock;
    std::uint32_t m_version = 1;
    std::string m_name;
    std::string m_otherName;
    TtlCache<CheckedValue> m_cache;
};

using Action = std::function<void(Scene &)>;

// What happens between the reading of the words and the question whether they belong together.
struct Meanwhile {
    const char *name;
    std::size_t maxEntries;
    Action action;
    QStringList answers; // of the get during which it happens
    QString afterwards;  // of the next get
};

const std::vector<Meanwhile> &everything()
{
    static constexpr std::size_t plenty = 1'000'000;
    static const std::vector<Meanwhile> rows{
        {"nothing", plenty, [](Scene &) {}, {"old"}, "old"},
        {"the value is replaced", plenty, [](Scene &s) { s.putNew(); }, {"old", "new"}, "new"},
        {"it is expired by hand", plenty, [](Scene &s) { s.expire(); }, {"old", "invalidated"}, "invalidated"},
        {"it is expired and loaded anew", plenty, [](Scene &s) { s.expire(), s.putNew(); }, {"old", "new"}, "new"},
        {"it is removed", plenty, [](Scene &s) { s.remove(); }, {"old", "invalidated"}, "invalidated"},
        {"it is removed and put again", plenty, [](Scene &s) { s.remove(), s.putNew(); }, {"old", "new"}, "new"},
        {"its place goes to another key",
         plenty,
         [](Scene &s) { s.remove(), s.putOther(); },
         {"old", "invalidated"},
         "invalidated"},
        {"the only place goes to another key",
         1,
         [](Scene &s) { s.remove(), s.putOther(); },
         {"old", "invalidated"},
         "invalidated"},
        {"it is evicted for another key", 1, [](Scene &s) { s.putOther(); }, {"old", "evicted"}, "evicted"},
        {"it goes and comes back to where another was",
         1,
         [](Scene &s) { s.putOther(), s.putNew(); },
         {"old", "new"},
         "new"},
        {"its place goes to one of a thousand",
         plenty,
         [](Scene &s) { s.remove(), s.putMany(); },
         {"old", "invalidated"},
         "invalidated"},
        {"it is cleaned up, and its place goes to one of a thousand",
         plenty,
         [](Scene &s) { s.passTime(), s.cleanUp(), s.putMany(); },
         {"old", "expired"},
         "expired"},
        {"its place goes to others, and it comes back elsewhere",
         plenty,
         [](Scene &s) { s.remove(), s.putMany(), s.putNew(); },
         {"old", "new"},
         "new"},
        {"a thousand others come", plenty, [](Scene &s) { s.putMany(); }, {"old"}, "old"},
        {"a thousand others come, and it is removed",
         plenty,
         [](Scene &s) { s.putMany(), s.remove(); },
         {"old", "invalidated"},
         "invalidated"},
        {"a thousand others come and go", plenty, [](Scene &s) { s.putMany(), s.removeMany(); }, {"old"}, "old"},
        {"a thousand others come and are cleaned up",
         plenty,
         [](Scene &s) { s.putMany(-1ns), s.cleanUp(); },
         {"old"},
         "old"},
        {"a cleanup spares it", plenty, [](Scene &s) { s.cleanUp(); }, {"old"}, "old"},
        {"its deadline passes", plenty, [](Scene &s) { s.passTime(); }, {"old", "expired"}, "expired"},
        {"it is cleaned up after its deadline",
         plenty,
         [](Scene &s) { s.passTime(), s.cleanUp(); },
         {"old", "expired"},
         "expired"},
        {"it is cleaned up after it was expired by hand",
         plenty,
         [](Scene &s) { s.expire(), s.cleanUp(); },
         {"old", "invalidated"},
         "invalidated"},
        {"the bound is lowered and lifted", plenty, [](Scene &s) { s.bound(2000), s.bound(3000); }, {"old"}, "old"},
    };
    return rows;
}

} // namespace

// What a get answers when everything happens to its entry while it is reading: the truth from before or the truth from
// after, never a mixture, never another's, and afterwards only the truth from after.
class tst_TtlCacheReaders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aReadAnswersOldOrNew_data();
    void aReadAnswersOldOrNew();
    void anInvalidationBeforeTheRetryIsSeen_data() { keyLengths(); }
    void anInvalidationBeforeTheRetryIsSeen();
    void aReadThatIsAlwaysDisturbedTakesTheLock_data() { keyLengths(); }
    void aReadThatIsAlwaysDisturbedTakesTheLock();
    void theLockIsWaitedForAndNotBelieved_data() { keyLengths(); }
    void theLockIsWaitedForAndNotBelieved();
    void theRestOfALongKeyIsNotBelievedEither();

private:
    static void keyLengths();
};

void tst_TtlCacheReaders::keyLengths()
{
    QTest::addColumn<int>("keyLength");
    for (const int length : {8, 24, 25, 255, 1020})
        QTest::addRow("a key of %d bytes", length) << length;
}

void tst_TtlCacheReaders::aReadAnswersOldOrNew_data()
{
    QTest::addColumn<int>("keyLength");
    QTest::addColumn<int>("row");
    QTest::addColumn<bool>("isCrowded");
    for (const int length : {8, 24, 25, 255, 1020}) {
        for (int row = 0; row < static_cast<int>(everything().size()); ++row) {
            const char *name = everything().at(static_cast<std::size_t>(row)).name;
            QTest::addRow("%s, a key of %d bytes", name, length) << length << row << false;
            QTest::addRow("%s, a key of %d bytes in a crowd", name, length) << length << row << true;
        }
    }
}

void tst_TtlCacheReaders::aReadAnswersOldOrNew()
{
    QFETCH(const int, keyLength);
    QFETCH(const int, row);
    QFETCH(const bool, isCrowded);
    const Meanwhile &meanwhile = everything().at(static_cast<std::size_t>(row));
    Scene scene(static_cast<std::size_t>(keyLength), meanwhile.maxEntries);
    if (isCrowded && meanwhile.maxEntries > 1)
        scene.putCrowd();
    int passed = 0;

    QString answer;
    {
        const SeqPoint::Hook hook("TtlCache.get.read", [&] {
            if (++passed == 1) // a retry passes again
                meanwhile.action(scene);
        });
        answer = scene.lookUp();
    }

    QVERIFY(scene.hasCountedOneGet());
    QVERIFY2(meanwhile.answers.contains(answer), qPrintable(answer));
    QCOMPARE(passed > 0, readsPassPoints);
    if (passed == 0)
        meanwhile.action(scene);
    QCOMPARE(scene.lookUp(), meanwhile.afterwards);
    QCOMPARE(scene.whatIsWrong(), QString());
}

// The words that were read are no longer there when the read is tried again: the second reading must not rest on
// anything that the first one found.
void tst_TtlCacheReaders::anInvalidationBeforeTheRetryIsSeen()
{
    QFETCH(const int, keyLength);
    Scene scene(static_cast<std::size_t>(keyLength), 1'000'000);
    int passed = 0;

    QString answer;
    {
        const SeqPoint::Hook hook("TtlCache.get.read", [&] {
            if (++passed == 1) {
                scene.putNew(); // makes the first reading void
            } else if (passed == 2) {
                scene.remove(); // and the second
                scene.putOther();
                scene.putMany();
            }
        });
        answer = scene.lookUp();
    }

    const QStringList rightAnswers{"old", "new", "invalidated"};
    QVERIFY2(rightAnswers.contains(answer), qPrintable(answer));
    QVERIFY(scene.hasCountedOneGet());
    if (passed >= 2) {
        QCOMPARE(scene.lookUp(), QStringLiteral("invalidated"));
        QCOMPARE(scene.lookUpOther(), QStringLiteral("present"));
    }
    QCOMPARE(passed > 0, readsPassPoints);
    QCOMPARE(scene.whatIsWrong(), QString());
}

// A get ends, however often its line changes under it.
void tst_TtlCacheReaders::aReadThatIsAlwaysDisturbedTakesTheLock()
{
    QFETCH(const int, keyLength);
    static constexpr int farTooOften = 10'000;
    Scene scene(static_cast<std::size_t>(keyLength), 1'000'000);
    int passed = 0;
    int locked = 0;

    QString answer;
    {
        const SeqPoint::Hook disturb("TtlCache.get.read", [&] {
            if (++passed < farTooOften)
                scene.putNew();
        });
        const SeqPoint::Hook count("TtlCache.get.locked", [&] { ++locked; });
        answer = scene.lookUp();
    }

    QCOMPARE(answer, readsPassPoints ? QStringLiteral("new") : QStringLiteral("old"));
    QVERIFY(scene.hasCountedOneGet());
    QVERIFY(passed < farTooOften);
    QCOMPARE(locked, readsPassPoints ? 1 : 0);
    QCOMPARE(scene.whatIsWrong(), QString());
}

// What happened before the lock was taken counts; nothing that was read without it does.
void tst_TtlCacheReaders::theLockIsWaitedForAndNotBelieved()
{
    QFETCH(const int, keyLength);
    Scene scene(static_cast<std::size_t>(keyLength), 1'000'000);
    int locked = 0;

    QString answer;
    {
        const SeqPoint::Hook disturb("TtlCache.get.read", [&] {
            if (locked == 0)
                scene.putNew();
        });
        const SeqPoint::Hook remove("TtlCache.get.locked", [&] {
            ++locked;
            scene.remove();
            scene.putMany();
        });
        answer = scene.lookUp();
    }

    QCOMPARE(answer, readsPassPoints ? QStringLiteral("invalidated") : QStringLiteral("old"));
    QVERIFY(scene.hasCountedOneGet());
    QCOMPARE(locked, readsPassPoints ? 1 : 0);
    QCOMPARE(scene.whatIsWrong(), QString());
}

// The first line of one key is read; then that key goes, and the lines of its rest are filled with those of another,
// whose prefix is the same.
void tst_TtlCacheReaders::theRestOfALongKeyIsNotBelievedEither()
{
    int hooks = 0;
    for (int round = 0; round < 200; ++round) {
        ManualClock clock;
        TtlCache<int> cache(clock, 1000); // a table of a few homes, of which they often share one
        const auto put = [&](const std::string &key, int value) {
            cache.put(key, value, {1h, clock.now(), cache.generation(key), EntrySource::Database, {}});
        };
        const std::string gone = std::string(30, 'p') + "a" + std::to_string(1000 + round);
        const std::string asked = std::string(30, 'p') + "b" + std::to_string(1000 + round);
        put(gone, 1);
        bool isDone = false;
        const SeqPoint::Hook replace("TtlCache.get.rest", [&] {
            if (std::exchange(isDone, true))
                return;
            ++hooks;
            cache.remove(gone);
            put(asked, 2);
            clock.advance(1s);
        });

        const auto lookup = cache.get(asked);

        QVERIFY(!lookup.value || *lookup.value == 2);
    }
    QVERIFY(hooks > 10);
}

QTEST_GUILESS_MAIN(tst_TtlCacheReaders)
#include "tst_TtlCacheReaders.moc"
