// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/HistoryPlace.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;

namespace {

QString placeOf(const QString &url)
{
    const Result<DatabaseUrl> parsed = DatabaseUrl::parse(url.toStdString());
    return parsed ? historyFileOf(*parsed) : QStringLiteral("(no database)");
}

} // namespace

class tst_HistoryPlace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        for (const char *variable : {"PGHOST", "PGUSER", "PGDATABASE"})
            qunsetenv(variable);
    }

    void isInTheUsersDataAndTellsNothing()
    {
        const QString place = placeOf("postgresql://ana:secret@db.example.org/profiles");

        const QString data = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
        QCOMPARE(QFileInfo(place).path(), data + "/history");
        QVERIFY(QRegularExpression("^[0-9a-f]{32}\\.hearth-history$").match(QFileInfo(place).fileName()).hasMatch());
    }

    void eachDatabaseHasItsOwn_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("same");
        QTest::newRow("the same") << "postgresql://ana:secret@db.example.org/profiles" << true;
        QTest::newRow("another password") << "postgresql://ana:changed@db.example.org/profiles" << true;
        QTest::newRow("no password") << "postgresql://ana@db.example.org/profiles" << true;
        QTest::newRow("its port said") << "postgresql://ana@db.example.org:5432/profiles" << true;
        QTest::newRow("other capitals") << "postgresql://ana@DB.example.org/profiles" << true;
        QTest::newRow("with an option") << "postgresql://ana@db.example.org/profiles?sslmode=require" << true;
        QTest::newRow("another port") << "postgresql://ana@db.example.org:5433/profiles" << false;
        QTest::newRow("another host") << "postgresql://ana@db.example.com/profiles" << false;
        QTest::newRow("another database") << "postgresql://ana@db.example.org/Profiles" << false;
        QTest::newRow("another user, who may see other rows") << "postgresql://ben@db.example.org/profiles" << false;
        QTest::newRow("a file") << "sqlite:///db.example.org/profiles" << false;
    }
    void eachDatabaseHasItsOwn()
    {
        QFETCH(const QString, url);
        QFETCH(const bool, same);

        QCOMPARE(placeOf(url) == placeOf("postgresql://ana:secret@db.example.org/profiles"), same);
    }

    void whatTheEnvironmentAddsCounts()
    {
        const QString before = placeOf("postgresql:///profiles");
        qputenv("PGHOST", "db.example.org");
        const QString elsewhere = placeOf("postgresql:///profiles");
        qputenv("PGUSER", "ana");

        QVERIFY(before != elsewhere);
        QCOMPARE(placeOf("postgresql:///profiles"), placeOf("postgresql://ana@db.example.org/profiles"));
        qunsetenv("PGHOST");
        qputenv("PGDATABASE", "other");
        QVERIFY(placeOf("postgresql://ana@db.example.org/profiles") != placeOf("postgresql://ana@db.example.org"));
    }

    void aFileIsTheSameByEachOfItsNames()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir("real"));
        QVERIFY(QFile::link(folder.filePath("real"), folder.filePath("link")));
        const auto placeIn = [&](const QString &name) {
            return historyFileOf(DatabaseUrl::sqliteFile(folder.filePath(name).toStdString()));
        };
        const QString before = placeIn("real/a.db");
        QVERIFY(QFile(folder.filePath("real/a.db")).open(QIODevice::WriteOnly));

        QCOMPARE(placeIn("real/a.db"), before); // made meanwhile
        QCOMPARE(placeIn("link/a.db"), before);
        QCOMPARE(placeIn("real/../real/a.db"), before);
        QVERIFY(placeIn("real/b.db") != before);
    }
};

QTEST_GUILESS_MAIN(tst_HistoryPlace)
#include "tst_HistoryPlace.moc"
