// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/TtlCache.h"
#include "core/profiles/ProfileId.h"
#include "tests/core/cache/CheckedValue.h"
#include "tests/support/ManualClock.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

using Duration = std::chrono::nanoseconds;
constexpr Duration year = 8766h;
constexpr MonotonicTime beginning{};
constexpr MonotonicTime end = MonotonicTime::max();

std::string keyOf(std::uint32_t number)
{
    return "user" + std::to_string(number);
}

} // namespace

// The ends of everything: of time, of TTLs, of the bound, of identities.
class tst_TtlCacheEdges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start(MonotonicTime(10h)); }
    void cleanup() { QCOMPARE(QString::fromStdString(m_cache->checkInvariants()), QString()); }

    void everyMomentIsGoodToBegin_data();
    void everyMomentIsGoodToBegin();
    void noTtlLeadsOutOfTime_data();
    void noTtlLeadsOutOfTime();
    void everyDistanceToADeadlineIsExact_data();
    void everyDistanceToADeadlineIsExact();
    void oneJumpExpiresWhatIsOverAndNothingElse();
    void nothingForYearsThenEverythingWorks();
    void aTtlOfZeroLastsForItsNanosecond();
    void aNegativeTtlIsOverBeforeItBegins();
    void forcedAtTheEndOfTime();

    void aBoundOfOneWorks();
    void aBoundOfZeroIsOne();
    void theBoundGoesDownToOneAndUpAgain();

    void everyIdentityFitsAsItIs_data();
    void everyIdentityFitsAsItIs();

private:
    void start(MonotonicTime now, std::size_t maxEntries = 1'000'000)
    {
        m_cache.reset();
        m_clock = std::make_unique<ManualClock>(now);
        m_cache = std::make_unique<TtlCache<CheckedValue>>(*m_clock, maxEntries);
    }
    PutResult put(std::uint32_t number, Duration ttl)
    {
        const std::string key = keyOf(number);
        return m_cache->put(key, CheckedValue(number, 1),
                            {ttl, m_clock->now(), m_cache->generation(key), EntrySource::Database, {}});
    }
    bool isHit(std::uint32_t number)
    {
        const auto lookup = m_cache->get(keyOf(number));
        return lookup.value && *lookup.value == CheckedValue(number, 1);
    }
    void advanceTo(MonotonicTime time) { m_clock->advance(time - m_clock->now()); }
    QString size() const
    {
        const CacheSize size = m_cache->size();
        return QStringLiteral("%1 active, %2 expired").arg(size.active).arg(size.expired);
    }

    std::unique_ptr<ManualClock> m_clock;
    std::unique_ptr<TtlCache<CheckedValue>> m_cache;
};

void tst_TtlCacheEdges::everyMomentIsGoodToBegin_data()
{
    QTest::addColumn<Duration>("uptime");
    QTest::newRow("zero") << Duration(0);
    QTest::newRow("one ns") << Duration(1);
    QTest::newRow("ten hours") << Duration(10h);
    QTest::newRow("a hundred years") << Duration(100 * year);
    QTest::newRow("an hour before the end") << Duration(Duration::max() - 1h);
}

void tst_TtlCacheEdges::everyMomentIsGoodToBegin()
{
    QFETCH(const Duration, uptime);
    start(MonotonicTime(uptime));

    put(1, 1s);
    put(2, 30min);
    put(3, Duration::max());
    QCOMPARE(size(), QStringLiteral("3 active, 0 expired"));
    m_clock->advance(1s);
    QVERIFY(isHit(1));
    m_clock->advance(1ns);
    QVERIFY(!isHit(1));
    QCOMPARE(size(), QStringLiteral("2 active, 1 expired"));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{1});
    advanceTo(end);

    QVERIFY(!isHit(2));
    QVERIFY(isHit(3));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{1});
    QCOMPARE(size(), QStringLiteral("1 active, 0 expired"));
}

