// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/HistoryFile.h"
#include "tests/core/telemetry/Samples.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// Small enough to look at every byte of it.
constexpr HistoryShape smallShape{{{{1, 12}, {3, 6}, {6, 5}}}};

constexpr qsizetype headerBytes = 64;

// A program that has a history open from time to time.
struct Program {
    explicit Program(HistoryShape used = smallShape)
        : shape(used)
    {
    }
    QString file() const { return folder.filePath(QStringLiteral("a.hearth-history")); }
    void start()
    {
        history.reset();
        Result<std::unique_ptr<HistoryFile>> opened = HistoryFile::open(file().toStdString(), shape);
        QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
        history = *std::move(opened);
        isFirst = true;
    }
    void record(std::uint64_t count)
    {
        for (std::uint64_t i = 0; i < count; ++i) {
            Sample sample = busySample(++seq);
            sample.startsRun = std::exchange(isFirst, false);
            history->append(sample);
        }
        QVERIFY(history->flush());
    }
    std::vector<Sample> pastAfterStart()
    {
        start();
        return history ? history->takePast() : std::vector<Sample>();
    }
    QByteArray bytes() const
    {
        QFile read(file());
        return read.open(QIODevice::ReadOnly) ? read.readAll() : QByteArray();
    }
    void put(qsizetype at, char byte) const
    {
        QFile write(file());
        QVERIFY(write.open(QIODevice::ReadWrite | QIODevice::Unbuffered) && write.seek(at));
        QCOMPARE(write.write(&byte, 1), qint64(1));
    }
    void cut(qsizetype size) const { QVERIFY(QFile::resize(file(), size)); }
    void overwrite(const QByteArray &bytes)
    {
        history.reset();
        QFile::remove(file());
        QFile write(file());
        QVERIFY(write.open(QIODevice::WriteOnly));
        QCOMPARE(write.write(bytes), bytes.size());
    }

    QTemporaryDir folder;
    HistoryShape shape;
    std::unique_ptr<HistoryFile> history;
    std::uint64_t seq = 0;
    bool isFirst = true;
};

// Of every number the sample as it was recorded, or the sum of the samples.
QString rightTextOf(const Sample &read)
{
    std::uint64_t seq = read.seq - read.merged + 1;
    Sample sum = busySample(seq);
    while (seq < read.seq)
        sum = sumOf(sum, busySample(++seq));
    sum.startsRun = read.startsRun;
    return textOf(sum);
}

// What is wrong with what was read; empty when nothing is.
QString wrongIn(const std::vector<Sample> &past)
{
    std::uint64_t before = 0;
    for (const Sample &sample : past) {
        if (sample.seq - sample.merged < before)
            return QStringLiteral("overlap: ") + spansOf(past);
        if (textOf(sample) != rightTextOf(sample))
            return textOf(sample) + QStringLiteral(" instead of ") + rightTextOf(sample);
        before = sample.seq;
    }
    return {};
}

} // namespace

class tst_HistoryFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewOneIsEmpty();
    void whatWasRecordedIsThereAgain();
    void theOlderTheCoarser();
    void aStartEndsTheSumsAndIsTold();
    void aHoleStaysAHole();
    void whatWasNotWrittenYetIsSummedUpAllTheSame();
    void itNeverGrowsBeyondItsBound();
    void aFullOneOfTheRealShapeIsReadFast();
    void wroteOrNotAKillLosesNothingElse();
    void garbledAnywhereItIsNeverWrong();
    void cutAnywhereItIsNeverWrong();
    void whereverItWasCutItGoesOnFromThere();
    void whatOnlyACoarserRingStillHasIsTakenFromThere_data();
    void whatOnlyACoarserRingStillHasIsTakenFromThere();
    void whatStandsBehindItIsCutOff();
    void whatIsNoHistoryIsSetAside_data();
    void whatIsNoHistoryIsSetAside();
    void onlyOneProgramWrites();
    void aFullDiskIsSaidAndNothingIsLostWhenThereIsRoomAgain();
};

void tst_HistoryFile::aNewOneIsEmpty()
{
    Program program;

    QVERIFY(program.pastAfterStart().empty());
    QVERIFY(program.history->setAside().empty());
    QVERIFY(program.pastAfterStart().empty());
}

