// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/ProfileJson.h"

#include <QDateTime>
#include <QTest>

#include <random>

using namespace hearth;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(std::chrono::milliseconds)

class tst_Rfc3339 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesUtcWithMilliseconds_data();
    void writesUtcWithMilliseconds();
    void readsEveryForm_data();
    void readsEveryForm();
    void refusesWhatIsNoTime_data();
    void refusesWhatIsNoTime();
    void agreesWithQtOnAnyTime();
};

using std::chrono::milliseconds;

void tst_Rfc3339::writesUtcWithMilliseconds_data()
{
    QTest::addColumn<milliseconds>("time");
    QTest::addColumn<QString>("text");

    QTest::newRow("the epoch") << 0ms << "1970-01-01T00:00:00.000Z";
    QTest::newRow("the example of the contract") << 1795343600120ms << "2026-11-22T10:33:20.120Z";
    QTest::newRow("a leap day") << 951782400001ms << "2000-02-29T00:00:00.001Z";
    QTest::newRow("one millisecond before the epoch") << -1ms << "1969-12-31T23:59:59.999Z";
    QTest::newRow("before the Gregorian calendar") << -62135596800000ms << "0001-01-01T00:00:00.000Z";
    QTest::newRow("the first there is") << -62167219200000ms << "0000-01-01T00:00:00.000Z";
    QTest::newRow("the last there is") << 253402300799999ms << "9999-12-31T23:59:59.999Z";
    QTest::newRow("later is held at the last") << 253402300800000ms << "9999-12-31T23:59:59.999Z";
    QTest::newRow("for ever is held at the last") << milliseconds::max() << "9999-12-31T23:59:59.999Z";
    QTest::newRow("always is held at the first") << milliseconds::min() << "0000-01-01T00:00:00.000Z";
}

void tst_Rfc3339::writesUtcWithMilliseconds()
{
    QFETCH(const milliseconds, time);
    QFETCH(const QString, text);

    QCOMPARE(QString::fromStdString(toRfc3339(WallTime(time))), text);
}

void tst_Rfc3339::readsEveryForm_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("inUtc");

    QTest::newRow("milliseconds") << "2026-11-22T10:33:20.120Z"
                                  << "2026-11-22T10:33:20.120Z";
    QTest::newRow("no fraction") << "2026-11-22T10:33:20Z"
                                 << "2026-11-22T10:33:20.000Z";
    QTest::newRow("one digit") << "2026-11-22T10:33:20.1Z"
                               << "2026-11-22T10:33:20.100Z";
    QTest::newRow("two digits") << "2026-11-22T10:33:20.01Z"
                                << "2026-11-22T10:33:20.010Z";
    QTest::newRow("microseconds") << "2026-11-22T10:33:20.120999Z"
                                  << "2026-11-22T10:33:20.120Z";
    QTest::newRow("nanoseconds") << "2026-11-22T10:33:20.000999999Z"
                                 << "2026-11-22T10:33:20.000Z";
    QTest::newRow("forty digits") << "2026-11-22T10:33:20." + QString(40, '9') + "Z"
                                  << "2026-11-22T10:33:20.999Z";
    QTest::newRow("small letters") << "2026-11-22t10:33:20.120z"
                                   << "2026-11-22T10:33:20.120Z";
    QTest::newRow("a blank instead of the T") << "2026-11-22 10:33:20.120Z"
                                              << "2026-11-22T10:33:20.120Z";
    QTest::newRow("offset zero") << "2026-11-22T10:33:20+00:00"
                                 << "2026-11-22T10:33:20.000Z";
    QTest::newRow("offset unknown") << "2026-11-22T10:33:20-00:00"
                                    << "2026-11-22T10:33:20.000Z";
    QTest::newRow("east, with minutes") << "2026-11-22T10:33:20.5+05:45"
                                        << "2026-11-22T04:48:20.500Z";
    QTest::newRow("west, into the next year") << "2026-12-31T23:30:00-01:00"
                                              << "2027-01-01T00:30:00.000Z";
    QTest::newRow("east, into the last year") << "2026-01-01T00:30:00+01:00"
                                              << "2025-12-31T23:30:00.000Z";
    QTest::newRow("the largest offset") << "2026-01-01T00:00:00+23:59"
                                        << "2025-12-31T00:01:00.000Z";
    QTest::newRow("a leap day") << "2024-02-29T12:00:00Z"
                                << "2024-02-29T12:00:00.000Z";
    QTest::newRow("a leap day in a century") << "2000-02-29T12:00:00Z"
                                             << "2000-02-29T12:00:00.000Z";
    QTest::newRow("east, into a leap day") << "2024-03-01T00:00:00+01:00"
                                           << "2024-02-29T23:00:00.000Z";
    QTest::newRow("before the epoch") << "1969-12-31T23:59:59.999Z"
                                      << "1969-12-31T23:59:59.999Z";
    QTest::newRow("a fraction before the epoch") << "1960-01-01T00:00:00.0019Z"
                                                 << "1960-01-01T00:00:00.001Z";
    QTest::newRow("the year 0") << "0000-02-29T00:00:00Z"
                                << "0000-02-29T00:00:00.000Z";
    QTest::newRow("the year 9999") << "9999-12-31T23:59:59.999Z"
                                   << "9999-12-31T23:59:59.999Z";
    QTest::newRow("a leap second") << "2016-12-31T23:59:60Z"
                                   << "2017-01-01T00:00:00.000Z";
    QTest::newRow("a leap second in California") << "2016-12-31T15:59:60.5-08:00"
                                                 << "2017-01-01T00:00:00.500Z";
}