void tst_TtlCacheEdges::noTtlLeadsOutOfTime_data()
{
    QTest::addColumn<Duration>("uptime");
    QTest::addColumn<Duration>("ttl");
    QTest::addColumn<bool>("isActive");
    for (const auto &[name, uptime] : std::map<const char *, Duration>{
             {"at zero", Duration(0)}, {"at ten hours", 10h}, {"at the end of time", Duration::max()}}) {
        QTest::addRow("the longest, %s", name) << uptime << Duration::max() << true;
        QTest::addRow("the longest but one ns, %s", name) << uptime << Duration(Duration::max() - 1ns) << true;
        QTest::addRow("half of time, %s", name) << uptime << Duration(Duration::max() / 2) << true;
        QTest::addRow("30 min, %s", name) << uptime << Duration(30min) << true;
        QTest::addRow("one ns, %s", name) << uptime << Duration(1) << true;
        QTest::addRow("zero, %s", name) << uptime << Duration(0) << true;
        QTest::addRow("minus one ns, %s", name) << uptime << Duration(-1) << false;
        QTest::addRow("minus 30 min, %s", name) << uptime << Duration(-30min) << false;
        QTest::addRow("the most negative, %s", name) << uptime << Duration::min() << false;
    }
}

void tst_TtlCacheEdges::noTtlLeadsOutOfTime()
{
    QFETCH(const Duration, uptime);
    QFETCH(const Duration, ttl);
    QFETCH(const bool, isActive);
    start(MonotonicTime(uptime));

    QVERIFY(put(1, ttl) == PutResult::Stored);

    QCOMPARE(isHit(1), isActive);
    QVERIFY(m_cache->peek(keyOf(1))->facts.deadline == saturatedSum(m_clock->now(), ttl));
    QCOMPARE(size(), isActive ? QStringLiteral("1 active, 0 expired") : QStringLiteral("0 active, 1 expired"));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{isActive ? 0U : 1U});
    QVERIFY(put(1, 30min) == PutResult::Stored);
    QVERIFY(isHit(1));
}

void tst_TtlCacheEdges::everyDistanceToADeadlineIsExact_data()
{
    QTest::addColumn<Duration>("uptime");
    QTest::addColumn<bool>("cleansUp");
    QTest::newRow("from zero, counting") << Duration(0) << false;
    QTest::newRow("from zero, cleaning up") << Duration(0) << true;
    QTest::newRow("from an odd moment, counting") << Duration(123'456'789'012'345) << false;
    QTest::newRow("from an odd moment, cleaning up") << Duration(123'456'789'012'345) << true;
    QTest::newRow("from before a power of two") << Duration((1LL << 52) - 1) << true;
}

// Deadlines around every power of two, whatever ticks and levels an index of deadlines may have: looked at on each
// deadline and one nanosecond later.
void tst_TtlCacheEdges::everyDistanceToADeadlineIsExact()
{
    QFETCH(const Duration, uptime);
    QFETCH(const bool, cleansUp);
    start(MonotonicTime(uptime));
    std::vector<MonotonicTime> deadlines;
    for (int bit = 0; bit < 62; ++bit) {
        for (const Duration nudge : {-1ns, 0ns, 1ns}) {
            const Duration ttl = Duration(1LL << bit) + nudge;
            put(static_cast<std::uint32_t>(deadlines.size()), ttl);
            deadlines.push_back(m_clock->now() + ttl);
        }
    }
    std::vector<MonotonicTime> order = deadlines;
    std::sort(order.begin(), order.end());

    std::uint64_t removed = 0;
    for (const MonotonicTime deadline : order) {
        for (const MonotonicTime moment : {deadline, deadline + 1ns}) {
            if (moment > m_clock->now())
                advanceTo(moment);
            const auto over = static_cast<std::uint64_t>(std::count_if(
                deadlines.begin(), deadlines.end(), [&](MonotonicTime each) { return m_clock->now() > each; }));
            QCOMPARE(m_cache->size().expired, over - removed);
            QCOMPARE(m_cache->size().active, deadlines.size() - over);
            if (cleansUp)
                removed += m_cache->cleanup().removed;
            QCOMPARE(removed, cleansUp ? over : 0);
        }
    }
    QCOMPARE(m_cache->cleanup().removed, deadlines.size() - removed);
}

