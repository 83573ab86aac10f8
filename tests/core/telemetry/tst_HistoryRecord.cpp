// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/HistoryRecord.h"
#include "tests/core/telemetry/Samples.h"

#include <QTest>

#include <cstring>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

HistoryRecord recordOf(const Sample &sample)
{
    return {1, 77, sample};
}

} // namespace

class tst_HistoryRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas_data()
    {
        QTest::addColumn<Sample>("sample");

        Sample most = busySample(12);
        most.missesByReason = {1, 20, 300, 4'000, 50'000};
        most.merged = 10;
        most.databaseReachable = false;
        most.startsRun = true;
        Sample greatest = busySample(1);
        for (std::uint64_t *count : {&greatest.activeEntries, &greatest.gets, &greatest.hits, &greatest.evictions})
            *count = ~std::uint64_t(0);
        Sample epoch = secondOf(1);
        epoch.time = WallTime{}; // a machine whose clock was never set
        Sample nothingTook = secondOf(2);
        nothingTook.hitLatency = Percentiles{};

        QTest::newRow("a busy second") << busySample(12);
        QTest::newRow("a quiet one") << secondOf(3);
        QTest::newRow("a sum that begins a run, in an outage") << most;
        QTest::newRow("the greatest counts") << greatest;
        QTest::newRow("1970") << epoch;
        QTest::newRow("a latency of nothing is one") << nothingTook;
    }
    void comesBackAsItWas()
    {
        QFETCH(const Sample, sample);

        const std::optional<HistoryRecord> read = HistoryRecord::decoded(recordOf(sample).encoded().data());

        QVERIFY(read);
        QCOMPARE(read->ring, 1U);
        QCOMPARE(read->index, 77U);
        QCOMPARE(textOf(read->sample), textOf(sample));
    }

    void oneWrongBitAndItIsNone()
    {
        const HistoryRecord::Bytes good = recordOf(busySample(5)).encoded();
        for (std::size_t at = 0; at < good.size(); ++at) {
            for (int bit = 0; bit < 8; ++bit) {
                HistoryRecord::Bytes bad = good;
                bad[at] = static_cast<unsigned char>(bad[at] ^ (1 << bit));
                QVERIFY2(!HistoryRecord::decoded(bad.data()), qPrintable(QString::number(at)));
            }
        }
    }

    void whatWasNeverWrittenIsNone()
    {
        HistoryRecord::Bytes bytes{};
        QVERIFY(!HistoryRecord::decoded(bytes.data()));
        bytes.fill(0xFF);
        QVERIFY(!HistoryRecord::decoded(bytes.data()));
    }

    void whatCannotBeIsNoneThoughItsChecksumIsRight_data()
    {
        QTest::addColumn<Sample>("sample");
        const auto with = [](auto change) {
            Sample sample = busySample(5);
            change(sample);
            return sample;
        };
        QTest::newRow("of no second") << with([](Sample &s) { s.merged = 0; });
        QTest::newRow("of more seconds than were counted") << with([](Sample &s) { s.merged = 6; });
        QTest::newRow("of more than a day") << with([](Sample &s) { s.seq = s.merged = 90'000; });
        QTest::newRow("a number beyond all") << with([](Sample &s) { s.seq = ~std::uint64_t(0); });
        QTest::newRow("a negative length") << with([](Sample &s) { s.length = -1s; });
        QTest::newRow("a length of centuries") << with([](Sample &s) { s.length = std::chrono::nanoseconds::max(); });
        QTest::newRow("a negative latency") << with([](Sample &s) { s.hitLatency->p50 = -1ns; });
        QTest::newRow("before 1970") << with([](Sample &s) { s.time = WallTime(-1ms); });
        QTest::newRow("at the end of time") << with([](Sample &s) { s.time = WallTime::max(); });
    }
    void whatCannotBeIsNoneThoughItsChecksumIsRight()
    {
        QFETCH(const Sample, sample);

        QVERIFY(!HistoryRecord::decoded(recordOf(sample).encoded().data()));
    }

    void theChecksumIsThatOfZlib()
    {
        const char *text = "123456789"; // the example that every description of it gives

        QCOMPARE(crc32Of(reinterpret_cast<const unsigned char *>(text), std::strlen(text)), 0xCBF43926U);
    }
};

QTEST_APPLESS_MAIN(tst_HistoryRecord)
#include "tst_HistoryRecord.moc"
