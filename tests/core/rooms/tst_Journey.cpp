// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/rooms/RoomFixture.h"

#include <QTest>

#include <string>

using namespace hearth;
using namespace std::chrono_literals;

// What the cache is for: create a room, get a token, start an agent. Queries are counted, not times.
class TestJourney : public QObject
{
    Q_OBJECT

    struct Queries {
        std::uint64_t profiles = 0; // and in all, with those for rooms
        std::uint64_t all = 0;
    };
    // One person's journey, and what it asked of the database. Without a cache: forgotten before each step.
    static Queries journey(RoomFixture &fixture, const std::string &user, bool withCache = true)
    {
        const std::uint64_t profiles = fixture.repository.queryCount();
        const std::uint64_t rooms = fixture.roomRepository.queryCount();
        const auto forget = [&] {
            if (!withCache)
                fixture.service.remove({idOf(user)}, "test");
        };
        forget();
        const auto created = fixture.create(RoomFixture::roomOf(user));
        forget();
        const auto grant = fixture.join(RoomFixture::joinOf(user));
        forget();
        const auto agent = fixture.startAgent(user);
        if (!created || !grant || !agent)
            return {};
        const std::uint64_t asked = fixture.repository.queryCount() - profiles;
        return {asked, asked + fixture.roomRepository.queryCount() - rooms};
    }

private Q_SLOTS:
    void onlyTheFirstStepOfAJourneyAsksForTheProfile()
    {
        RoomFixture fixture;
        fixture.repository.add(profileOf("ana", "es"));

        const Queries without = journey(fixture, "ana", false);
        fixture.service.remove({idOf("ana")}, "test");
        const Queries cold = journey(fixture, "ana");
        const Queries warm = journey(fixture, "ana");

        QCOMPARE(without.profiles, std::uint64_t(3));
        QCOMPARE(without.all, std::uint64_t(4)); // and the room itself
        QCOMPARE(cold.profiles, std::uint64_t(1));
        QCOMPARE(cold.all, std::uint64_t(2)); // half of them
        QCOMPARE(warm.profiles, std::uint64_t(0));
        QCOMPARE(warm.all, std::uint64_t(1)); // a quarter: rooms are stored each time
    }

    void anEveningsQueriesAreCutByHalfToNineTenths()
    {
        RoomFixture fixture;
        RoomFixture without;
        constexpr int people = 20;
        constexpr int joins = 8; // each joins and is translated so often while the entry is valid
        std::uint64_t most = 0;
        const auto evening = [&](RoomFixture &at, bool withCache) {
            for (int i = 0; i < people; ++i) {
                const std::string user = "user-" + std::to_string(i);
                at.repository.add(profileOf(user));
                const std::uint64_t before = at.repository.queryCount();
                journey(at, user, withCache);
                for (int j = 0; j < joins; ++j) {
                    if (!withCache)
                        at.service.remove({idOf(user)}, "test");
                    static_cast<void>(at.join(RoomFixture::joinOf(user)));
                }
                most = std::max(most, at.repository.queryCount() - before);
            }
            return at.repository.queryCount() + at.roomRepository.queryCount();
        };

        const std::uint64_t asked = evening(without, false);
        const std::uint64_t mostWithout = std::exchange(most, 0);
        const std::uint64_t askedWarm = evening(fixture, true);

        QCOMPARE(mostWithout, std::uint64_t(3 + joins));
        QCOMPARE(most, std::uint64_t(1));
        const double saved = 1 - double(askedWarm) / double(asked);
        QVERIFY2(saved >= 0.5 && saved <= 0.9, qPrintable(QString::number(saved)));
    }

    void aStrangersJourneyStoresOneDefaultAndAsksNoMore()
    {
        RoomFixture fixture;

        const Queries first = journey(fixture, "stranger");
        const Queries second = journey(fixture, "stranger");

        QCOMPARE(first.profiles, std::uint64_t(2)); // looked up, stored
        QCOMPARE(fixture.repository.insertCount(), std::uint64_t(1));
        QCOMPARE(second.profiles, std::uint64_t(0));
    }

    void everybodyJoiningAtOnceAsksOnce()
    {
        RoomFixture fixture;
        fixture.repository.add(profileOf("ana"));
        fixture.repository.hold();
        int tokens = 0;
        for (int i = 0; i < 50; ++i)
            fixture.rooms->issueToken(RoomFixture::joinOf("ana"), [&](const auto &grant) { tokens += grant ? 1 : 0; });

        fixture.repository.release();

        QCOMPARE(tokens, 50);
        QCOMPARE(fixture.repository.queryCount(), std::uint64_t(1));
    }
};

QTEST_GUILESS_MAIN(TestJourney)
#include "tst_Journey.moc"
