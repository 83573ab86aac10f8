// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/entries/EntriesCsv.h"

#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;

class EntriesCsvTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timesAreUtc()
    {
        const QByteArray line = csvLine(FakeNode::madeUpRow(0));

        QCOMPARE(line, QByteArray("user-0000,en,aura-2-thalia-en,Thalia,active,2026-01-01T12:00:00.000Z,"
                                  "2026-01-01T12:30:00.000Z,1800,0,database,190.000\r\n"));
        QCOMPARE(line.count(','), csvHeader().count(','));
    }

    void allThatMatchesIsWrittenAndNothingIsTouched()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("entries.csv");
        FakeNode node(12'000);
        EntriesQuery query;
        query.filter.language = "es";
        EntriesExport job(node, query, path);
        QSignalSpy finished(&job, &EntriesExport::finished);

        job.start();
        QTRY_COMPARE(finished.count(), 1);

        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count("\r\n"), 2'001);
        QVERIFY(node.wasOnlyLookedAt());
        QCOMPARE(QFileInfo(path).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void severalPagesAreOneFile()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("entries.csv");
        FakeNode node(12'000);
        EntriesExport job(node, {}, path);
        QSignalSpy finished(&job, &EntriesExport::finished);

        job.start();
        QTRY_COMPARE(finished.count(), 1);

        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count("\r\n"), 12'001);
        QCOMPARE(node.callsOf("entries"), std::size_t(3));
    }

    void aFailureLeavesNoFile()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("entries.csv");
        FakeNode node(10);
        node.failure = Error{ErrorCode::Unavailable, "the node is gone"};
        EntriesExport job(node, {}, path);
        QSignalSpy failed(&job, &EntriesExport::failed);

        job.start();
        QTRY_COMPARE(failed.count(), 1);

        QVERIFY(failed[0][0].toString().contains("The node is gone."));
        QVERIFY(!QFile::exists(path));
    }

    void aPlaceThatCannotBeWrittenIsSaid()
    {
        FakeNode node(10);
        EntriesExport job(node, {}, QStringLiteral("/nowhere/at/all/entries.csv"));
        QSignalSpy failed(&job, &EntriesExport::failed);

        job.start();

        QCOMPARE(failed.count(), 1);
        QVERIFY(node.calls.empty());
    }
};

QTEST_MAIN(EntriesCsvTest)
#include "tst_EntriesCsv.moc"