void tst_HistoryFile::whatWasRecordedIsThereAgain()
{
    Program program;
    program.start();
    program.record(5);

    const std::vector<Sample> past = program.pastAfterStart();

    QCOMPARE(spansOf(past), "| 1 2 3 4 5");
    QCOMPARE(wrongIn(past), QString());
}

void tst_HistoryFile::theOlderTheCoarser()
{
    Program program;
    program.start();
    program.record(40);

    const std::vector<Sample> past = program.pastAfterStart();

    // 12 seconds, 6 times 3, 5 times 6: each second is told once, by the finest that still has it.
    QCOMPARE(spansOf(past), "7-12 13-18 19-24 25-27 28-30 31 32 33 34 35 36 37 38 39 40");
    QCOMPARE(wrongIn(past), QString());
    for (std::size_t i = 1; i < past.size(); ++i)
        QVERIFY(past[i].follows(past[i - 1]));
}

void tst_HistoryFile::aStartEndsTheSumsAndIsTold()
{
    Program program;
    program.start();
    program.record(8);
    program.start();
    program.record(8);
    program.start();
    program.record(12);

    const std::vector<Sample> past = program.pastAfterStart();

    QCOMPARE(spansOf(past), "7-8 | 9-14 15-16 | 17 18 19 20 21 22 23 24 25 26 27 28");
    QCOMPARE(wrongIn(past), QString());
}

void tst_HistoryFile::aHoleStaysAHole()
{
    Program program;
    program.start();
    program.record(5);
    program.seq += 3; // there was no memory for these
    program.record(4);

    const std::vector<Sample> past = program.pastAfterStart();

    QCOMPARE(spansOf(past), "| 1 2 3 4 5 9 10 11 12");
    QVERIFY(!past[5].follows(past[4]));
}

void tst_HistoryFile::whatWasNotWrittenYetIsSummedUpAllTheSame()
{
    Program program;
    for (int run = 0; run < 20; ++run) {
        program.start();
        program.record(2); // never enough for a sum
    }

    const std::vector<Sample> past = program.pastAfterStart();

    QCOMPARE(wrongIn(past), QString());
    // Each start ended the sums of the run before it; that of the last run comes with the next.
    QCOMPARE(spansOf(past), "| 27-28 | 29 30 | 31 32 | 33 34 | 35 36 | 37 38 | 39 40");
}

void tst_HistoryFile::itNeverGrowsBeyondItsBound()
{
    QCOMPARE(HistoryShape().bytes(), std::size_t(5'184'064)); // what the header says
    Program program;
    program.start();
    for (int i = 0; i < 200; ++i) {
        program.record(1 + static_cast<std::uint64_t>(i % 7));
        QVERIFY(QFileInfo(program.file()).size() <= static_cast<qint64>(smallShape.bytes()));
    }
    for (int i = 0; i < 50; ++i) {
        program.start();
        program.record(1);
    }

    QCOMPARE(QFileInfo(program.file()).size(), static_cast<qint64>(smallShape.bytes()));
    QCOMPARE(QDir(program.folder.path()).entryList(QDir::Files).size(), 1);
}

