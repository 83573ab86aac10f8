// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The journey of the translation service over HTTP: room, token, agent, with a real database behind the node.
#include "tests/support/NodeProcess.h"
#include "tests/support/PrivatePostgres.h"

#include <QRegularExpression>
#include <QtTest>

#include <cstdlib>

using namespace hearth;

namespace {

const QString livekitSecret = "livekit-secret-0123456789";

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

class tst_NodeRooms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void theJourney();
    void aStrangerIsStoredOnce();
    void defaultsAreOnlyCachedOrOff();
    void tokensAreWhatLiveKitTakes();
    void withoutLiveKitTheSettingsAreNamed();
    void aRoomThatCannotBeStoredIs503();
    void profilesAreCreatedAndChanged();
    void aRoleThatMayOnlyReadWritesNothing();
    void whatIsWrongIsNamed_data();
    void whatIsWrongIsNamed();
    void hostileNamesAreNamesOnly_data();
    void hostileNamesAreNamesOnly();
    void thoseWhoAreAboutAreWarmed();

private:
    QJsonObject opinionOf(const QString &token) const; // PyJWT's
    QString value(const QString &sql) const { return m_database->run(sql); }
    void addUser(const QString &user, const QString &language)
    {
        m_database->run(QString("insert into user_profiles (user_identity, native_language, formal_tone) "
                                "values ('%1', '%2', true)")
                            .arg(user, language));
    }

    QString m_python;
    std::unique_ptr<ScratchDatabase> m_database;
    std::unique_ptr<NodeProcess> m_node;
};

void tst_NodeRooms::initTestCase()
{
    QVERIFY2(qEnvironmentVariableIsSet("HEARTH_TEST_POSTGRES_URL"),
             "HEARTH_TEST_POSTGRES_URL must name a PostgreSQL server; ./test starts one");
    for (const char *candidate : {"/usr/bin/python3", "python3"}) {
        m_python = QString::fromLatin1(candidate);
        if (std::system((m_python + " -c 'import jwt' 2>/dev/null").toLatin1().constData()) == 0)
            return;
    }
    QFAIL("PyJWT is needed (Debian: python3-jwt); ./test installs it");
}

void tst_NodeRooms::init()
{
    const QString given = qEnvironmentVariable("HEARTH_TEST_POSTGRES_URL");
    m_database = std::make_unique<ScratchDatabase>(qEnvironmentVariable("HEARTH_TEST_POSTGRES_ADMIN_URL", given),
                                                   QUrl(given).userName());
    m_node = std::make_unique<NodeProcess>();
    m_node->environment.insert("DATABASE_URL", otherDatabase(given, QUrl(m_database->url()).path().mid(1)));
    m_node->environment.insert("LIVEKIT_URL", "wss://livekit.example.org");
    m_node->environment.insert("LIVEKIT_API_KEY", "APIkey");
    m_node->environment.insert("LIVEKIT_API_SECRET", livekitSecret);
}

void tst_NodeRooms::cleanup()
{
    QCOMPARE(m_node->stop(), 0);
    QVERIFY(!m_node->log.contains(livekitSecret.toUtf8()));
    m_node.reset();
    m_database.reset();
}

QJsonObject tst_NodeRooms::opinionOf(const QString &token) const
{
    QProcess oracle;
    oracle.start(m_python, {HEARTH_TOKEN_ORACLE, livekitSecret, "APIkey"});
    oracle.write(token.toUtf8());
    oracle.closeWriteChannel();
    if (!oracle.waitForFinished(NodeProcess::longestWait) || oracle.exitCode() != 0)
        return {};
    return QJsonDocument::fromJson(oracle.readAllStandardOutput()).object();
}