void tst_Rfc3339::readsEveryForm()
{
    QFETCH(const QString, text);
    QFETCH(const QString, inUtc);

    const Result<WallTime> time = wallTimeFromRfc3339(text.toStdString());

    QVERIFY2(time, time ? "" : time.error().detail.c_str());
    QCOMPARE(QString::fromStdString(toRfc3339(*time)), inUtc);
}

void tst_Rfc3339::refusesWhatIsNoTime_data()
{
    QTest::addColumn<QString>("text");

    QTest::newRow("nothing") << "";
    QTest::newRow("words") << "yesterday";
    QTest::newRow("only a date") << "2026-11-22";
    QTest::newRow("no zone") << "2026-11-22T10:33:20.120";
    QTest::newRow("no seconds") << "2026-11-22T10:33Z";
    QTest::newRow("a point without digits") << "2026-11-22T10:33:20.Z";
    QTest::newRow("a comma") << "2026-11-22T10:33:20,120Z";
    QTest::newRow("a blank in front") << " 2026-11-22T10:33:20Z";
    QTest::newRow("a blank behind") << "2026-11-22T10:33:20Z ";
    QTest::newRow("a NUL behind") << QString("2026-11-22T10:33:20Z") + QChar(0);
    QTest::newRow("no separators") << "20261122T103320Z";
    QTest::newRow("a short year") << "226-11-22T10:33:20Z";
    QTest::newRow("a long year") << "12026-11-22T10:33:20Z";
    QTest::newRow("a signed year") << "+026-11-22T10:33:20Z";
    QTest::newRow("a one-digit month") << "2026-1-22T10:33:20Z";
    QTest::newRow("month 0") << "2026-00-22T10:33:20Z";
    QTest::newRow("month 13") << "2026-13-22T10:33:20Z";
    QTest::newRow("day 0") << "2026-11-00T10:33:20Z";
    QTest::newRow("the 31st of November") << "2026-11-31T10:33:20Z";
    QTest::newRow("no leap year") << "2026-02-29T10:33:20Z";
    QTest::newRow("no leap year in a century") << "1900-02-29T10:33:20Z";
    QTest::newRow("hour 24") << "2026-11-22T24:00:00Z";
    QTest::newRow("minute 60") << "2026-11-22T10:60:20Z";
    QTest::newRow("second 61") << "2026-12-31T23:59:61Z";
    QTest::newRow("second 60 at noon") << "2026-12-31T12:00:60Z";
    QTest::newRow("second 60 in local time only") << "2016-12-31T23:59:60+01:00";
    QTest::newRow("an offset without a colon") << "2026-11-22T10:33:20+0100";
    QTest::newRow("an offset of hours only") << "2026-11-22T10:33:20+01";
    QTest::newRow("an offset of a day") << "2026-11-22T10:33:20+24:00";
    QTest::newRow("an offset of 60 minutes") << "2026-11-22T10:33:20+00:60";
    QTest::newRow("Z and an offset") << "2026-11-22T10:33:20Z+01:00";
    QTest::newRow("before the year 0 in UTC") << "0000-01-01T00:00:00+00:01";
    QTest::newRow("after the year 9999 in UTC") << "9999-12-31T23:59:59-00:01";
    QTest::newRow("digits of another script") << QStringLiteral("२०२६-11-22T10:33:20Z");
}

void tst_Rfc3339::refusesWhatIsNoTime()
{
    QFETCH(const QString, text);

    const Result<WallTime> time = wallTimeFromRfc3339(text.toStdString());

    QVERIFY(!time);
    QCOMPARE(time.error().code, ErrorCode::BadData);
    QVERIFY(!time.error().detail.empty());
}

void tst_Rfc3339::agreesWithQtOnAnyTime()
{
    std::mt19937_64 random(20261122);
    std::uniform_int_distribution<qint64> anyTime(-62135596800000, 253402300799999);
    for (int i = 0; i < 20'000; ++i) {
        const qint64 time = anyTime(random);

        const QString text = QString::fromStdString(toRfc3339(WallTime(milliseconds(time))));

        QCOMPARE(text, QDateTime::fromMSecsSinceEpoch(time, Qt::UTC).toString(Qt::ISODateWithMs));
        const Result<WallTime> read = wallTimeFromRfc3339(text.toStdString());
        QVERIFY(read);
        QCOMPARE(qint64(read->time_since_epoch().count()), time);
    }
}

QTEST_APPLESS_MAIN(tst_Rfc3339)
#include "tst_Rfc3339.moc"