void tst_HistoryFile::aFullOneOfTheRealShapeIsReadFast()
{
    Program program{HistoryShape()};
    program.start();
    program.record(8 * 86'400);
    QCOMPARE(QFileInfo(program.file()).size(), qint64(5'184'064));

    QElapsedTimer timer;
    timer.start();
    const std::vector<Sample> past = program.pastAfterStart();
    const qint64 took = timer.elapsed();

    // Two hours of seconds, what is left of a day in tens, what is left of a week in minutes.
    QCOMPARE(past.size(), std::size_t(7'200 + (86'400 - 7'200) / 10 + 6 * 1'440));
    QCOMPARE(wrongIn(past), QString());
    QVERIFY2(took < 5'000, qPrintable(QString::number(took))); // some 30 ms, on a thread that nobody waits for
    qInfo("a full file was read in %lld ms", static_cast<long long>(took));
}

void tst_HistoryFile::wroteOrNotAKillLosesNothingElse()
{
    Program program;
    program.start();
    program.history.reset();
    const pid_t child = ::fork();
    if (child == 0) { // writes as fast as it can until it is killed
        const auto opened = HistoryFile::open(program.file().toStdString(), smallShape);
        for (std::uint64_t seq = 1; opened; ++seq) {
            (*opened)->append(busySample(seq));
            if (!(*opened)->flush())
                break;
        }
        ::_exit(1);
    }
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(program.file()).size() == static_cast<qint64>(smallShape.bytes()), 20'000);
    ::kill(child, SIGKILL);
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));

    const std::vector<Sample> past = program.pastAfterStart();

    QCOMPARE(wrongIn(past), QString());
    // At most the one record that was being written is torn.
    QVERIFY2(past.back().seq - (past.front().seq - past.front().merged) >= 24, qPrintable(spansOf(past)));
    for (std::size_t i = 2; i < past.size(); ++i)
        QVERIFY2(past[i].follows(past[i - 1]), qPrintable(spansOf(past)));
}

void tst_HistoryFile::garbledAnywhereItIsNeverWrong()
{
    Program program;
    program.start();
    program.record(40);
    const QByteArray good = program.bytes();
    const QString whole = spansOf(program.pastAfterStart());
    int asIfNothingWas = 0;

    for (qsizetype at = 0; at < good.size(); ++at) {
        program.put(at, static_cast<char>(~good[at]));
        const std::vector<Sample> past = program.pastAfterStart();

        QCOMPARE(wrongIn(past), QString());
        if (at < headerBytes) { // the beginning tells what the rest is
            QVERIFY(past.empty());
            program.overwrite(good);
            QVERIFY(QFile::remove(program.file() + QStringLiteral(".set-aside-1")));
        } else {
            QVERIFY2(past.size() >= 12, qPrintable(QStringLiteral("%1: %2").arg(at).arg(spansOf(past))));
            QVERIFY(past.back().seq >= 39);
            asIfNothingWas += spansOf(past) == whole ? 1 : 0;
        }
        program.put(at, good[at]);
    }
    QVERIFY(asIfNothingWas > 0); // where a finer ring tells the same
}

void tst_HistoryFile::cutAnywhereItIsNeverWrong()
{
    Program program;
    program.start();
    program.record(40);

    for (qsizetype size = program.bytes().size() - 1; size >= 0; --size) {
        program.cut(size);
        const std::vector<Sample> past = program.pastAfterStart();

        QVERIFY(program.history->setAside().empty());
        QCOMPARE(wrongIn(past), QString());
        const auto records =
            static_cast<std::size_t>(std::max<qsizetype>(0, size - headerBytes)) / HistoryRecord::bytes;
        QVERIFY2(past.size() >= std::min<std::size_t>(records, 12), qPrintable(spansOf(past)));
    }
}

void tst_HistoryFile::whereverItWasCutItGoesOnFromThere()
{
    Program program;
    program.start();
    program.record(40);
    const QByteArray good = program.bytes();

    for (qsizetype size = 0; size < good.size(); size += 50) {
        program.overwrite(good.left(size));
        const std::vector<Sample> before = program.pastAfterStart();
        program.seq = before.empty() ? 0 : before.back().seq;
        program.record(3);
        const std::vector<Sample> past = program.pastAfterStart();

        QCOMPARE(wrongIn(past), QString());
        QVERIFY(past.size() >= 3 && past.back().seq == program.seq);
    }
}

void tst_HistoryFile::whatOnlyACoarserRingStillHasIsTakenFromThere_data()
{
    QTest::addColumn<quint64>("firstLost"); // of the seconds, up to the last
    QTest::addColumn<QString>("spans");
    QTest::newRow("the newest seconds") << quint64(36) << "7-12 13-18 19-24 25-27 28-30 31 32 33 34 35 37-39";
    QTest::newRow("all seconds") << quint64(29) << "7-12 13-18 19-24 25-27 28-30 31-33 34-36 37-39";
}

