// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Format.h"

#include <QtTest>

#include <clocale>
#include <limits>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

struct Row {
    std::string actual;
    const char *expected;
};

} // namespace
Q_DECLARE_METATYPE(Row)

// A row is a sentence: a value formatted, and the text that people should read.
class tst_Format : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void count_data();
    void count() { compare(); }
    void shortCount_data();
    void shortCount() { compare(); }
    void latency_data();
    void latency() { compare(); }
    void clockTime_data();
    void clockTime() { compare(); }
    void ttl_data();
    void ttl() { compare(); }
    void span_data();
    void span() { compare(); }
    void percent_data();
    void percent() { compare(); }
    void rate_data();
    void rate() { compare(); }
    void bytes_data();
    void bytes() { compare(); }
    void theMicroSignIsU00B5();

private:
    static void row(const char *name, const std::string &actual, const char *expected)
    {
        QTest::newRow(name) << Row{actual, expected};
    }
    static void compare()
    {
        QFETCH(Row, row);
        QCOMPARE(QString::fromStdString(row.actual), QString::fromUtf8(row.expected));
    }
};

// The texts must not depend on a locale with a decimal comma.
void tst_Format::initTestCase()
{
    std::setlocale(LC_ALL, "de_DE.UTF-8"); // no harm where it is not installed
}

