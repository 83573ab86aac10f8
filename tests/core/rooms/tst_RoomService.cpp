// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/rooms/RoomFixture.h"

#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <limits>
#include <set>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

class TestRoomService : public QObject
{
    Q_OBJECT

    static std::string textOf(const Result<CreatedRoom> &created)
    {
        return created ? created->room.name + " for " + std::to_string(created->room.maxParticipants)
                       : created.error().detail;
    }

private Q_SLOTS:
    // ---- creating

    void aRoomWithoutANameIsNamedAfterItsTypeAndId_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("expected");
        QTest::newRow("general") << "general"
                                 << "Meeting-room-id- for 50";
        QTest::newRow("translation") << "translation"
                                     << "Translation-room-id- for 2";
        QTest::newRow("conference") << "conference"
                                    << "Conference-room-id- for 50";
    }
    void aRoomWithoutANameIsNamedAfterItsTypeAndId()
    {
        QFETCH(QString, type);
        QFETCH(QString, expected);
        RoomFixture fixture;
        RoomWish wish = RoomFixture::roomOf("ana");
        wish.type = *roomTypeOf(type.toStdString());

        const auto created = fixture.create(wish);

        QCOMPARE(textOf(created), expected.toStdString());
        QCOMPARE(created->room.id, std::string("room-id-1"));
        QCOMPARE(created->room.hostIdentity, std::string("ana"));
        QVERIFY(created->room.type == wish.type);
        QVERIFY(created->room.createdAt == fixture.clock.wallNow());
    }

    void howManyMayCome_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<qint64>("wished");
        QTest::addColumn<qint64>("given"); // 0: refused
        QTest::newRow("as wished") << "general" << qint64(12) << qint64(12);
        QTest::newRow("the most") << "conference" << qint64(10'000) << qint64(10'000);
        QTest::newRow("a translation is cut to two") << "translation" << qint64(50) << qint64(2);
        QTest::newRow("a translation of two") << "translation" << qint64(2) << qint64(2);
        QTest::newRow("a translation of one") << "translation" << qint64(1) << qint64(1);
        QTest::newRow("nobody") << "general" << qint64(0) << qint64(0);
        QTest::newRow("less than nobody") << "translation" << qint64(-1) << qint64(0);
        QTest::newRow("too many") << "general" << qint64(10'001) << qint64(0);
        QTest::newRow("absurdly many") << "translation" << std::numeric_limits<qint64>::max() << qint64(0);
    }
    void howManyMayCome()
    {
        QFETCH(QString, type);
        QFETCH(qint64, wished);
        QFETCH(qint64, given);
        RoomFixture fixture;
        RoomWish wish = RoomFixture::roomOf("ana");
        wish.type = *roomTypeOf(type.toStdString());
        wish.maxParticipants = wished;

        const auto created = fixture.create(wish);

        QCOMPARE(created ? created->room.maxParticipants : 0, std::int64_t(given));
        if (!created) {
            QCOMPARE(created.error().code, ErrorCode::InvalidArgument);
            QVERIFY(created.error().detail.find("max_participants") != std::string::npos);
            QCOMPARE(fixture.repository.queryCount() + fixture.roomRepository.queryCount(), std::uint64_t(0));
        }
    }

    void aNameIsKeptOrRefusedBeforeAnythingIsAsked()
    {
        RoomFixture fixture;
        RoomWish wish = RoomFixture::roomOf("ana");
        wish.name = "Ana's \"room\" 🦊";

        QCOMPARE(textOf(fixture.create(wish)), "Ana's \"room\" 🦊 for 50");

        const std::uint64_t queries = fixture.repository.queryCount() + fixture.roomRepository.queryCount();
        for (const std::string &name :
             {std::string("two\nlines"), std::string("a\0b", 3), std::string(256, 'x'), std::string("\xff")}) {
            wish.name = name;
            const auto refused = fixture.create(wish);
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
            QVERIFY(refused.error().detail.find("room_name") != std::string::npos);
        }
        QCOMPARE(fixture.repository.queryCount() + fixture.roomRepository.queryCount(), queries);
    }

    void creatingARoomCachesItsHost()
    {
        RoomFixture fixture;
        fixture.repository.add(profileOf("ana", "es"));

        const auto created = fixture.create(RoomFixture::roomOf("ana"));

        QVERIFY(created);
        QCOMPARE(created->hostProfile.nativeLanguage(), std::string_view("es"));
        QCOMPARE(fixture.cached("ana"), std::string("es"));
    }

    void anUnknownHostIsGivenADefaultProfile_data()
    {
        QTest::addColumn<int>("defaults");
        QTest::addColumn<bool>("isCreated");
        QTest::addColumn<bool>("isStored");
        QTest::newRow("stored") << int(DefaultProfiles::Store) << true << true;
        QTest::newRow("cached only") << int(DefaultProfiles::CacheOnly) << true << false;
        QTest::newRow("neither") << int(DefaultProfiles::Off) << false << false;
    }
    void anUnknownHostIsGivenADefaultProfile()
    {
        QFETCH(int, defaults);
        QFETCH(bool, isCreated);
        QFETCH(bool, isStored);
        RoomFixture fixture{DefaultProfiles(defaults)};

        const auto created = fixture.create(RoomFixture::roomOf("new"));

        QCOMPARE(bool(created), isCreated);
        QCOMPARE(fixture.cached("new"), std::string(isCreated ? "en" : "nothing"));
        QCOMPARE(fixture.repository.stored(idOf("new")).has_value(), isStored);
        QCOMPARE(fixture.roomRepository.roomCount(), std::size_t(isCreated ? 1 : 0));
        if (!isCreated)
            QCOMPARE(created.error().code, ErrorCode::NotFound);
    }

    void withoutAHostsProfileNoRoomIsStored()
    {
        RoomFixture fixture;
        fixture.repository.failWith({ErrorCode::Unavailable, "away"});

        const auto created = fixture.create(RoomFixture::roomOf("ana"));

        QVERIFY(!created);
        QCOMPARE(created.error().code, ErrorCode::Unavailable);
        QCOMPARE(fixture.roomRepository.queryCount(), std::uint64_t(0));
    }

    void aCachedHostNeedsNoProfileDatabase_data()
    {
        QTest::addColumn<std::chrono::seconds>("later");
        QTest::newRow("a hit") << 10s;
        QTest::newRow("stale") << 70s;
    }
    void aCachedHostNeedsNoProfileDatabase()
    {
        QFETCH(std::chrono::seconds, later);
        RoomFixture fixture;
        fixture.repository.add(profileOf("ana", "es"));
        QVERIFY(fixture.get("ana"));
        fixture.clock.advance(later);
        fixture.repository.failWith({ErrorCode::Unavailable, "away"});

        const auto created = fixture.create(RoomFixture::roomOf("ana"));

        QVERIFY(created);
        QCOMPARE(created->hostProfile.nativeLanguage(), std::string_view("es"));
        QCOMPARE(created->hostProfile.isStale(), later > 60s);
    }

    void aRoomThatCannotBeStoredIsAnError_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("told");
        QTest::newRow("a role that may only read") << int(ErrorCode::PermissionDenied) << int(ErrorCode::Unavailable);
        QTest::newRow("no table") << int(ErrorCode::SchemaMismatch) << int(ErrorCode::Unavailable);
        QTest::newRow("a refused value") << int(ErrorCode::BadData) << int(ErrorCode::Unavailable);
        QTest::newRow("unreachable") << int(ErrorCode::Unavailable) << int(ErrorCode::Unavailable);
        QTest::newRow("too late") << int(ErrorCode::Timeout) << int(ErrorCode::Timeout);
        QTest::newRow("too many") << int(ErrorCode::Overloaded) << int(ErrorCode::Overloaded);
        QTest::newRow("there already") << int(ErrorCode::AlreadyExists) << int(ErrorCode::AlreadyExists);
    }
    void aRoomThatCannotBeStoredIsAnError()
    {
        QFETCH(int, code);
        QFETCH(int, told);
        RoomFixture fixture;
        fixture.roomRepository.failWritesWith(Error{ErrorCode(code), "The reason."});

        const auto created = fixture.create(RoomFixture::roomOf("ana"));

        QVERIFY(!created);
        QCOMPARE(int(created.error().code), told);
        QVERIFY(created.error().detail.ends_with("The reason."));
        QVERIFY(fixture.join(RoomFixture::joinOf("ana"))); // tokens and agents go on
        QVERIFY(fixture.startAgent("ana"));
    }

    // ---- looking up and deactivating

    void aRoomIsFoundUntilItIsDeactivated()
    {
        RoomFixture fixture;
        RoomWish wish = RoomFixture::roomOf("ana");
        wish.type = RoomType::Conference;
        QVERIFY(fixture.create(wish));

        const auto found = fixture.find("room-id-1");
        const auto gone = fixture.deactivate("room-id-1");
        const auto again = fixture.deactivate("room-id-1");
        const auto absent = fixture.find("room-id-1");

        QVERIFY(found && gone && !again && !absent);
        QVERIFY(found->type == RoomType::Conference); // this node created it
        QCOMPARE(again.error().code, ErrorCode::NotFound);
        QCOMPARE(absent.error().code, ErrorCode::NotFound);
    }

    void anIdThatIsNoneIsRefusedWithoutAQuery()
    {
        RoomFixture fixture;
        for (const std::string &id :
             {std::string(), std::string("a\0b", 3), std::string("\xff"), std::string(256, 'x')}) {
            QCOMPARE(fixture.find(id).error().code, ErrorCode::InvalidArgument);
            QCOMPARE(fixture.deactivate(id).error().code, ErrorCode::InvalidArgument);
        }
        QCOMPARE(fixture.roomRepository.queryCount(), std::uint64_t(0));
    }

    void activeRoomsAreListedWithoutTheirTypes()
    {
        RoomFixture fixture;
        for (int i = 0; i < 3; ++i) {
            QVERIFY(fixture.create(RoomFixture::roomOf("ana")));
            fixture.clock.advance(1s);
        }
        QVERIFY(fixture.deactivate("room-id-2"));

        const auto rooms = await<std::vector<Room>>([&](auto done) { fixture.rooms->list(done); });

        QVERIFY(rooms);
        QCOMPARE(rooms->size(), std::size_t(2));
        QCOMPARE(rooms->at(0).id, std::string("room-id-3"));
        QCOMPARE(rooms->at(1).id, std::string("room-id-1"));
        QVERIFY(!rooms->at(0).type);
    }

    void roomIdsAreRandomUuids()
    {
        static const QRegularExpression form("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
        std::set<std::string> ids;
        for (int i = 0; i < 1'000; ++i) {
            const std::string id = randomRoomId();
            QVERIFY2(form.match(QString::fromStdString(id)).hasMatch(), id.c_str());
            ids.insert(id);
        }
        QCOMPARE(ids.size(), std::size_t(1'000));
    }

    // ---- tokens

    void aTokenCachesWhoJoins()
    {
        RoomFixture fixture;
        fixture.repository.add(profileOf("ana", "es"));

        const auto grant = fixture.join(RoomFixture::joinOf("ana"));

        QVERIFY(grant);
        QCOMPARE(grant->serverUrl, std::string("wss://livekit.example.org"));
        QCOMPARE(grant->profile.nativeLanguage(), std::string_view("es"));
        QVERIFY(!grant->token.empty());
        QCOMPARE(fixture.cached("ana"), std::string("es"));
        QCOMPARE(fixture.roomRepository.queryCount(), std::uint64_t(0)); // the room need not be one of ours
    }

    void whoGetsNoTokenIsNotLookedUp()
    {
        RoomFixture unconfigured(DefaultProfiles::Store, {"wss://livekit.example.org", "", "secret"});
        RoomFixture fixture;
        JoinWish everywhere = RoomFixture::joinOf("new");
        everywhere.roomName.clear();
        JoinWish forEver = RoomFixture::joinOf("new");
        forEver.lifetime = JoinTokens::maximumLifetime + 1s;

        QCOMPARE(unconfigured.join(RoomFixture::joinOf("new")).error().code, ErrorCode::Unavailable);
        QCOMPARE(fixture.join(everywhere).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(fixture.join(forEver).error().code, ErrorCode::InvalidArgument);

        QCOMPARE(unconfigured.repository.queryCount() + fixture.repository.queryCount(), std::uint64_t(0));
    }

    void aTokenWaitsForTheProfileAndIsDatedThen()
    {
        RoomFixture fixture;
        fixture.repository.hold();
        std::optional<Result<JoinGrant>> answer;
        fixture.rooms->issueToken(RoomFixture::joinOf("ana"), [&](auto grant) { answer = std::move(grant); });
        QVERIFY(!answer);
        fixture.clock.advance(3s);
        fixture.repository.release();

        QVERIFY(answer && *answer);
        const QByteArray claims = QByteArray::fromBase64(
            QByteArray::fromStdString((*answer)->token).split('.').value(1), QByteArray::Base64UrlEncoding);
        const auto now = std::chrono::floor<std::chrono::seconds>(fixture.clock.wallNow()).time_since_epoch().count();
        QVERIFY2(claims.contains("\"nbf\":" + QByteArray::number(qint64(now))), claims.constData());
    }

    void anUnreachableDatabaseKeepsNobodyOutWhoIsCached()
    {
        RoomFixture fixture;
        fixture.repository.add(profileOf("ana", "es"));
        QVERIFY(fixture.get("ana"));
        fixture.repository.failWith({ErrorCode::Unavailable, "away"});
        fixture.roomRepository.failWith(Error{ErrorCode::Unavailable, "away"});

        const auto cached = fixture.join(RoomFixture::joinOf("ana"));
        const auto absent = fixture.join(RoomFixture::joinOf("bea"));

        QVERIFY(cached);
        QVERIFY(!absent);
        QCOMPARE(absent.error().code, ErrorCode::Unavailable);
    }

    void aRoleThatMayOnlyReadStillLetsPeopleIn()
    {
        RoomFixture fixture;
        fixture.repository.failInsertsWith({ErrorCode::PermissionDenied, "may only read"});

        const auto grant = fixture.join(RoomFixture::joinOf("new"));

        QVERIFY(grant);
        QCOMPARE(grant->profile.nativeLanguage(), std::string_view("en"));
        QCOMPARE(fixture.cached("new"), std::string("en"));
    }

    // ---- who is about

    void whoIsAboutAreHostsAndThoseWithAValidToken()
    {
        RoomFixture fixture;
        QVERIFY(fixture.create(RoomFixture::roomOf("host")));
        Room odd;
        odd.id = "odd";
        odd.hostIdentity = "no\nidentity";
        fixture.roomRepository.addRow(odd);
        JoinWish brief = RoomFixture::joinOf("brief");
        brief.lifetime = 10s;
        for (const JoinWish &wish :
             {brief, RoomFixture::joinOf("host"), RoomFixture::joinOf("guest"), RoomFixture::joinOf("erased")})
            QVERIFY(fixture.join(wish));

        QCOMPARE(fixture.activeUsers(), std::string("host erased guest brief"));
        fixture.clock.advance(10s);
        fixture.rooms->forget(idOf("erased"));
        QCOMPARE(fixture.activeUsers(), std::string("host guest"));
        QVERIFY(fixture.deactivate("room-id-1"));
        QCOMPARE(fixture.activeUsers(), std::string("guest host"));
        fixture.clock.advance(3600s);
        QCOMPARE(fixture.activeUsers(), std::string());
    }

    // ---- going

    void whoeverIsAnsweredAfterItsEndHearsOfIt()
    {
        RoomFixture fixture;
        std::vector<ErrorCode> codes;
        const auto note = [&](const auto &result) {
            codes.push_back(result ? ErrorCode::Internal : result.error().code);
        };
        QVERIFY(fixture.get("cached", UnknownUser::CreateDefault));
        fixture.repository.hold();
        fixture.roomRepository.hold();
        fixture.rooms->create(RoomFixture::roomOf("ana"), note);
        fixture.rooms->create(RoomFixture::roomOf("cached"), note);
        fixture.rooms->issueToken(RoomFixture::joinOf("ana"), note);
        fixture.rooms->find("r1", note);
        fixture.rooms->activeUsers(note);

        fixture.rooms.reset();
        fixture.repository.release();
        fixture.roomRepository.release();

        QCOMPARE(codes, std::vector<ErrorCode>(5, ErrorCode::ShuttingDown));
    }

    void itGoesWhileAnswersComeAndEachIsHeardOnce()
    {
        for (int round = 0; round < 50; ++round) {
            RoomFixture fixture;
            fixture.repository.hold();
            std::atomic<int> granted = 0;
            std::atomic<int> refused = 0;
            constexpr int people = 20;
            for (int i = 0; i < people; ++i) {
                const auto note = [&](const auto &result) { ++(result ? granted : refused); };
                fixture.rooms->issueToken(RoomFixture::joinOf("user-" + std::to_string(i)), note);
                fixture.rooms->create(RoomFixture::roomOf("user-" + std::to_string(i)), note);
            }

            std::thread database([&] { fixture.repository.release(); });
            fixture.rooms.reset();
            database.join();

            QCOMPARE(granted + refused, 2 * people);
        }
    }
};

QTEST_GUILESS_MAIN(TestRoomService)
#include "tst_RoomService.moc"
