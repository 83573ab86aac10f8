// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "ui/entries/EntriesExport.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <set>

using namespace hearth;

class EntriesExportTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        explicit Fixture(std::size_t entries)
            : node(entries)
        {
        }
        void start(const EntriesFilter &filter = {})
        {
            job = std::make_unique<EntriesExport>(node, filter, path());
            finished = std::make_unique<QSignalSpy>(job.get(), &EntriesExport::finished);
            failed = std::make_unique<QSignalSpy>(job.get(), &EntriesExport::failed);
            job->start();
        }
        // Answers the next question when it is there.
        bool answerOne()
        {
            const bool isAsked = QTest::qWaitFor([this] { return node.waiting() > 0; });
            node.answerNext();
            return isAsked;
        }
        QString path() const { return folder.filePath("entries.csv"); }
        QList<QByteArray> identities() const
        {
            QFile file(path());
            QList<QByteArray> lines;
            if (file.open(QIODevice::ReadOnly)) {
                lines = file.readAll().split('\n');
                lines.removeFirst(); // the header
                lines.removeLast();  // nothing behind the last line
            }
            for (QByteArray &line : lines)
                line = line.left(line.indexOf(','));
            return lines;
        }

        QTemporaryDir folder;
        FakeNode node;
        std::unique_ptr<EntriesExport> job;
        std::unique_ptr<QSignalSpy> finished;
        std::unique_ptr<QSignalSpy> failed;
    };

private Q_SLOTS:
    void allThatMatchesIsWrittenAndNothingIsTouched()
    {
        Fixture f(12'000);
        EntriesFilter spanish;
        spanish.language = "es";

        f.start(spanish);
        QTRY_COMPARE(f.finished->count(), 1);

        QCOMPARE(f.identities().size(), 2'000);
        QVERIFY(f.node.wasOnlyLookedAt());
        QCOMPARE(QFileInfo(f.path()).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void severalPagesAreOneFile()
    {
        Fixture f(12'000);
        f.start();
        QSignalSpy progressed(f.job.get(), &EntriesExport::progressed);
        QTRY_COMPARE(f.finished->count(), 1);

        const QList<QByteArray> users = f.identities();
        QCOMPARE(users.size(), 12'000);
        QVERIFY(std::is_sorted(users.begin(), users.end()));
        QCOMPARE(std::set<QByteArray>(users.begin(), users.end()).size(), std::size_t(12'000));
        QCOMPARE(f.node.callsOf("entries"), std::size_t(3));
        QCOMPARE(f.finished->at(0).at(0).value<std::size_t>(), std::size_t(12'000));
        QCOMPARE(progressed.first().at(0).value<std::size_t>(), EntriesExport::pageSize);
        QCOMPARE(progressed.first().at(1).value<std::size_t>(), std::size_t(12'000));
    }

    void whoStaysIsInItOnceWhoeverComesAndGoes_data()
    {
        QTest::addColumn<bool>("isGoing");
        QTest::newRow("rows that were written go: those behind them come to their places") << true;
        QTest::newRow("others come before them: written ones come again") << false;
    }
    void whoStaysIsInItOnceWhoeverComesAndGoes()
    {
        QFETCH(bool, isGoing);
        Fixture f(9'900);
        f.node.holdAnswers = true;
        f.start();
        QTRY_VERIFY(f.node.waiting() > 0); // with user-0000 to user-4999

        if (isGoing)
            f.node.rows.erase(f.node.rows.begin() + 100, f.node.rows.begin() + 350);
        for (int i = 0; !isGoing && i < 250; ++i) {
            EntryRow early = FakeNode::madeUpRow(0);
            early.identity = "aaa" + std::to_string(i);
            f.node.rows.push_back(early);
        }
        f.node.holdAnswers = false;
        f.node.answerAll();
        QTRY_COMPARE(f.finished->count(), 1);

        const QList<QByteArray> users = f.identities();
        QCOMPARE(users.size(), 9'900);
        QCOMPARE(std::set<QByteArray>(users.begin(), users.end()).size(), std::size_t(9'900));
    }

    void aFailureLeavesNoFile()
    {
        Fixture f(10);
        f.node.failure = Error{ErrorCode::Unavailable, "the node is gone"};

        f.start();
        QTRY_COMPARE(f.failed->count(), 1);
        f.job.reset();

        QVERIFY(f.failed->at(0).at(0).toString().contains("The node is gone."));
        QTRY_VERIFY(QDir(f.folder.path()).isEmpty());
    }

    void givingUpLeavesNoFile()
    {
        Fixture f(12'000);
        f.node.holdAnswers = true;
        f.start();
        QVERIFY(f.answerOne());
        QTRY_VERIFY(f.node.waiting() > 0);

        f.job.reset();
        f.node.answerAll();

        QVERIFY(f.node.asked.back().isCanceled());
        QTRY_VERIFY(QDir(f.folder.path()).isEmpty());
    }

    void nobodyIsAnEmptyTable()
    {
        Fixture f(0);
        f.start();
        QTRY_COMPARE(f.finished->count(), 1);

        QVERIFY(QFile::exists(f.path()));
        QVERIFY(f.identities().isEmpty());
    }

    void aPlaceThatCannotBeWrittenIsSaid()
    {
        FakeNode node(10);
        EntriesExport job(node, {}, QStringLiteral("/nowhere/at/all/entries.csv"));
        QSignalSpy failed(&job, &EntriesExport::failed);

        job.start();
        QTRY_COMPARE(failed.count(), 1);

        QVERIFY(failed[0][0].toString().startsWith("The file cannot be written: "));
        QVERIFY(node.calls.empty());
    }
};

QTEST_MAIN(EntriesExportTest)
#include "tst_EntriesExport.moc"
