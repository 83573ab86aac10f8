// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/telemetry/HistoryFile.h"
#include "core/telemetry/HistoryRecorder.h"
#include "tests/core/telemetry/Samples.h"
#include "tests/support/Gate.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QMutex>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <csignal>
#include <limits>
#include <memory>
#include <sys/resource.h>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t noLimit = std::numeric_limits<std::size_t>::max();

// What is said in the log while it lives.
class Log
{
public:
    Log() { s_before = qInstallMessageHandler(take); }
    ~Log() { qInstallMessageHandler(s_before); }
    static int count(const QString &part)
    {
        const QMutexLocker lock(&s_mutex);
        return static_cast<int>(s_lines.filter(part).size());
    }
    static QString text()
    {
        const QMutexLocker lock(&s_mutex);
        return s_lines.join('\n');
    }
    static void clear()
    {
        const QMutexLocker lock(&s_mutex);
        s_lines.clear();
    }

private:
    static void take(QtMsgType type, const QMessageLogContext &context, const QString &line)
    {
        if (qstrcmp(context.category, "hearth.history") != 0)
            return s_before(type, context, line);
        const QMutexLocker lock(&s_mutex);
        s_lines << line;
    }
    static inline QtMessageHandler s_before = nullptr;
    static inline QMutex s_mutex;
    static inline QStringList s_lines;
};

// A program that records, once from its start to its end.
struct Run {
    explicit Run(const QString &file)
        : recorder(history, file.toStdString(), 20ms)
    {
    }
    void record(int count)
    {
        for (int i = 0; i < count; ++i) {
            Sample sample = secondOf(0);
            sample.gets = ++gets;
            sample.startsRun = i == 0 && gets == 1;
            recorder.record(history.append(sample));
        }
    }
    bool isComplete()
    {
        auto complete = std::make_shared<std::atomic<bool>>(false);
        history.whenComplete([complete] { *complete = true; });
        return *complete;
    }
    // As far back as this run began, "-1" is the one before it: "| -2 -1 | 0 1".
    QString spans() const
    {
        std::vector<Sample> samples = history.samples(0, noLimit);
        QStringList texts;
        for (const Sample &sample : samples) {
            const auto number = static_cast<qint64>(sample.seq) - static_cast<qint64>(SampleHistory::thirtyYears) - 1;
            texts << (sample.startsRun ? QStringLiteral("| ") : QString()) + QString::number(number);
        }
        return texts.join(' ');
    }

    SampleHistory history{SampleHistory::day, SampleHistory::thirtyYears};
    HistoryRecorder recorder;
    std::uint64_t gets = 0;
};

struct Place {
    QString file() const { return folder.filePath(QStringLiteral("history/a.hearth-history")); }
    QTemporaryDir folder;
    Log log;
};

} // namespace

class tst_HistoryRecorder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { Log::clear(); }
    void nothingIsLostAtAnOrderlyStop();
    void aRunThatWasOverBeforeItWasReadLosesNothing();
    void thePastComesLateWithoutMovingWhatIsThere();
    void aSecondProgramRecordsInMemoryAndSaysSo();
    void whatCannotBeOpenedIsSaidOnceWithTheNextStep_data();
    void whatCannotBeOpenedIsSaidOnceWithTheNextStep();
    void aFullDiskIsSaidOnceAndItsEndToo();
    void aForeignFileIsSaid();
    void withoutAFileNothingIsKept();
    void aDiskThatHangsHoldsNobodyUp_data();
    void aDiskThatHangsHoldsNobodyUp();
};

