// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/ServiceBody.h"

#include <QTest>

#include <functional>
#include <map>

using namespace hearth;

namespace {

// Reads a body as what it is meant for. Returns: the sentence of the refusal; empty where it is taken.
QByteArray refusal(const QByteArray &kind, const QByteArray &body)
{
    const std::string_view text(body.data(), std::size_t(body.size()));
    const auto sentence = [](const auto &read) {
        if (!read && read.error().code != ErrorCode::InvalidArgument)
            return QByteArray("another error");
        return read ? QByteArray() : QByteArray::fromStdString(read.error().detail);
    };
    if (kind == "room")
        return sentence(newRoomFromJson(text));
    if (kind == "token")
        return sentence(tokenFromJson(text));
    if (kind == "agent")
        return sentence(agentFromJson(text));
    if (kind == "profile")
        return sentence(newProfileFromJson(text));
    return sentence(kind == "voice" ? voiceChangeFromJson(text) : profileChangesFromJson(text));
}

// Bodies with a gap for one field's value, and what else they need.
const std::map<QByteArray, QByteArray> frames{{"host_identity", "room:{\"host_identity\":%}"},
                                              {"room_name", "room:{\"host_identity\":\"ana\",\"room_name\":%}"},
                                              {"user_identity", "agent:{\"user_identity\":%,\"room_name\":\"r\"}"}};

} // namespace