void tst_NodeRooms::theJourney()
{
    QVERIFY(m_node->startReady({}));
    addUser("ana", "es");

    const auto created =
        m_node->post("/api/v1/rooms/", R"({"host_identity":"ana","max_participants":10,"room_type":"translation"})");
    QVERIFY2(created.status == 200, qPrintable(created.text));
    const QJsonObject room = created.json["room"].toObject();
    const QString id = room["room_id"].toString();
    QCOMPARE(created.json["success"], QJsonValue(true));
    QCOMPARE(room["room_name"].toString(), "Translation-" + id.left(8));
    QCOMPARE(room["max_participants"].toInt(), 2);
    QCOMPARE(room["room_type"].toString(), "translation");
    QCOMPARE(room["host_identity"].toString(), "ana");
    QCOMPARE(room["join_url"].toString(), "/join/" + id);
    QVERIFY(QRegularExpression(R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$)")
                .match(room["created_at"].toString())
                .hasMatch());
    const QJsonObject host = created.json["host_profile"].toObject();
    QCOMPARE(host["native_language"].toString(), "es");
    QCOMPARE(host["voice_avatar"].toObject()["voice_id"].toString(), "aura-2-celeste-es");
    const auto profile = m_node->get("/api/v1/profiles/ana");
    QCOMPARE(profile.cache, "hit");
    QCOMPARE(profile.json, host);
    const int loads = m_node->stats()["loads"].toInt();

    const auto joined = m_node->post("/api/v1/rooms/tokens/", R"({"user_identity":"ana","room_name":"Team talk"})");
    QCOMPARE(joined.status, 200);
    QCOMPARE(joined.json["ws_url"].toString(), "wss://livekit.example.org");
    QCOMPARE(joined.json["room_name"].toString(), "Team talk");
    QCOMPARE(joined.json["user_profile"].toObject(), host);
    const auto agent = m_node->post("/api/v1/agents/", R"({"user_identity":"ana","room_name":"Team talk"})");
    QCOMPARE(agent.status, 200);
    QCOMPARE(agent.json["from_cache"], QJsonValue(true));
    const QJsonObject about = agent.json["agent"].toObject();
    QCOMPARE(about["agent_name"].toString(), "translation-agent");
    QCOMPARE(about["voice_avatar"], host["voice_avatar"]);
    QCOMPARE(about["translation_preferences"], host["translation_preferences"]);
    QCOMPARE(m_node->stats()["loads"].toInt(), loads);

    QCOMPARE(m_node->get("/api/v1/rooms/" + id).json, room);
    const QJsonArray rooms = m_node->get("/api/v1/rooms/").json["rooms"].toArray();
    QCOMPARE(rooms.size(), 1);
    QVERIFY(rooms[0].toObject()["room_type"].isNull() && rooms[0].toObject().contains("room_type"));
    QCOMPARE(m_node->get("/api/v1/rooms").json["rooms"].toArray(), rooms);
    QCOMPARE(m_node->ask("DELETE", "/api/v1/rooms/" + id).json["success"], QJsonValue(true));
    QCOMPARE(m_node->get("/api/v1/rooms/" + id).status, 404);
    QCOMPARE(m_node->ask("DELETE", "/api/v1/rooms/" + id).status, 404);
    QVERIFY(m_node->get("/api/v1/rooms/").json["rooms"].toArray().isEmpty());
    QCOMPARE(value("select is_active from rooms"), "false");

    const QJsonArray told = m_node->events("room");
    QCOMPARE(told.size(), 3); // created, deactivated, and not once more
    QCOMPARE(told[0].toObject()["who"].toString(), "local");
    QVERIFY(told[0].toObject()["target"].toString().startsWith("room " + id.left(8)));
    QCOMPARE(told[2].toObject()["result"].toString(), "failed");
    QVERIFY(!m_node->get("/api/v1/events").text.contains(id)); // with the id one could join
}

void tst_NodeRooms::aStrangerIsStoredOnce()
{
    QVERIFY(m_node->startReady({}));

    const auto joined = m_node->post("/api/v1/rooms/tokens", R"({"user_identity":"stranger","room_name":"r"})");
    QCOMPARE(joined.json["user_profile"].toObject()["native_language"].toString(), "en");
    QCOMPARE(value("select native_language || ',' || formal_tone || ',' || preserve_emotion from user_profiles "
                   "where user_identity = 'stranger'"),
             "en,false,true");
    QCOMPARE(m_node->get("/api/v1/profiles/stranger").cache, "hit");
    const auto agent = m_node->post("/api/v1/agents/", R"({"user_identity":"somebody","room_name":"r"})");
    QCOMPARE(agent.json["from_cache"], QJsonValue(false));
    QCOMPARE(m_node->post("/api/v1/rooms", R"({"host_identity":"host"})").status, 200);
    QCOMPARE(m_node->get("/api/v1/profiles/host").cache, "hit");
    QCOMPARE(value("select count(*) from user_profiles"), "3");
    QCOMPARE(m_node->get("/api/v1/profiles/looked-up").status, 404);
    QCOMPARE(value("select count(*) from user_profiles"), "3");
}