void tst_TtlCacheEdges::oneJumpExpiresWhatIsOverAndNothingElse()
{
    for (std::uint32_t number = 0; number < 1000; ++number)
        put(number, number % 2 == 0 ? Duration(30min) : Duration(20 * year));
    const auto loadGeneration = m_cache->generation(keyOf(0));
    const MonotonicTime readAt = m_clock->now();

    m_clock->advance(10 * year);
    QCOMPARE(size(), QStringLiteral("500 active, 500 expired"));
    QVERIFY(!isHit(0));
    QVERIFY(isHit(1));
    put(5000, 1s); // short again, after all that time
    QVERIFY(isHit(5000));
    // A load that took ten years brings what is over already.
    m_cache->put(keyOf(0), CheckedValue(0, 1), {30min, readAt, loadGeneration, EntrySource::Database, {}});
    QVERIFY(!isHit(0));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{500});
    QCOMPARE(size(), QStringLiteral("501 active, 0 expired"));

    m_clock->advance(1s + 1ns);
    QVERIFY(!isHit(5000));
    m_clock->advance(20 * year);
    QCOMPARE(size(), QStringLiteral("0 active, 501 expired"));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{501});
}

void tst_TtlCacheEdges::nothingForYearsThenEverythingWorks()
{
    start(beginning);
    for (int decade = 0; decade < 25; ++decade) {
        put(1, 30min);
        put(2, 1ns);
        QVERIFY(isHit(1));
        m_clock->advance(2ns);
        QVERIFY(isHit(1));
        QVERIFY(!isHit(2));
        QCOMPARE(size(), QStringLiteral("1 active, 1 expired"));
        if (decade % 2 == 0)
            QCOMPARE(m_cache->cleanup().removed, std::uint64_t{1});
        m_clock->advance(10 * year);
        QVERIFY(!isHit(1));
        QCOMPARE(m_cache->size().active, std::uint64_t{0});
    }
}

void tst_TtlCacheEdges::aTtlOfZeroLastsForItsNanosecond()
{
    put(1, 0ns);

    QVERIFY(isHit(1));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{0});
    m_clock->advance(1ns);
    QVERIFY(!isHit(1));
    QCOMPARE(size(), QStringLiteral("0 active, 1 expired"));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{1});
}

void tst_TtlCacheEdges::aNegativeTtlIsOverBeforeItBegins()
{
    put(1, 30min);
    put(1, -1ns); // takes the place of what was good

    const auto lookup = m_cache->get(keyOf(1));
    QVERIFY(!lookup.value);
    QVERIFY(lookup.missReason == MissReason::Expired);
    QCOMPARE(size(), QStringLiteral("0 active, 1 expired"));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{1});
    QCOMPARE(size(), QStringLiteral("0 active, 0 expired"));
}

void tst_TtlCacheEdges::forcedAtTheEndOfTime()
{
    start(end);
    put(1, Duration::max());
    put(2, 0ns);
    QCOMPARE(size(), QStringLiteral("2 active, 0 expired"));

    QVERIFY(m_cache->expire(keyOf(1)));
    QCOMPARE(size(), QStringLiteral("1 active, 1 expired"));
    QCOMPARE(m_cache->expireAll(), std::uint64_t{1});
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{2});
    QCOMPARE(size(), QStringLiteral("0 active, 0 expired"));
}

void tst_TtlCacheEdges::aBoundOfOneWorks()
{
    start(beginning, 1);
    for (std::uint32_t number = 0; number < 100; ++number) {
        put(number, 30min);
        QVERIFY(isHit(number));
        QVERIFY(number == 0 || !m_cache->peek(keyOf(number - 1)));
        QCOMPARE(size(), QStringLiteral("1 active, 0 expired"));
    }
    put(99, 1s); // in its own place
    QVERIFY(isHit(99));
    QCOMPARE(m_cache->counters().removals.at(static_cast<std::size_t>(RemovalCause::Evicted)), std::uint64_t{99});

    QVERIFY(m_cache->expire(keyOf(99)));
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{1});
    QCOMPARE(m_cache->cleanup().removed, std::uint64_t{0});
    put(7, 30min);
    QVERIFY(m_cache->remove(keyOf(7)));
    put(8, 30min);
    QVERIFY(isHit(8));
    QCOMPARE(m_cache->counters().removals.at(static_cast<std::size_t>(RemovalCause::Evicted)), std::uint64_t{99});
}

