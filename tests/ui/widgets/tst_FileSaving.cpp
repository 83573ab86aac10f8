// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/FileSaving.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace hearth;

class FileSavingTest final : public QObject
{
    Q_OBJECT

private:
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
    }

private Q_SLOTS:
    void contentsAreMadeAndWrittenOnAnotherThread()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath("values.csv");
        QThread *madeBy = nullptr;

        const Result<void> saved = saveInBackground(path, [&madeBy] {
                                       madeBy = QThread::currentThread();
                                       return QByteArray("a,b\r\n");
                                   }).result();

        QVERIFY(saved);
        QVERIFY(madeBy != QThread::currentThread());
        QCOMPARE(read(path), QByteArray("a,b\r\n"));
    }

    void whatWasThereIsReplacedAsAWhole()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath("values.csv");
        QVERIFY(saveInBackground(path, [] { return QByteArray("a long one"); }).result());

        QVERIFY(saveInBackground(path, [] { return QByteArray("short"); }).result());

        QCOMPARE(read(path), QByteArray("short"));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void withoutContentsNothingIsTouched()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath("picture.png");

        const Result<void> saved = saveInBackground(path, [] { return QByteArray(); }).result();

        QVERIFY(!saved);
        QVERIFY(!QFile::exists(path));
    }

    void aPlaceThatCannotBeWrittenIsSaidInASentence()
    {
        const Result<void> saved =
            saveInBackground(QStringLiteral("/nowhere/at/all/x"), [] { return QByteArray("x"); }).result();

        QVERIFY(!saved);
        QVERIFY(QString::fromStdString(saved.error().detail).startsWith("The file cannot be written: "));
    }
};

QTEST_GUILESS_MAIN(FileSavingTest)
#include "tst_FileSaving.moc"
