// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/cache/TtlCache.h"
#include "tests/core/cache/TtlCacheFixture.h"

#include <QtTest>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

// A get of many keys answers each as a get of it alone would: it is the same promise, by another way.
class tst_TtlCacheGetMany : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<TtlCacheFixture>(); }
    void cleanup()
    {
        QCOMPARE(m_fixture->whatIsWrong(), QString());
        m_fixture.reset();
    }

    void itAnswersEachAsAGetWould_data();
    void itAnswersEachAsAGetWould();
    void aMissCarriesTheGenerationOfItsLoad();
    void everyKeyIsCountedOnce();
    void theClockIsReadAfterTheEntriesAreFound();
    void whatIsInvalidatedMeanwhileIsAnsweredOldOrNotAtAll();

private:
    TtlCacheFixture &f() { return *m_fixture; }
    // "0: 7, 1: not_seen"
    QString lookUpMany(const std::vector<std::string> &keys);

    std::unique_ptr<TtlCacheFixture> m_fixture;
};

QString tst_TtlCacheGetMany::lookUpMany(const std::vector<std::string> &keys)
{
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    QStringList answers;
    f().cache.getMany(views, [&answers](std::size_t index, const auto &lookup) {
        const std::string_view reason = toString(lookup.missReason);
        answers << QStringLiteral("%1: %2").arg(index).arg(
            lookup.value ? QString::number(*lookup.value)
                         : QString::fromLatin1(reason.data(), static_cast<qsizetype>(reason.size())));
    });
    return answers.join(QStringLiteral(", "));
}

void tst_TtlCacheGetMany::itAnswersEachAsAGetWould_data()
{
    QTest::addColumn<int>("padding");
    QTest::addColumn<int>("count");

    QTest::newRow("nobody") << 0 << 0;
    QTest::newRow("one") << 0 << 1;
    QTest::newRow("a batch") << 0 << 16;
    QTest::newRow("a batch and one") << 0 << 17;
    QTest::newRow("many") << 0 << 1000;
    QTest::newRow("many whose keys fit no line") << 60 << 1000;
}

void tst_TtlCacheGetMany::itAnswersEachAsAGetWould()
{
    QFETCH(int, padding);
    QFETCH(int, count);
    std::vector<std::string> keys;
    for (int index = 0; index < count; ++index) {
        keys.push_back(std::to_string(index % 900) + std::string(static_cast<std::size_t>(padding), '.')); // some twice
        const std::string &key = keys.back();
        if (index % 5 > 0)
            f().insert(key, index, index % 5 == 1 ? std::chrono::nanoseconds(1s) : TtlCacheFixture::standardTtl);
        if (index % 5 == 2)
            f().cache.expire(key);
        if (index % 5 == 3)
            f().cache.remove(key);
    }
    f().clock.advance(1s + 1ns);
    QStringList expected;
    for (int index = 0; index < count; ++index)
        expected << QStringLiteral("%1: %2").arg(index).arg(f().lookUp(keys[static_cast<std::size_t>(index)]));

    QCOMPARE(lookUpMany(keys), expected.join(QStringLiteral(", ")));
}

void tst_TtlCacheGetMany::aMissCarriesTheGenerationOfItsLoad()
{
    f().insert("ada", 7);
    f().cache.expire("ada");
    const std::vector<std::string_view> keys{"ada", "bob"};
    std::vector<Generation> generations;

    f().cache.getMany(keys, [&](std::size_t, const auto &lookup) { generations.push_back(lookup.generation); });

    QCOMPARE(generations, (std::vector<Generation>{f().cache.generation("ada"), f().cache.generation("bob")}));
    QVERIFY(generations[0] != generations[1]);
}

void tst_TtlCacheGetMany::everyKeyIsCountedOnce()
{
    f().insertMany(20);
    std::vector<std::string> keys(3, "user7");
    for (int index = 10; index < 30; ++index)
        keys.push_back("user" + std::to_string(index));

    lookUpMany(keys);

    const CacheCounters all = f().cache.counters();
    QCOMPARE(all.gets, 23U);
    QCOMPARE(all.hits, 13U);
    QCOMPARE(f().cache.peek("user7")->facts.hits, 3U);
    QCOMPARE(f().cache.peek("user10")->facts.hits, 1U);
}

// Time passes while the entries are looked for: what is over by then is not returned.
void tst_TtlCacheGetMany::theClockIsReadAfterTheEntriesAreFound()
{
    f().insert("ada", 7, 10s);
    f().insert("bob", 8, 1h);
    int passed = 0;

    QString answer;
    {
        const SeqPoint::Hook pass("TtlCache.get.read", [&] {
            if (++passed == 1)
                f().clock.advance(11s);
        });
        answer = lookUpMany({"ada", "bob"});
    }

    QCOMPARE(answer, QStringLiteral("0: expired, 1: 8"));
}

void tst_TtlCacheGetMany::whatIsInvalidatedMeanwhileIsAnsweredOldOrNotAtAll()
{
    f().insert("ada", 7);
    f().insert("bob", 8);
    int passed = 0;

    QString answer;
    {
        const SeqPoint::Hook pass("TtlCache.get.read", [&] {
            if (++passed == 1)
                f().cache.expireAll();
        });
        answer = lookUpMany({"ada", "bob"});
    }

    // Of the first the words had been read, and were no longer there when they were looked at again.
    QCOMPARE(answer, QStringLiteral("0: invalidated, 1: invalidated"));
}

QTEST_APPLESS_MAIN(tst_TtlCacheGetMany)
#include "tst_TtlCacheGetMany.moc"
