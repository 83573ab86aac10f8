// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rooms/RoomRepository.h"
#include "tests/support/Await.h"

#include <QObject>
#include <QTest>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// What every RoomRepository does. Derive, and say how to get one over empty tables; each test gets its own.
class RoomRepositoryContract : public QObject
{
    Q_OBJECT

protected:
    virtual void setUp() = 0;
    virtual void tearDown() = 0;
    virtual RoomRepository &repository() = 0;
    // The time goes on a little, so that what is made next is younger.
    virtual void passTime() = 0;

    static Room room(const std::string &id, const std::string &name = "Team talk", const std::string &host = "ana")
    {
        Room made;
        made.id = id;
        made.name = name;
        made.hostIdentity = host;
        return made;
    }
    Result<Room> insert(const Room &wanted)
    {
        return await<Room>([&](auto done) { repository().insert(wanted, done); });
    }
    Result<std::optional<Room>> find(const std::string &id)
    {
        return await<std::optional<Room>>([&](auto done) { repository().find(id, done); });
    }
    Result<bool> deactivate(const std::string &id)
    {
        return await<bool>([&](auto done) { repository().deactivate(id, done); });
    }
    // "b a", or the error's words.
    std::string listed(std::size_t limit = 100)
    {
        const auto rooms = await<std::vector<Room>>([&](auto done) { repository().list(limit, done); });
        if (!rooms)
            return rooms.error().detail;
        std::string ids;
        for (const Room &each : *rooms)
            ids += (ids.empty() ? "" : " ") + each.id;
        return ids;
    }
    bool isFound(const std::string &id)
    {
        const auto found = find(id);
        return found && *found;
    }

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void anAbsentRoomIsAnAnswer()
    {
        const auto found = find("nowhere");
        const auto gone = deactivate("nowhere");

        QVERIFY2(found, found ? "" : found.error().detail.c_str());
        QVERIFY(!*found);
        QVERIFY(gone);
        QVERIFY(!*gone);
        QCOMPARE(listed(), std::string());
    }

    void whatWasInsertedIsFound_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << "Team talk";
        QTest::newRow("quotes") << "o'brien's \"room\"";
        QTest::newRow("backslashes") << "a\\b\\";
        QTest::newRow("SQL") << "' OR 1=1--";
        QTest::newRow("more SQL") << "x'; drop table rooms; --";
        QTest::newRow("placeholders") << "? :name $1 %1 {a,b}";
        QTest::newRow("the word NULL") << "NULL";
        QTest::newRow("emoji") << "🦊👩‍👩‍👧‍👦";
        QTest::newRow("bidi override") << QString(QStringLiteral("a") + QChar(0x202e) + QStringLiteral("b"));
        QTest::newRow("markup") << "<b>bold</b>&amp;";
        QTest::newRow("spaces around") << " ana ";
        QTest::newRow("255 characters of four bytes") << QStringLiteral("🦊").repeated(255);
    }
    void whatWasInsertedIsFound()
    {
        QFETCH(QString, text);
        Room wanted = room(text.toStdString(), text.toStdString(), text.toStdString());
        wanted.maxParticipants = 7;
        QVERIFY(insert(room("another")));

        const auto stored = insert(wanted);
        const auto found = find(wanted.id);

        QVERIFY2(stored, stored ? "" : stored.error().detail.c_str());
        QVERIFY(stored->createdAt);
        wanted.createdAt = stored->createdAt;
        QVERIFY(*stored == wanted);
        QVERIFY(found && *found);
        QVERIFY(**found == wanted);
    }

    void theTypeIsNotStored()
    {
        Room typed = room("r1");
        typed.type = RoomType::Conference;

        const auto stored = insert(typed);

        QVERIFY(stored);
        QVERIFY(!stored->type);
        QVERIFY(!(*find("r1"))->type);
    }

    void idsAreComparedExactly()
    {
        QVERIFY(insert(room("Room")));

        QVERIFY(!isFound("room"));
        QVERIFY(!isFound("Room "));
        QVERIFY(!isFound("Roo_"));
        QVERIFY(!isFound("%"));
    }

    void theNewestComeFirst()
    {
        for (const char *id : {"a", "c", "b"}) {
            QVERIFY(insert(room(id)));
            passTime();
        }

        QCOMPARE(listed(), std::string("b c a"));
        QCOMPARE(listed(2), std::string("b c"));
        QCOMPARE(listed(0), std::string());
    }

    void aDeactivatedRoomIsGone()
    {
        QVERIFY(insert(room("r1")));
        QVERIFY(insert(room("r2")));

        const auto first = deactivate("r1");
        const auto second = deactivate("r1");

        QVERIFY(first && second);
        QVERIFY(*first);
        QVERIFY(!*second);
        QVERIFY(!isFound("r1"));
        QVERIFY(isFound("r2"));
        QCOMPARE(listed(), std::string("r2"));
    }

    void anIdIsGivenOnce()
    {
        QVERIFY(insert(room("r1", "first")));

        const auto again = insert(room("r1", "second"));

        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::AlreadyExists);
        QCOMPARE((*find("r1"))->name, std::string("first"));
        QVERIFY(deactivate("r1"));
        QVERIFY(!insert(room("r1"))); // the row is still there
    }

    void everyQuestionIsAnsweredOnce()
    {
        QVERIFY(insert(room("r1")));
        auto answers = std::make_shared<std::atomic<int>>(0);

        for (int i = 0; i < 200; ++i)
            repository().find(i % 2 == 0 ? "r1" : "nowhere", [answers](const auto &) { ++*answers; });

        QVERIFY(waitUntil([&] { return *answers == 200; }));
        QVERIFY(find("r1"));
        QCOMPARE(answers->load(), 200);
    }
};

} // namespace hearth
