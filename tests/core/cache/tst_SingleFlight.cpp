// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/SingleFlight.h"

#include <QtTest>

#include <memory>

using namespace hearth;

// One leader per key and generation; the others get what it brought.
class tst_SingleFlight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_flights = std::make_unique<SingleFlight<QString>>();
        m_heard.clear();
    }
    void cleanup() { QCOMPARE(m_flights->size(), std::size_t{0}); }

    void theFirstLeadsAndAllHearInTheirOrder();
    void otherKeysAndGenerationsFlyOnTheirOwn();
    void afterTheLandingANewFlightBegins();
    void aWaiterMayJoinAndLand();
    void aWaiterMayBeEmpty();
    void waitersOfAFlightThatNeverLandsAreDropped();

private:
    bool join(std::string_view key, Generation generation, const QString &name)
    {
        return m_flights->join(key, generation,
                               [this, name](const QString &value) { m_heard += name + u'=' + value + u' '; });
    }

    std::unique_ptr<SingleFlight<QString>> m_flights;
    QString m_heard;
};

void tst_SingleFlight::theFirstLeadsAndAllHearInTheirOrder()
{
    QVERIFY(join("ada", 1, QStringLiteral("a")));
    QVERIFY(!join("ada", 1, QStringLiteral("b")));
    QVERIFY(!join("ada", 1, QStringLiteral("c")));
    QCOMPARE(m_flights->size(), std::size_t{1});
    QCOMPARE(m_heard, QString());

    m_flights->land("ada", 1, QStringLiteral("7"));

    QCOMPARE(m_heard, QStringLiteral("a=7 b=7 c=7 "));
}

void tst_SingleFlight::otherKeysAndGenerationsFlyOnTheirOwn()
{
    QVERIFY(join("ada", 1, QStringLiteral("a1")));
    QVERIFY(join("ada", 2, QStringLiteral("a2"))); // after an invalidation
    QVERIFY(join("bob", 1, QStringLiteral("b1")));
    QCOMPARE(m_flights->size(), std::size_t{3});

    m_flights->land("ada", 2, QStringLiteral("new"));
    QCOMPARE(m_heard, QStringLiteral("a2=new "));
    m_flights->land("ada", 1, QStringLiteral("old"));
    m_flights->land("bob", 1, QStringLiteral("bob"));
    QCOMPARE(m_heard, QStringLiteral("a2=new a1=old b1=bob "));
}

void tst_SingleFlight::afterTheLandingANewFlightBegins()
{
    join("ada", 1, QStringLiteral("a"));
    m_flights->land("ada", 1, QStringLiteral("1"));

    QVERIFY(join("ada", 1, QStringLiteral("b")));
    m_flights->land("ada", 1, QStringLiteral("2"));

    QCOMPARE(m_heard, QStringLiteral("a=1 b=2 "));
}

void tst_SingleFlight::aWaiterMayJoinAndLand()
{
    bool ledInside = false;
    m_flights->join("ada", 1, [&](const QString &) {
        ledInside = join("ada", 1, QStringLiteral("again"));
        m_flights->land("ada", 1, QStringLiteral("2"));
    });

    m_flights->land("ada", 1, QStringLiteral("1"));

    QVERIFY(ledInside);
    QCOMPARE(m_heard, QStringLiteral("again=2 "));
}

void tst_SingleFlight::aWaiterMayBeEmpty()
{
    QVERIFY(m_flights->join("ada", 1, nullptr)); // a warm-up that only leads
    join("ada", 1, QStringLiteral("b"));

    m_flights->land("ada", 1, QStringLiteral("1"));

    QCOMPARE(m_heard, QStringLiteral("b=1 "));
}

void tst_SingleFlight::waitersOfAFlightThatNeverLandsAreDropped()
{
    join("ada", 1, QStringLiteral("a"));

    m_flights = std::make_unique<SingleFlight<QString>>();

    QCOMPARE(m_heard, QString());
}

QTEST_APPLESS_MAIN(tst_SingleFlight)
#include "tst_SingleFlight.moc"
