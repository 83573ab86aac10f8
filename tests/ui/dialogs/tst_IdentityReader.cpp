// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/IdentityReader.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;

class IdentityReaderTest final : public QObject
{
    Q_OBJECT

private:
    QString write(const QByteArray &bytes)
    {
        QFile file(m_folder.filePath("users.txt"));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("the list was not written");
        return file.fileName();
    }
    static QString problemOf(const QString &path)
    {
        const Result<IdentityList> list = identitiesOfFile(path);
        return list ? QString() : QString::fromStdString(list.error().detail);
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void aFileIsReadAsItIsWritten()
    {
        const Result<IdentityList> list = identitiesOfFile(write("\xEF\xBB\xBF"
                                                                 "ana\r\n\xE1\xBB\x8Cm\xE1\xBB\x8D, bob\n"));

        QVERIFY(list);
        QCOMPARE(list->identities, (std::vector<std::string>{"ana", "\xE1\xBB\x8Cm\xE1\xBB\x8D", "bob"}));
    }

    void whatCannotBeReadGetsASentence()
    {
        QVERIFY(problemOf(m_folder.filePath("nowhere.txt")).startsWith("There is no file nowhere.txt"));
        QVERIFY(problemOf(m_folder.path()).endsWith("cannot be read: it is a folder or a device."));
        QVERIFY(problemOf("/dev/zero").endsWith("cannot be read: it is a folder or a device."));
        QVERIFY(problemOf(write("a\xFF")).contains("is not UTF-8 text"));
        QVERIFY(problemOf(write(QByteArray(8 * 1024 * 1024 + 1, 'a'))).contains("has more than 8 MiB"));
        QVERIFY(problemOf(write(QByteArray(1024, 'a'))).isEmpty());
    }

    void aShortTextIsReadAtOnceALongOneElsewhere()
    {
        IdentityReader reader;
        QSignalSpy read(&reader, &IdentityReader::read);

        reader.readText("ana, bob");
        QCOMPARE(read.count(), 1);
        QString many;
        for (int i = 0; i < 20'000; ++i)
            many += QStringLiteral("user-%1\n").arg(i);
        reader.readText(many);
        QCOMPARE(read.count(), 1); // not within the call

        QTRY_COMPARE(read.count(), 2);
        QCOMPARE(read[1][0].value<IdentityList>().identities.size(), std::size_t(20'000));
    }

    void theNewestWins()
    {
        IdentityReader reader;
        QSignalSpy read(&reader, &IdentityReader::read);
        QSignalSpy failed(&reader, &IdentityReader::failed);

        reader.readFile(m_folder.filePath("nowhere.txt"));
        reader.readFile(write("ana"));
        QTRY_COMPARE(read.count(), 1);
        reader.readFile(m_folder.filePath("nowhere.txt"));
        reader.giveUp();
        reader.readFile(write("bob"));
        QTRY_COMPARE(read.count(), 2);

        QCOMPARE(read[1][0].value<IdentityList>().identities, std::vector<std::string>{"bob"});
        QVERIFY(failed.isEmpty());
    }

    void aReaderThatIsGoneIsToldNothing()
    {
        const QString path = write("ana");
        for (int i = 0; i < 20; ++i) {
            IdentityReader reader;
            reader.readFile(path);
        }
        IdentityReader last;
        QSignalSpy read(&last, &IdentityReader::read);
        last.readFile(path);

        QTRY_COMPARE(read.count(), 1);
    }
};

QTEST_GUILESS_MAIN(IdentityReaderTest)
#include "tst_IdentityReader.moc"
