// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rooms/RecentRecords.h"
#include "core/rooms/Room.h"

#include <QTest>

#include <string>

using namespace hearth;

class TestRoom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void typesHaveTheNamesOfTheApi()
    {
        for (const char *name : {"general", "translation", "conference"})
            QCOMPARE(nameOf(roomTypeOf(name).value()), std::string_view(name));
        for (const char *name : {"", "General", "translation ", "webinar"})
            QVERIFY(!roomTypeOf(name));
    }

    void aJoinPathIsOneSegmentWhateverTheId_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("a UUID") << QByteArray("a1b2c3d4-e5f6") << QByteArray("/join/a1b2c3d4-e5f6");
        QTest::newRow("a way up") << QByteArray("../admin") << QByteArray("/join/..%2Fadmin");
        QTest::newRow("markup") << QByteArray("<b>\"") << QByteArray("/join/%3Cb%3E%22");
        QTest::newRow("UTF-8") << QByteArray("ọ") << QByteArray("/join/%E1%BB%8D");
        QTest::newRow("a query") << QByteArray("a?b#c%2F") << QByteArray("/join/a%3Fb%23c%252F");
    }
    void aJoinPathIsOneSegmentWhateverTheId()
    {
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, path);
        Room room;
        room.id = id.toStdString();

        QCOMPARE(joinPath(room), path.toStdString());
    }

    void recordsForgetTheOldest()
    {
        RecentRecords<std::string, int> records(3);
        for (const auto &[key, value] : {std::pair("a", 1), std::pair("b", 2), std::pair("c", 3), std::pair("a", 4)})
            records.put(key, value);
        QCOMPARE(records.find("a"), std::optional(4));

        records.put("d", 5);
        records.erase("c");
        records.erase("never there");
        records.put("e", 6);

        QVERIFY(!records.find("a") && !records.find("c"));
        QCOMPARE(records.keys([](int) { return true; }), (std::vector<std::string>{"e", "d", "b"}));
        QCOMPARE(records.keys([](int value) { return value > 2; }), (std::vector<std::string>{"e", "d"}));
    }
};

QTEST_GUILESS_MAIN(TestRoom)
#include "tst_Room.moc"