void tst_TtlCacheEdges::aBoundOfZeroIsOne()
{
    start(beginning, 0);
    QCOMPARE(m_cache->maxEntries(), std::size_t{1});
    put(1, 30min);
    QVERIFY(isHit(1));

    m_cache->setMaxEntries(0);
    QCOMPARE(m_cache->maxEntries(), std::size_t{1});
    QVERIFY(isHit(1));
}

void tst_TtlCacheEdges::theBoundGoesDownToOneAndUpAgain()
{
    for (const std::size_t bound :
         {std::size_t{1}, std::size_t{500}, std::size_t{2}, std::size_t{1000}, std::size_t{1}}) {
        m_cache->setMaxEntries(bound);
        QVERIFY(m_cache->size().total() <= bound);
        for (std::uint32_t number = 0; number < 600; ++number)
            put(number, 30min);
        QCOMPARE(m_cache->size().total(), std::uint64_t{std::min<std::size_t>(bound, 600)});
        QCOMPARE(QString::fromStdString(m_cache->checkInvariants()), QString());
    }
}

void tst_TtlCacheEdges::everyIdentityFitsAsItIs_data()
{
    QTest::addColumn<std::string>("identity");
    QTest::newRow("one letter") << std::string("a");
    for (const int length : {23, 24, 25, 26, 31, 32, 33, 63, 64, 65, 127, 254, 255})
        QTest::addRow("%d letters", length) << std::string(static_cast<std::size_t>(length), 'x');
    std::string widest;
    for (int character = 0; character < 255; ++character)
        widest += "\xF0\x9F\x98\x80";
    QTest::newRow("255 characters of 4 bytes") << widest;
}

// What the edge lets in (tst_ProfileId: 1 to 255 characters, so at most 1,020 bytes) is kept whole, and is nobody else.
void tst_TtlCacheEdges::everyIdentityFitsAsItIs()
{
    QFETCH(const std::string, identity);
    const Result<ProfileId> id = ProfileId::parse(identity);
    QVERIFY(id);
    std::vector<std::string> neighbours{identity + "x", identity.substr(0, identity.size() - 1), identity, identity};
    neighbours[2].front() = '_';
    neighbours[3].back() = '_';
    if (identity.size() == 1)
        neighbours.pop_back(); // its first byte is its last

    const std::string &key = id->text();
    m_cache->put(key, CheckedValue(1, 1), {30min, m_clock->now(), m_cache->generation(key), EntrySource::Database, {}});
    for (std::uint32_t index = 0; index < neighbours.size(); ++index) {
        QVERIFY(!m_cache->get(neighbours[index]).value);
        m_cache->put(neighbours[index], CheckedValue(2 + index, 1),
                     {30min, m_clock->now(), m_cache->generation(neighbours[index]), EntrySource::Database, {}});
    }

    QVERIFY(m_cache->get(key).value == CheckedValue(1, 1));
    for (std::uint32_t index = 0; index < neighbours.size(); ++index)
        QVERIFY(m_cache->get(neighbours[index]).value == CheckedValue(2 + index, 1));
    bool isListed = false;
    m_cache->forEach([&](std::string_view listed, const CheckedValue &value, const EntryFacts &) {
        isListed = isListed || (listed == key && value == CheckedValue(1, 1));
    });
    QVERIFY(isListed);
    QVERIFY(m_cache->remove(key));
    QVERIFY(!m_cache->get(key).value);
    QCOMPARE(m_cache->size().total(), neighbours.size());
}

QTEST_GUILESS_MAIN(tst_TtlCacheEdges)
#include "tst_TtlCacheEdges.moc"