class tst_ServiceBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rooms()
    {
        const auto least = newRoomFromJson(R"({"host_identity":"ana"})");
        const auto full = newRoomFromJson(
            R"({"host_identity":"ana","room_name":"Team talk","max_participants":5,"room_type":"conference"})");

        QVERIFY(least && least->host.text() == "ana" && least->name.empty() && least->roomType.empty());
        QVERIFY(!least->maxParticipants);
        QVERIFY(full && full->name == "Team talk" && full->maxParticipants == 5 && full->roomType == "conference");
    }

    void tokens()
    {
        const auto least = tokenFromJson(R"({"user_identity":"ana","room_name":"r"})");
        const auto full = tokenFromJson(
            R"({"user_identity":"ana","room_name":"r","user_metadata":{"name":"Ana","video":{"roomAdmin":true}},)"
            R"("can_publish":false,"can_subscribe":false,"ttl_seconds":60})");

        QVERIFY(least && least->canPublish && least->canSubscribe && least->ttlSeconds == 3600);
        QVERIFY(least->metadata.empty() && least->displayName.empty());
        QVERIFY(full && !full->canPublish && !full->canSubscribe && full->ttlSeconds == 60);
        QCOMPARE(full->displayName, "Ana");
        QCOMPARE(full->metadata, R"({"name":"Ana","video":{"roomAdmin":true}})");
    }

    void profiles()
    {
        const auto least = newProfileFromJson(R"({"user_identity":"ana","native_language":"es"})");
        const auto changes = profileChangesFromJson(R"({"voice_avatar_id":null,"formal_tone":true})");
        const auto voice = voiceChangeFromJson(R"({"voice_avatar_id":"Sade"})");

        QVERIFY(least && least->nativeLanguage == "es" && least->voiceId.empty());
        QVERIFY(!least->formalTone && least->preserveEmotion);
        QVERIFY(changes && changes->voiceId == std::string() && changes->formalTone == true);
        QVERIFY(!changes->nativeLanguage && !changes->preserveEmotion);
        QVERIFY(voice && voice->voiceId == "Sade" && !voice->formalTone);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("word"); // what the sentence names
        const auto row = [](const char *kind, const char *body, const char *word) {
            QTest::addRow("%s %s", kind, body) << QByteArray(kind) << QByteArray(body) << QByteArray(word);
        };
        for (const char *kind : {"room", "token", "agent", "profile", "changes", "voice"}) {
            row(kind, "", "empty");
            row(kind, "[]", "object");
            row(kind, "{\"a\":1}", "not known");
            row(kind, "{\"host_identity\":", "byte");
            row(kind, "{\"x\":\"\xFF\"}", "UTF-8");
        }
        row("room", "{}", "host_identity");
        row("room", R"({"host_identity":5})", "host_identity");
        row("room", R"({"host_identity":"ana","host_identity":"bea"})", "twice");
        row("room", R"({"host_identity":"a","max_participants":"5"})", "max_participants");
        row("room", R"({"host_identity":"a","max_participants":5.5})", "max_participants");
        row("room", R"({"host_identity":"a","max_participants":null})", "max_participants");
        row("room", R"({"host_identity":"a","max_participants":1e300})", "max_participants");
        row("room", R"({"host_identity":"a","room_type":["general"]})", "room_type");
        row("room", R"({"host_identity":"a","room_name":""})", "room_name");
        row("token", R"({"user_identity":"a"})", "room_name");
        row("token", R"({"room_name":"r"})", "user_identity");
        row("token", R"({"user_identity":"a","room_name":"r","user_metadata":"x"})", "user_metadata");
        row("token", R"({"user_identity":"a","room_name":"r","user_metadata":{"name":5}})", "user_metadata.name");
        row("token", R"({"user_identity":"a","room_name":"r","user_metadata":{"a":1,"a":2}})", "twice");
        row("token", R"({"user_identity":"a","room_name":"r","can_publish":"yes"})", "can_publish");
        row("token", R"({"user_identity":"a","room_name":"r","can_subscribe":1})", "can_subscribe");
        row("token", R"({"user_identity":"a","room_name":"r","ttl_seconds":"60"})", "ttl_seconds");
        row("token", R"({"user_identity":"a","room_name":"r","ttl_seconds":18446744073709551615})", "ttl_seconds");
        row("token", R"({"user_identity":"a","room_name":"r","roomAdmin":true})", "not known");
        row("profile", R"({"user_identity":"a"})", "native_language");
        row("profile", R"({"user_identity":"a","native_language":""})", "native_language");
        row("profile", R"({"user_identity":"a","native_language":7})", "native_language");
        row("profile", R"({"user_identity":"a","native_language":"es","formal_tone":"no"})", "formal_tone");
        row("profile", R"({"user_identity":"a","native_language":"es","voice_avatar_id":[]})", "voice_avatar_id");
        row("profile", R"({"user_identity":"a","native_language":"es","voice_avatar_id":"a\nb"})", "voice_avatar_id");
        row("changes", "{}", "nothing to change");
        row("changes", R"({"user_identity":"a"})", "not known");
        row("changes", R"({"preserve_emotion":0})", "preserve_emotion");
        row("voice", "{}", "voice_avatar_id");
        row("voice", R"({"formal_tone":true})", "not known");
    }

    void refuses()
    {
        QFETCH(const QByteArray, kind);
        QFETCH(const QByteArray, body);
        QFETCH(const QByteArray, word);

        const QByteArray sentence = refusal(kind, body);

        QVERIFY2(sentence.contains(word), sentence.constData());
        QVERIFY(sentence.endsWith('.'));
    }

    // What people and programs write into a field for a text.
    void hostileTexts_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("a quote of SQL") << QByteArray("\"' OR 1=1--\"") << true;
        QTest::newRow("HTML") << QByteArray("\"<img src=x onerror=alert(1)>\"") << true;
        QTest::newRow("a formula") << QByteArray("\"=cmd|' /C calc'!A0\"") << true;
        QTest::newRow("bidi") << QByteArray("\"a\\u202Egnp\"") << true;
        QTest::newRow("a plane beyond") << QByteArray("\"\xF0\x9F\x98\x80\"") << true;
        QTest::newRow("255 characters") << QByteArray('"' + QByteArray("\xC3\xA9").repeated(255) + '"') << true;
        QTest::newRow("256 characters") << QByteArray('"' + QByteArray(256, 'a') + '"') << false;
        QTest::newRow("nothing") << QByteArray("\"\"") << false;
        QTest::newRow("NUL") << QByteArray("\"a\\u0000b\"") << false;
        QTest::newRow("a line's end") << QByteArray("\"a\\nb\"") << false;
        QTest::newRow("C1") << QByteArray("\"a\\u0085b\"") << false;
        QTest::newRow("half a surrogate") << QByteArray("\"\\ud800\"") << false;
        QTest::newRow("bytes that are no UTF-8") << QByteArray("\"\xED\xA0\x80\"") << false;
        QTest::newRow("a number") << QByteArray("5") << false;
        QTest::newRow("null") << QByteArray("null") << false;
        QTest::newRow("a list") << QByteArray("[\"ana\"]") << false;
        QTest::newRow("deep") << QByteArray(QByteArray(5'000, '[') + QByteArray(5'000, ']')) << false;
    }

    void hostileTexts()
    {
        QFETCH(const QByteArray, json);
        QFETCH(const bool, isTaken);

        for (const auto &[field, frame] : frames) {
            const qsizetype colon = frame.indexOf(':');
            const QByteArray sentence = refusal(frame.left(colon), frame.mid(colon + 1).replace('%', json));
            QVERIFY2(sentence.isEmpty() == isTaken, (field + ' ' + sentence).constData());
            QVERIFY2(sentence.size() < 300, sentence.constData()); // nothing of it is quoted
        }
    }
};

QTEST_APPLESS_MAIN(tst_ServiceBody)
#include "tst_ServiceBody.moc"