// As a power cut may leave it, which takes what the kernel had not written yet.
void tst_HistoryFile::whatOnlyACoarserRingStillHasIsTakenFromThere()
{
    QFETCH(const quint64, firstLost);
    QFETCH(const QString, spans);
    Program program;
    program.start();
    program.record(40);
    for (quint64 seq = firstLost; seq <= 40; ++seq) {
        const auto slot = static_cast<qsizetype>((seq - 1) % 12);
        program.put(headerBytes + slot * static_cast<qsizetype>(HistoryRecord::bytes), '\0');
    }

    const std::vector<Sample> past = program.pastAfterStart();
    QCOMPARE(spansOf(past), spans);
    QCOMPARE(wrongIn(past), QString());

    program.seq = 39;
    program.record(1);
    const std::vector<Sample> later = program.pastAfterStart();
    QCOMPARE(later.back().seq, 40U);
    QVERIFY(later.back().startsRun);
    QCOMPARE(wrongIn(later), QString());
}

void tst_HistoryFile::whatStandsBehindItIsCutOff()
{
    Program program;
    program.start();
    program.record(40);
    const QByteArray good = program.bytes();
    const QString whole = spansOf(program.pastAfterStart());

    program.overwrite(good + QByteArray(10'000, 'x'));

    QCOMPARE(spansOf(program.pastAfterStart()), whole);
    QCOMPARE(program.bytes(), good);
}

void tst_HistoryFile::whatIsNoHistoryIsSetAside_data()
{
    QTest::addColumn<QByteArray>("content");

    Program program;
    program.start();
    program.record(3);
    QByteArray newer = program.bytes();
    newer[16] = 2;
    Program other(HistoryShape{{{{1, 5}, {3, 5}, {6, 5}}}});
    other.start();
    other.record(3);
    QTest::newRow("of a newer version") << newer;
    QTest::newRow("with other rings") << other.bytes();
    QTest::newRow("a letter") << QByteArray("Dear Hearth, ");
    QTest::newRow("a long letter") << QByteArray(10'000, 'a');
    QTest::newRow("zeros") << QByteArray(200, '\0');
    QTest::newRow("that went through a text editor") << program.bytes().replace("\r\n", "\n");
}

void tst_HistoryFile::whatIsNoHistoryIsSetAside()
{
    QFETCH(const QByteArray, content);
    Program program;
    program.overwrite(content);

    QVERIFY(program.pastAfterStart().empty());

    const QString aside = QString::fromStdString(program.history->setAside());
    QCOMPARE(aside, program.file() + QStringLiteral(".set-aside-1"));
    QFile kept(aside);
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), content);
    program.record(3);
    QCOMPARE(spansOf(program.pastAfterStart()), "| 1 2 3");
    QVERIFY(program.history->setAside().empty());
}

void tst_HistoryFile::onlyOneProgramWrites()
{
    Program program;
    program.start();
    program.record(3);

    const auto second = HistoryFile::open(program.file().toStdString(), smallShape);

    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Unavailable);
    QCOMPARE(spansOf(program.pastAfterStart()), "| 1 2 3");
}

void tst_HistoryFile::aFullDiskIsSaidAndNothingIsLostWhenThereIsRoomAgain()
{
    Program program;
    program.start();
    program.record(2);
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{headerBytes + 4 * HistoryRecord::bytes + 100,
                      before.rlim_max}; // in the middle of the fifth record
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);
    std::vector<Result<void>> results;
    for (std::uint64_t seq = 3; seq <= 40; ++seq) {
        program.history->append(busySample(seq));
        results.push_back(program.history->flush());
    }
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);

    QVERIFY(!results.back());
    QCOMPARE(results.back().error().code, ErrorCode::Unavailable);
    QVERIFY(results.back().error().detail.find("Free some space") != std::string::npos);
    program.seq = 40;
    program.isFirst = false;
    program.record(0);
    const std::vector<Sample> past = program.pastAfterStart();
    QCOMPARE(spansOf(past), "7-12 13-18 19-24 25-27 28-30 31 32 33 34 35 36 37 38 39 40");
    QCOMPARE(wrongIn(past), QString());
}

QTEST_GUILESS_MAIN(tst_HistoryFile)
#include "tst_HistoryFile.moc"