void tst_NodeRooms::defaultsAreOnlyCachedOrOff()
{
    m_node->environment.insert("DEFAULT_PROFILES", "cache");
    QVERIFY(m_node->startReady({}));
    QCOMPARE(m_node->post("/api/v1/rooms/tokens", R"({"user_identity":"stranger","room_name":"r"})").status, 200);
    QCOMPARE(m_node->get("/api/v1/profiles/stranger").cache, "hit");
    QCOMPARE(value("select count(*) from user_profiles"), "0");
    QCOMPARE(m_node->stop(), 0);

    m_node->environment.insert("DEFAULT_PROFILES", "off");
    QVERIFY(m_node->startReady({}));
    const auto refused = m_node->post("/api/v1/rooms", R"({"host_identity":"stranger"})");
    QCOMPARE(refused.status, 404);
    QCOMPARE(value("select count(*) from rooms"), "0");
}

void tst_NodeRooms::tokensAreWhatLiveKitTakes()
{
    QVERIFY(m_node->startReady({}));
    const auto usual = m_node->post("/api/v1/rooms/tokens/", R"({"user_identity":"ana","room_name":"Team talk"})");
    const auto listener = m_node->post(
        "/api/v1/rooms/tokens/",
        json({{"user_identity", "' OR 1=1--"},
              {"room_name", "r\",\"roomAdmin\":true"},
              {"user_metadata",
               QJsonObject{{"name", "Ana"}, {"video", QJsonObject{{"roomAdmin", true}}}, {"exp", qint64(99999999999)}}},
              {"can_publish", false},
              {"can_subscribe", false},
              {"ttl_seconds", 60}}));

    const QString token = usual.json["token"].toString();
    const QJsonObject opinion = opinionOf(token);
    QVERIFY2(!opinion.isEmpty(), qPrintable(usual.text));
    QVERIFY(!token.contains('='));
    QCOMPARE(opinion["header"].toObject(), (QJsonObject{{"alg", "HS256"}, {"typ", "JWT"}}));
    const QJsonObject claims = opinion["claims"].toObject();
    QCOMPARE(claims["iss"].toString(), "APIkey");
    QCOMPARE(claims["sub"].toString(), "ana");
    QCOMPARE(claims["exp"].toInteger() - claims["nbf"].toInteger(), 3600);
    QCOMPARE(claims["video"].toObject(), (QJsonObject{{"room", "Team talk"},
                                                      {"roomJoin", true},
                                                      {"canPublish", true},
                                                      {"canSubscribe", true},
                                                      {"canPublishData", true}}));
    const QJsonObject less = opinionOf(listener.json["token"].toString())["claims"].toObject();
    QCOMPARE(less["sub"].toString(), "' OR 1=1--");
    QCOMPARE(less["name"].toString(), "Ana");
    QCOMPARE(less["exp"].toInteger() - less["nbf"].toInteger(), 60);
    QCOMPARE(less["video"].toObject(), (QJsonObject{{"room", "r\",\"roomAdmin\":true"},
                                                    {"roomJoin", true},
                                                    {"canPublish", false},
                                                    {"canSubscribe", false},
                                                    {"canPublishData", false}}));
    QVERIFY(less["metadata"].isString());
    QCOMPARE(m_node->events("token").size(), 2);
    QVERIFY(!m_node->get("/api/v1/events").text.contains(token));
}

void tst_NodeRooms::withoutLiveKitTheSettingsAreNamed()
{
    m_node->environment.remove("LIVEKIT_API_SECRET");
    QVERIFY(m_node->startReady({}));

    const auto refused = m_node->post("/api/v1/rooms/tokens/", R"({"user_identity":"ana","room_name":"r"})");

    QCOMPARE(refused.status, 503);
    QVERIFY(!refused.retryAfter.isEmpty());
    QVERIFY(refused.json["detail"].toString().contains("LIVEKIT_API_SECRET"));
    QVERIFY(!refused.text.contains("LIVEKIT_URL"));
    QCOMPARE(value("select count(*) from user_profiles"), "0"); // nobody was looked up for it
    QVERIFY(!m_node->get("/api/v1/node").json["capabilities"].toArray().contains("tokens"));
}