void tst_HistoryRecorder::nothingIsLostAtAnOrderlyStop()
{
    const Place place;
    for (int run = 0; run < 3; ++run) {
        Run program(place.file());
        program.recorder.start();
        program.record(2);
        program.recorder.stop();
        program.recorder.stop(); // twice is none too many
    }

    Run program(place.file());
    program.recorder.start();
    QTRY_VERIFY_WITH_TIMEOUT(program.isComplete(), 20'000);
    program.record(1);

    QCOMPARE(program.spans(), "| -6 -5 | -4 -3 | -2 -1 | 0");
    QCOMPARE(program.history.samples(0, noLimit).front().gets, 1U);
    QCOMPARE(Log::text(), QString());
}

void tst_HistoryRecorder::aRunThatWasOverBeforeItWasReadLosesNothing()
{
    const Place place;
    for (int run = 0; run < 20; ++run) {
        Run program(place.file());
        program.record(1); // even before the start
        program.recorder.start();
    }

    Run program(place.file());
    program.recorder.start();
    QTRY_VERIFY_WITH_TIMEOUT(program.isComplete(), 20'000);

    QCOMPARE(program.history.samples(0, noLimit).size(), std::size_t(20));
}

void tst_HistoryRecorder::thePastComesLateWithoutMovingWhatIsThere()
{
    const Place place;
    {
        Run program(place.file());
        program.recorder.start();
        program.record(2);
    }
    Gate disk;
    const SeqPoint::Hook slow("HistoryRecorder.opened", disk.pass());
    Run program(place.file());
    program.recorder.start();
    program.record(2);
    QVERIFY(!program.isComplete());
    QCOMPARE(program.spans(), "| 0 1");

    disk.open();
    QTRY_VERIFY_WITH_TIMEOUT(program.isComplete(), 20'000);
    program.record(1);

    QCOMPARE(program.spans(), "| -2 -1 | 0 1 2");
}

void tst_HistoryRecorder::aSecondProgramRecordsInMemoryAndSaysSo()
{
    const Place place;
    Run first(place.file());
    first.recorder.start();
    first.record(1);
    QTRY_VERIFY_WITH_TIMEOUT(first.isComplete(), 20'000);

    Run second(place.file());
    second.recorder.start();
    second.record(3);
    QTRY_VERIFY_WITH_TIMEOUT(second.isComplete(), 20'000);
    second.record(1);
    QCOMPARE(second.spans(), "| 0 1 2 3");
    second.recorder.stop();
    first.recorder.stop();

    QCOMPARE(Log::count("The history is kept in memory only: Another running Hearth writes to"), 1);
    Run third(place.file());
    third.recorder.start();
    QTRY_VERIFY_WITH_TIMEOUT(third.isComplete(), 20'000);
    QCOMPARE(third.spans(), "| -1");
}

void tst_HistoryRecorder::whatCannotBeOpenedIsSaidOnceWithTheNextStep_data()
{
    QTest::addColumn<QString>("obstacle");
    QTest::addColumn<QString>("said");
    QTest::newRow("its folder cannot be made") << "file"
                                               << "Make it and its folder writable";
    QTest::newRow("its folder is a link") << "link"
                                          << "kept in memory only";
    QTest::newRow("it is a folder itself") << "folder"
                                           << "is not a plain file. Move away what has this name.";
}

void tst_HistoryRecorder::whatCannotBeOpenedIsSaidOnceWithTheNextStep()
{
    QFETCH(const QString, obstacle);
    QFETCH(const QString, said);
    const Place place;
    const QString folder = QFileInfo(place.file()).path();
    if (obstacle == "file")
        QVERIFY(QFile(folder).open(QIODevice::WriteOnly));
    else if (obstacle == "link")
        QVERIFY(QFile::link(place.folder.path(), folder));
    else
        QVERIFY(QDir().mkpath(place.file()));

    Run program(place.file());
    program.recorder.start();
    program.record(3);
    QTRY_VERIFY_WITH_TIMEOUT(program.isComplete(), 20'000);
    program.record(3);
    program.recorder.stop();

    QCOMPARE(program.spans(), "| 0 1 2 3 4 5");
    QCOMPARE(Log::count(said), 1);
    QCOMPARE(Log::count({}), 1);
}

void tst_HistoryRecorder::aFullDiskIsSaidOnceAndItsEndToo()
{
    const Place place;
    Run program(place.file());
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{64, before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);
    std::atomic<int> attempts = 0;
    const SeqPoint::Hook count("HistoryFile.beforeWriting", [&attempts] { ++attempts; });

    program.recorder.start();
    program.record(3);
    QTRY_VERIFY_WITH_TIMEOUT(attempts >= 3, 60'000);
    QCOMPARE(Log::count("The history is kept in memory only for now"), 1);
    QCOMPARE(Log::count("Free some space on that disk."), 1);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    program.recorder.stop();

    QCOMPARE(Log::count("The history is kept on the disk again"), 1);
    Run next(place.file());
    next.recorder.start();
    QTRY_VERIFY_WITH_TIMEOUT(next.isComplete(), 20'000);
    QCOMPARE(next.spans(), "| -3 -2 -1");
}

void tst_HistoryRecorder::aForeignFileIsSaid()
{
    const Place place;
    QVERIFY(QDir().mkpath(QFileInfo(place.file()).path()));
    QFile file(place.file());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("Dear Hearth, ");
    file.close();

    Run program(place.file());
    program.recorder.start();
    QTRY_VERIFY_WITH_TIMEOUT(program.isComplete(), 20'000);

    QCOMPARE(Log::count("was no history that this version can read"), 1);
    QCOMPARE(Log::count(place.file() + ".set-aside-1"), 1);
}

void tst_HistoryRecorder::withoutAFileNothingIsKept()
{
    SampleHistory history;
    HistoryRecorder recorder(history, {});
    recorder.start();
    recorder.record(history.append(secondOf(0)));
    recorder.stop();

    QCOMPARE(spansOf(history.samples(0, noLimit)), "1");
}

void tst_HistoryRecorder::aDiskThatHangsHoldsNobodyUp_data()
{
    QTest::addColumn<QString>("where");
    QTest::newRow("while it is read") << "HistoryRecorder.opened";
    QTest::newRow("while it is written") << "HistoryFile.beforeWriting";
}

void tst_HistoryRecorder::aDiskThatHangsHoldsNobodyUp()
{
    QFETCH(const QString, where);
    const Place place;
    Gate disk;
    std::atomic<bool> isOver = false;
    const SeqPoint::Hook hang(where.toStdString(), disk.pass());
    const SeqPoint::Hook end("HistoryRecorder.over", [&isOver] { isOver = true; });
    auto program = std::make_unique<Run>(place.file());
    program->recorder.start();
    program->record(2);
    QTRY_VERIFY_WITH_TIMEOUT(disk.reached() > 0, 20'000);
    program->record(1'000); // nobody waits

    QElapsedTimer timer;
    timer.start();
    program->recorder.stop();
    const qint64 took = timer.elapsed();
    program.reset(); // what is left behind must not miss it

    QVERIFY2(took >= 1'000 && took < 10'000, qPrintable(QString::number(took))); // 1.5 s, with room
    QCOMPARE(Log::count("does not answer: the last seconds of the history may be lost."), 1);
    disk.open();
    QTRY_VERIFY_WITH_TIMEOUT(isOver, 20'000);
    QCOMPARE(Log::count({}), 1);
}

QTEST_GUILESS_MAIN(tst_HistoryRecorder)
#include "tst_HistoryRecorder.moc"