void tst_Format::count_data()
{
    QTest::addColumn<Row>("row");
    row("zero", format::count(0), "0");
    row("three digits", format::count(999), "999");
    row("four digits", format::count(1000), "1,000");
    row("five digits", format::count(12'410), "12,410");
    row("seven digits", format::count(1'820'000), "1,820,000");
    row("the largest", format::count(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

void tst_Format::shortCount_data()
{
    QTest::addColumn<Row>("row");
    row("zero", format::shortCount(0), "0");
    row("minus zero", format::shortCount(-0.0), "0");
    row("a fraction", format::shortCount(0.3), "0.3");
    row("below a thousand", format::shortCount(950), "950");
    row("rounds within its unit", format::shortCount(999.4), "999");
    row("rounds into the next unit", format::shortCount(999.6), "1 k");
    row("thousands", format::shortCount(12'410), "12.4 k");
    row("thousands become millions", format::shortCount(999'600), "1 M");
    row("millions", format::shortCount(1'820'000), "1.82 M");
    row("a trailing zero is left out", format::shortCount(1'800'000), "1.8 M");
    row("thousand millions", format::shortCount(4.56e9), "4.56 G");
    row("beyond all units", format::shortCount(2.5e15), "2500 T");
    row("negative", format::shortCount(-12'410), "-12.4 k");
    row("infinite", format::shortCount(infinite), "n/a");
    row("not a number", format::shortCount(notANumber), "n/a");
}

void tst_Format::latency_data()
{
    QTest::addColumn<Row>("row");
    row("none", format::latency(0ns), "0 ns");
    row("nanoseconds", format::latency(430ns), "430 ns");
    row("the last nanosecond", format::latency(999ns), "999 ns");
    row("the first microsecond", format::latency(1000ns), "1 µs");
    row("microseconds", format::latency(1100ns), "1.1 µs");
    row("rounded up to ten", format::latency(9'996ns), "10 µs");
    row("rounds within its unit", format::latency(999'400ns), "999 µs");
    row("rounds into milliseconds", format::latency(999'600ns), "1 ms");
    row("milliseconds", format::latency(212ms), "212 ms");
    row("rounds into seconds", format::latency(999'600us), "1 s");
    row("seconds", format::latency(4'210ms), "4.21 s");
    row("many seconds", format::latency(1'234s), "1,234 s");
    row("rounds up to a thousand seconds", format::latency(999'600ms), "1,000 s");
    row("negative", format::latency(-1100ns), "-1.1 µs");
    row("the longest", format::latency(std::chrono::nanoseconds::max()), "9,223,372,037 s");
    row("the most negative", format::latency(std::chrono::nanoseconds::min()), "-9,223,372,037 s");
}

void tst_Format::clockTime_data()
{
    QTest::addColumn<Row>("row");
    row("none", format::clockTime(0s), "0:00");
    row("seconds", format::clockTime(5s), "0:05");
    row("minutes", format::clockTime(3min + 41s), "3:41");
    row("the last second of an hour", format::clockTime(1h - 1s), "59:59");
    row("hours", format::clockTime(1h + 2min + 9s), "1:02:09");
    row("the last second of a day", format::clockTime(24h - 1s), "23:59:59");
    row("a day", format::clockTime(24h), "1 d 0:00:00");
    row("days", format::clockTime(48h + 3h + 4min + 5s), "2 d 3:04:05");
    row("overdue", format::clockTime(-5s), "-0:05");
}

void tst_Format::ttl_data()
{
    QTest::addColumn<Row>("row");
    row("the default", format::ttl(1800s), "30 min");
    row("one minute", format::ttl(60s), "1 min");
    row("not whole minutes", format::ttl(90s), "90 s");
    row("below a minute", format::ttl(59s), "59 s");
    row("a day", format::ttl(24h), "1440 min");
    row("none", format::ttl(0s), "0 s");
}

void tst_Format::span_data()
{
    QTest::addColumn<Row>("row");
    row("none", format::span(0ns), "0 ns");
    row("a fraction of a millisecond", format::span(400us), "0.4 ms");
    row("too short for milliseconds", format::span(1100ns), "1.1 µs");
    row("milliseconds", format::span(212ms), "212 ms");
    row("nearly a second", format::span(999'600us), "1 s");
    row("seconds", format::span(12'300ms), "12.3 s");
    row("nearly a minute", format::span(59'960ms), "1 min");
    row("minutes", format::span(4min + 12s + 900ms), "4 min 12 s");
    row("whole minutes", format::span(4min), "4 min");
    row("hours", format::span(2h + 5min + 59s), "2 h 5 min");
    row("whole hours", format::span(2h + 59s), "2 h");
    row("days", format::span(76h + 59min), "3 d 4 h");
    row("negative", format::span(-2h), "-2 h");
}

void tst_Format::percent_data()
{
    QTest::addColumn<Row>("row");
    row("no value", format::percent(std::nullopt), "n/a");
    row("not a number", format::percent(notANumber), "n/a");
    row("infinite", format::percent(infinite), "n/a");
    row("nothing", format::percent(0.0), "0 %");
    row("minus nothing", format::percent(-0.0), "0 %");
    row("never rounds down to nothing", format::percent(0.0001), "0.1 %");
    row("the smallest", format::percent(std::numeric_limits<double>::min()), "0.1 %");
    row("a tenth is not a number of its own", format::percent(0.001), "0.1 %");
    row("half", format::percent(0.5), "50 %");
    row("one decimal", format::percent(0.974), "97.4 %");
    row("nearly all", format::percent(0.999), "99.9 %");
    row("never rounds up to all", format::percent(0.9999), "99.9 %");
    row("all but one in a million million", format::percent(1 - 1e-12), "99.9 %");
    row("all", format::percent(1.0), "100 %");
    row("more than all", format::percent(1.5), "150 %");
}

void tst_Format::rate_data()
{
    QTest::addColumn<Row>("row");
    row("none", format::rate(0), "0 /s");
    row("now and then", format::rate(0.3), "0.3 /s");
    row("hardly ever is not never", format::rate(0.001), "< 0.01 /s");
    row("three digits", format::rate(41.26), "41.3 /s");
    row("rounds into four digits", format::rate(999.6), "1,000 /s");
    row("thousands", format::rate(4'120), "4,120 /s");
    row("not a number", format::rate(notANumber), "n/a");
    row("infinite", format::rate(infinite), "n/a");
}

void tst_Format::bytes_data()
{
    QTest::addColumn<Row>("row");
    row("none", format::bytes(0), "0 B");
    row("bytes", format::bytes(512), "512 B");
    row("the last byte", format::bytes(1023), "1023 B");
    row("the first KiB", format::bytes(1024), "1 KiB");
    row("one and a half", format::bytes(1536), "1.5 KiB");
    row("hundreds", format::bytes(345 * 1024 + 300), "345 KiB");
    row("rounds into the next unit", format::bytes(1024 * 1024 - 1), "1 MiB");
    row("GiB", format::bytes(std::size_t{3'435'973'837}), "3.2 GiB");
    row("the largest", format::bytes(std::numeric_limits<std::size_t>::max()), "16 EiB");
}

void tst_Format::theMicroSignIsU00B5()
{
    QCOMPARE(QString::fromStdString(format::latency(1100ns)), QStringLiteral("1.1 \u00b5s"));
}

QTEST_APPLESS_MAIN(tst_Format)
#include "tst_Format.moc"