void tst_NodeRooms::aRoomThatCannotBeStoredIs503()
{
    QVERIFY(m_node->startReady({}));
    m_database->run("alter table rooms rename to rooms_elsewhere");

    const auto refused = m_node->post("/api/v1/rooms/", R"({"host_identity":"ana"})");

    QCOMPARE(refused.status, 503);
    QVERIFY(!refused.retryAfter.isEmpty());
    QVERIFY2(refused.json["detail"].toString().startsWith("The room cannot be stored."), qPrintable(refused.text));
    QCOMPARE(m_node->post("/api/v1/rooms/tokens/", R"({"user_identity":"ana","room_name":"r"})").status, 200);
    QCOMPARE(m_node->post("/api/v1/agents/", R"({"user_identity":"ana","room_name":"r"})").status, 200);
    QCOMPARE(m_node->lastEvent("room")["result"].toString(), "failed");
}

void tst_NodeRooms::profilesAreCreatedAndChanged()
{
    QVERIFY(m_node->startReady({}));
    const QByteArray wanted = R"({"user_identity":"an\u00e9/a","native_language":"fr","formal_tone":true})";
    const QString path = "/api/v1/profiles/an%C3%A9%2Fa";

    const auto created = m_node->post("/api/v1/profiles/", wanted);
    QVERIFY2(created.status == 201, qPrintable(created.text));
    QCOMPARE(created.location, path);
    QCOMPARE(created.json["native_language"].toString(), "fr");
    QCOMPARE(m_node->get(path).cache, "hit");
    QCOMPARE(m_node->get(path).json, created.json);
    QCOMPARE(m_node->post("/api/v1/profiles/", wanted).status, 409);
    const auto changed = m_node->ask("PUT", path, R"({"native_language":"yo","preserve_emotion":false})");
    QCOMPARE(changed.status, 200);
    QCOMPARE(changed.json["translation_preferences"].toObject(),
             (QJsonObject{{"formal_tone", true}, {"preserve_emotion", false}}));
    const auto voice = m_node->ask("PUT", path + "/voice/", R"({"voice_avatar_id":"Hasan"})");
    QCOMPARE(voice.json["voice_avatar"].toObject()["voice_id"].toString(), "Hasan");
    QCOMPARE(m_node->get(path).json, voice.json);
    QCOMPARE(m_node->get(path).cache, "hit");
    QCOMPARE(value("select native_language || ',' || voice_avatar_id from user_profiles"), "yo,Hasan");

    QCOMPARE(m_node->ask("PUT", "/api/v1/profiles/nobody", R"({"formal_tone":true})").status, 404);
    const auto language = m_node->ask("PUT", path, R"({"native_language":"tlh"})");
    QVERIFY2(language.status == 422 && language.text.contains("native_language"), qPrintable(language.text));
    const auto unknown = m_node->ask("PUT", path + "/voice", R"({"voice_avatar_id":"nobody"})");
    QVERIFY2(unknown.status == 422 && unknown.text.contains("voice_avatar_id"), qPrintable(unknown.text));
    QCOMPARE(m_node->post("/api/v1/profiles", R"({"user_identity":"b","native_language":"tlh"})").status, 422);
    QCOMPARE(m_node->ask("PUT", path, "{}").status, 400);
    QCOMPARE(value("select count(*) from user_profiles"), "1");
    QStringList results;
    const QJsonArray events = m_node->events("profile");
    for (const QJsonValue event : events)
        results << event.toObject()["result"].toString();
    QCOMPARE(results.join(' '), "done refused done done failed refused refused refused");
    QCOMPARE(events[0].toObject()["who"].toString(), "local");
}

void tst_NodeRooms::aRoleThatMayOnlyReadWritesNothing()
{
    QVERIFY(m_node->startReady({})); // makes the tables
    QCOMPARE(m_node->stop(), 0);
    addUser("ana", "es");
    const QString role = "reader_" + QString::number(QCoreApplication::applicationPid());
    m_database->run("create role " + role + " login password 'hearth'");
    m_database->run("grant select on user_profiles, rooms, voice_avatars to " + role);
    m_node->environment.insert("DATABASE_URL", m_database->url(role));
    QVERIFY(m_node->startReady({}));

    const auto created = m_node->post("/api/v1/profiles", R"({"user_identity":"bea","native_language":"es"})");
    const auto changed = m_node->ask("PUT", "/api/v1/profiles/ana", R"({"formal_tone":false})");
    const auto room = m_node->post("/api/v1/rooms", R"({"host_identity":"ana"})");
    const auto joined = m_node->post("/api/v1/rooms/tokens", R"({"user_identity":"cem","room_name":"r"})");

    QCOMPARE(m_node->stop(), 0);
    m_database->run("drop owned by " + role);
    m_database->run("drop role " + role);
    for (const auto &refused : {created, changed, room}) {
        QVERIFY2(refused.status == 503, qPrintable(refused.text));
        QVERIFY(refused.json["detail"].toString().contains("read"));
    }
    QCOMPARE(joined.status, 200); // cached, not stored
    QCOMPARE(value("select count(*) from user_profiles"), "1");
    QVERIFY(m_node->start({}));
}

void tst_NodeRooms::whatIsWrongIsNamed_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("word");
    const auto row = [](const char *path, const char *body, int status, const char *word) {
        QTest::addRow("%s %s", path, body) << QString("/api/v1/") + path << QByteArray(body) << status << QString(word);
    };
    row("rooms/", "{}", 400, "host_identity");
    row("rooms/", R"({"host_identity":""})", 400, "host_identity");
    row("rooms/", R"({"host_identity":"a\u0000b"})", 400, "host_identity");
    row("rooms/", R"({"host_identity":"ana","max_participants":"2"})", 400, "max_participants");
    row("rooms/", R"({"host_identity":"ana","max_participants":0})", 422, "max_participants");
    row("rooms/", R"({"host_identity":"ana","max_participants":10001})", 422, "max_participants");
    row("rooms/", R"({"host_identity":"ana","room_type":"party"})", 422, "room_type");
    row("rooms/", R"({"host_identity":"ana","room_type":5})", 400, "room_type");
    row("rooms/", R"({"host_identity":"ana","room_name":"a\nb"})", 400, "room_name");
    row("rooms/", R"({"host_identity":"ana","host_identity":"bea"})", 400, "twice");
    row("rooms/tokens/", R"({"user_identity":"ana","room_name":"r","ttl_seconds":21601})", 422, "ttl_seconds");
    row("rooms/tokens/", R"({"user_identity":"ana","room_name":"r","ttl_seconds":0})", 422, "ttl_seconds");
    row("rooms/tokens/", R"({"user_identity":"ana","room_name":"r","ttl_seconds":-1})", 422, "ttl_seconds");
    row("rooms/tokens/", R"({"user_identity":"ana","room_name":"r","ttl_seconds":9223372036854775807})", 422,
        "ttl_seconds");
    row("rooms/tokens/", R"({"user_identity":"ana"})", 400, "room_name");
    row("rooms/tokens/", R"({"user_identity":"ana","room_name":"r","can_publish":"false"})", 400, "can_publish");
    row("agents/", R"({"room_name":"r"})", 400, "user_identity");
    row("agents/", R"([{"user_identity":"ana","room_name":"r"}])", 400, "object");
    row("profiles/", R"({"user_identity":"ana","native_language":"de"})", 422, "native_language");
    row("profiles/", R"({"user_identity":"ana","native_language":"es","voice_avatar_id":"x"})", 422, "voice_avatar_id");
}

void tst_NodeRooms::whatIsWrongIsNamed()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, word);
    QVERIFY(m_node->startReady({}));

    const auto refused = m_node->post(path, body);

    QVERIFY2(refused.status == status, qPrintable(refused.text));
    QCOMPARE(refused.type, "application/problem+json");
    QVERIFY2(refused.json["detail"].toString().contains(word), qPrintable(refused.text));
    QCOMPARE(refused.json["success"], QJsonValue(false));
    QCOMPARE(value("select (select count(*) from user_profiles) + (select count(*) from rooms)"), "0");
}

void tst_NodeRooms::hostileNamesAreNamesOnly_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("SQL") << "' OR 1=1--";
    QTest::newRow("more SQL") << "x'); drop table rooms; --";
    QTest::newRow("HTML") << "<img src=x onerror=alert(1)>";
    QTest::newRow("a formula") << "=cmd|' /C calc'!A0";
    QTest::newRow("bidi") << QString::fromUtf8("ab\xE2\x80\xAEgnp.exe");
    QTest::newRow("a literal template") << "{id}";
    QTest::newRow("a path") << "../../etc/passwd";
    QTest::newRow("quotes") << "\"},{\"a\":\"\\";
    QTest::newRow("255 characters") << QString(255, u'é');
}

void tst_NodeRooms::hostileNamesAreNamesOnly()
{
    QFETCH(QString, name);
    QVERIFY(m_node->startReady({}));

    const auto created = m_node->post("/api/v1/profiles", json({{"user_identity", name}, {"native_language", "es"}}));
    const auto room = m_node->post("/api/v1/rooms", json({{"host_identity", name}, {"room_name", name}}));
    const auto joined = m_node->post("/api/v1/rooms/tokens", json({{"user_identity", name}, {"room_name", name}}));
    const auto agent = m_node->post("/api/v1/agents", json({{"user_identity", name}, {"room_name", name}}));
    const auto entry = m_node->get(pathOf("/api/v1/cache/entries/", name) + "?compare=true");

    QVERIFY2(created.status == 201, qPrintable(created.text));
    QCOMPARE(m_node->get(pathOf("/api/v1/profiles/", name)).json["user_identity"].toString(), name);
    QCOMPARE(room.json["room"].toObject()["room_name"].toString(), name);
    QCOMPARE(m_node->get(pathOf("/api/v1/rooms/", room.json["room"].toObject()["room_id"].toString())).json,
             room.json["room"].toObject());
    QCOMPARE(opinionOf(joined.json["token"].toString())["claims"].toObject()["sub"].toString(), name);
    QCOMPARE(agent.json["agent"].toObject()["room_name"].toString(), name);
    QCOMPARE(entry.json["database"].toObject()["state"].toString(), "same");
    QCOMPARE(m_node->get(pathOf("/api/v1/rooms/", name)).status, 404);
    QCOMPARE(m_node->ask("DELETE", pathOf("/api/v1/rooms/", name)).status, 404);
    QCOMPARE(value("select user_identity from user_profiles"), name);
    QCOMPARE(value("select room_name from rooms where is_active"), name);
    QCOMPARE(m_node->post(pathOf("/api/v1/cache/erase/", name)).status, 200);
    QVERIFY(!m_node->get("/api/v1/events")
                 .text.contains(QString::fromUtf8(json({{"x", name}})).mid(5).chopped(1))); // as JSON writes it
}

void tst_NodeRooms::thoseWhoAreAboutAreWarmed()
{
    QVERIFY(m_node->startReady({}));
    for (const char *user : {"ana", "bea", "cem", "dan"})
        addUser(user, "es");
    QCOMPARE(m_node->post("/api/v1/rooms", R"({"host_identity":"ana"})").status, 200);
    QCOMPARE(m_node->post("/api/v1/rooms/tokens", R"({"user_identity":"bea","room_name":"r"})").status, 200);
    for (const char *user : {"ana", "bea"})
        QCOMPARE(m_node->ask("DELETE", QString("/api/v1/cache/entries/") + user).status, 200);
    QCOMPARE(m_node->stats()["total_entries"].toInt(), 0);

    const auto plan = m_node->post("/api/v1/cache/warm", R"({"active_rooms":true,"dry_run":true})");
    QCOMPARE(plan.status, 200);
    QCOMPARE(plan.json["to_load"].toInt(), 2);
    const auto started = m_node->post("/api/v1/cache/warm", R"({"active_rooms":true,"rate_limit":1000})");
    QCOMPARE(started.status, 202);
    const QString job = "/api/v1/jobs/" + started.json["job_id"].toString();
    QVERIFY(QTest::qWaitFor([&] { return m_node->get(job).json["state"] == "done"; }, NodeProcess::longestWait));

    QCOMPARE(m_node->get(job).json["warmed"].toInt(), 2);
    QVERIFY(m_node->get(job).json["failed_users"].toArray().isEmpty());
    QCOMPARE(m_node->get("/api/v1/profiles/ana").cache, "hit");
    QCOMPARE(m_node->get("/api/v1/profiles/bea").cache, "hit");
    QCOMPARE(m_node->get("/api/v1/profiles/cem").cache, "miss");
}

QTEST_GUILESS_MAIN(tst_NodeRooms)
#include "tst_NodeRooms.moc"
