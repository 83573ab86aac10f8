// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rooms/JoinTokens.h"
#include "tests/support/ManualClock.h"

#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>

using namespace hearth;
using namespace std::chrono_literals;

// Tokens as LiveKit reads them; PyJWT (Debian's python3-jwt) is the second opinion.
class TestJoinTokens : public QObject
{
    Q_OBJECT

    static constexpr const char *secret = "a secret of 32 characters or more";
    const JoinTokens m_tokens{LiveKitAccess{"wss://livekit.example.org", "APIkey", secret}};
    ManualClock m_clock;
    QString m_python;

    static JoinClaims claimsFor(const std::string &identity)
    {
        JoinClaims claims;
        claims.identity = identity;
        claims.roomName = "Team talk";
        return claims;
    }
    QByteArray issue(const JoinClaims &claims) const
    {
        const Result<std::string> token = m_tokens.issue(claims, m_clock.wallNow());
        if (!token)
            qFatal("%s", token.error().detail.c_str());
        return QByteArray::fromStdString(*token);
    }
    static QByteArray decoded(const QByteArray &part)
    {
        return *QByteArray::fromBase64Encoding(part,
                                               QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    }
    static QJsonObject payloadOf(const QByteArray &token)
    {
        return QJsonDocument::fromJson(decoded(token.split('.').value(1))).object();
    }
    struct Opinion {
        int exitCode = -1;
        QByteArray words;
        QJsonObject claims;
        QJsonObject header;
    };
    Opinion oracle(const QByteArray &token, const char *key = secret) const
    {
        // Not QProcess: ThreadSanitizer aborts there.
        const QTemporaryDir directory;
        const QString asked = directory.filePath("token");
        const QString answered = directory.filePath("answer");
        QFile file(asked);
        if (!file.open(QIODevice::WriteOnly) || file.write(token) != token.size())
            return {};
        file.close();
        const QString command = QString("%1 '%2' '%3' APIkey < '%4' > '%5' 2>&1")
                                    .arg(m_python, HEARTH_TOKEN_ORACLE, QLatin1String(key), asked, answered);
        const int status = std::system(command.toLocal8Bit().constData());
        QFile answer(answered);
        if (!answer.open(QIODevice::ReadOnly))
            return {};
        const QByteArray words = answer.readAll();
        const QJsonObject said = QJsonDocument::fromJson(words).object();
        return {status == 0 ? 0 : 1, words, said[QLatin1String("claims")].toObject(),
                said[QLatin1String("header")].toObject()};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_clock.setWall(SystemClock().wallNow()); // the oracle asks the machine what time it is
        for (const char *candidate : {"/usr/bin/python3", "python3"}) {
            m_python = QString::fromLatin1(candidate);
            if (std::system((m_python + " -c 'import jwt' 2>/dev/null").toLatin1().constData()) == 0)
                return;
        }
        QFAIL("PyJWT is needed (Debian: python3-jwt); ./test installs it");
    }

    void aTokenSaysWhatLiveKitReads()
    {
        JoinClaims claims = claimsFor("ana");
        claims.displayName = "Ana";
        claims.metadata = R"({"seat":4})";
        claims.attributes = {{"language", "es"}};
        claims.canPublish = false;
        claims.lifetime = 90s;
        const qint64 now = std::chrono::floor<std::chrono::seconds>(m_clock.wallNow()).time_since_epoch().count();

        const QJsonObject payload = payloadOf(issue(claims));

        const QJsonObject expected{
            {"iss", "APIkey"},
            {"sub", "ana"},
            {"nbf", now},
            {"exp", now + 90},
            {"name", "Ana"},
            {"metadata", R"({"seat":4})"},
            {"attributes", QJsonObject{{"language", "es"}}},
            {"video", QJsonObject{{"room", "Team talk"},
                                  {"roomJoin", true},
                                  {"canPublish", false},
                                  {"canSubscribe", true},
                                  {"canPublishData", false}}},
        };
        QCOMPARE(QJsonDocument(payload).toJson(), QJsonDocument(expected).toJson());
    }

    void everyGrantIsWrittenAndNothingIsGrantedBeside_data()
    {
        QTest::addColumn<bool>("canPublish");
        QTest::addColumn<bool>("canSubscribe");
        QTest::newRow("all") << true << true;
        QTest::newRow("speaks only") << true << false;
        QTest::newRow("listens only") << false << true;
        QTest::newRow("neither") << false << false;
    }
    void everyGrantIsWrittenAndNothingIsGrantedBeside()
    {
        QFETCH(bool, canPublish);
        QFETCH(bool, canSubscribe);
        JoinClaims claims = claimsFor("ana");
        claims.canPublish = canPublish;
        claims.canSubscribe = canSubscribe;

        const QJsonObject payload = payloadOf(issue(claims));

        const QJsonObject video = payload["video"].toObject();
        QCOMPARE(video["canPublish"], QJsonValue(canPublish));
        QCOMPARE(video["canSubscribe"], QJsonValue(canSubscribe));
        QCOMPARE(video["canPublishData"], QJsonValue(canPublish));
        QCOMPARE(video.size(), qsizetype(5));
        QCOMPARE(payload.keys(), (QStringList{"exp", "iss", "metadata", "name", "nbf", "sub", "video"}));
    }

    void theFormIsThatOfRfc7515()
    {
        static const QRegularExpression form("^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{43}$");
        for (int length = 1; length <= 12; ++length) { // each remainder of three bytes, and of three again
            const QByteArray token = issue(claimsFor(std::string(std::size_t(length), '~')));
            const QList<QByteArray> parts = token.split('.');

            QVERIFY2(form.match(QString::fromLatin1(token)).hasMatch(), token.constData());
            QCOMPARE(decoded(parts[0]), QByteArray(R"({"alg":"HS256","typ":"JWT"})"));
            QMessageAuthenticationCode code(QCryptographicHash::Sha256, secret);
            code.addData(parts[0] + '.' + parts[1]);
            QCOMPARE(decoded(parts[2]), code.result());
            QCOMPARE(payloadOf(token)["sub"].toString(), QString(length, u'~'));
        }
    }

    void somebodyElseReadsTheSame_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << "Ana";
        QTest::newRow("nothing") << "";
        QTest::newRow("quotes") << "\"Ana\" 'the \\ boss\\";
        QTest::newRow("lines") << "a\nb\r\nc\td\x01";
        QTest::newRow("bidi") << QString(QStringLiteral("a") + QChar(0x202e) + QStringLiteral("b") + QChar(0x2066));
        QTest::newRow("line separators") << QString(QStringLiteral("a") + QChar(0x2028) + QChar(0x2029));
        QTest::newRow("255 characters of four bytes") << QStringLiteral("🦊").repeated(255);
        QTest::newRow("another claim") << R"(Ana","video":{"roomAdmin":true},"x":")";
        QTest::newRow("a whole object") << R"({"video":{"roomAdmin":true},"exp":9999999999,"alg":"none"})";
        QTest::newRow("another token") << "x.eyJ2aWRlbyI6e319.y";
        QTest::newRow("markup") << "<script>alert(1)</script>&amp;";
    }
    void somebodyElseReadsTheSame()
    {
        QFETCH(QString, text);
        JoinClaims claims = claimsFor("Ọmọ \"x\" 🦊");
        claims.displayName = text.toStdString();
        claims.metadata = text.toStdString();
        claims.attributes = {{text.toStdString(), text.toStdString()}};
        claims.roomName = "room \"} 🦊";

        const Opinion opinion = oracle(issue(claims));

        QVERIFY2(opinion.exitCode == 0, opinion.words.constData());
        QCOMPARE(opinion.header, (QJsonObject{{"alg", "HS256"}, {"typ", "JWT"}}));
        QCOMPARE(opinion.claims["sub"].toString(), QString::fromStdString(claims.identity));
        QCOMPARE(opinion.claims["name"].toString(), text);
        QCOMPARE(opinion.claims["metadata"].toString(), text);
        QCOMPARE(opinion.claims["attributes"].toObject()[text].toString(), text);
        QCOMPARE(opinion.claims["exp"].toInteger() - opinion.claims["nbf"].toInteger(), 3600);
        const QJsonObject video = opinion.claims["video"].toObject();
        QCOMPARE(video["room"].toString(), QString::fromStdString(claims.roomName));
        QCOMPARE(video.keys(), (QStringList{"canPublish", "canPublishData", "canSubscribe", "room", "roomJoin"}));
    }

    void somebodyElseRefusesWhatIsNotOurs()
    {
        const QByteArray token = issue(claimsFor("ana"));
        QByteArray forged = token;
        const qsizetype place = token.indexOf('.') + 10;
        forged[place] = forged[place] == 'A' ? 'B' : 'A';
        JoinClaims brief = claimsFor("ana");
        brief.lifetime = 1s;
        const Result<std::string> old = m_tokens.issue(brief, m_clock.wallNow() - 1h);
        const Result<std::string> early = m_tokens.issue(brief, m_clock.wallNow() + 1h);

        QVERIFY(oracle(token).exitCode == 0);
        QVERIFY(oracle(token, "another secret").words.startsWith("InvalidSignatureError"));
        QCOMPARE(oracle(forged).exitCode, 1);
        QVERIFY(oracle(QByteArray::fromStdString(*old)).words.startsWith("ExpiredSignatureError"));
        QVERIFY(oracle(QByteArray::fromStdString(*early)).words.startsWith("ImmatureSignatureError"));
    }

    void aLifetimeHasLimits_data()
    {
        QTest::addColumn<std::chrono::seconds>("lifetime");
        QTest::addColumn<bool>("isAllowed");
        QTest::newRow("a second") << 1s << true;
        QTest::newRow("six hours") << 21'600s << true;
        QTest::newRow("a second longer") << 21'601s << false;
        QTest::newRow("none") << 0s << false;
        QTest::newRow("negative") << -1s << false;
        QTest::newRow("absurd") << std::chrono::seconds::max() << false;
        QTest::newRow("absurd, the other way") << std::chrono::seconds::min() << false;
    }
    void aLifetimeHasLimits()
    {
        QFETCH(std::chrono::seconds, lifetime);
        QFETCH(bool, isAllowed);
        JoinClaims claims = claimsFor("ana");
        claims.lifetime = lifetime;

        const Result<std::string> token = m_tokens.issue(claims, m_clock.wallNow());

        QCOMPARE(bool(token), isAllowed);
        if (!isAllowed)
            QVERIFY(token.error().detail.find("ttl_seconds") != std::string::npos);
    }

    void whatATokenMayNotSay_data()
    {
        QTest::addColumn<QByteArray>("room");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("field");
        QTest::newRow("every room") << QByteArray() << QByteArray() << "room_name";
        QTest::newRow("a room of two lines") << QByteArray("a\nb") << QByteArray() << "room_name";
        QTest::newRow("a room with a NUL") << QByteArray("a\0b", 3) << QByteArray() << "room_name";
        QTest::newRow("a room that is no UTF-8") << QByteArray("\xff") << QByteArray() << "room_name";
        QTest::newRow("a room that is too long") << QByteArray(256, 'x') << QByteArray() << "room_name";
        QTest::newRow("a name that is too long") << QByteArray("r") << QByteArray(256, 'x') << "name";
        QTest::newRow("a name that is no UTF-8") << QByteArray("r") << QByteArray("\xc3(") << "UTF-8";
    }
    void whatATokenMayNotSay()
    {
        QFETCH(QByteArray, room);
        QFETCH(QByteArray, name);
        QFETCH(QString, field);
        JoinClaims claims = claimsFor("ana");
        claims.roomName = room.toStdString();
        claims.displayName = name.toStdString();

        const Result<std::string> token = m_tokens.issue(claims, m_clock.wallNow());

        QVERIFY(!token);
        QCOMPARE(token.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(token.error().detail.find(field.toStdString()) != std::string::npos, token.error().detail.c_str());
    }

    void whatIsNotConfiguredIsNamed_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("secretText");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << ""
                                 << ""
                                 << ""
                                 << "LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET are not set.";
        QTest::newRow("no URL") << ""
                                << "k"
                                << "hush"
                                << "LIVEKIT_URL is not set.";
        QTest::newRow("no key") << "wss://x"
                                << ""
                                << "hush"
                                << "LIVEKIT_API_KEY is not set.";
        QTest::newRow("no secret") << "wss://x"
                                   << "k"
                                   << ""
                                   << "LIVEKIT_API_SECRET is not set.";
        QTest::newRow("only the secret") << ""
                                         << ""
                                         << "hush"
                                         << "LIVEKIT_URL and LIVEKIT_API_KEY are not set.";
    }
    void whatIsNotConfiguredIsNamed()
    {
        QFETCH(QString, url);
        QFETCH(QString, key);
        QFETCH(QString, secretText);
        QFETCH(QString, words);
        const JoinTokens tokens({url.toStdString(), key.toStdString(), secretText.toStdString()});

        const Result<std::string> token = tokens.issue(claimsFor("ana"), m_clock.wallNow());

        QVERIFY(!token);
        QCOMPARE(token.error().code, ErrorCode::Unavailable);
        QVERIFY2(QString::fromStdString(token.error().detail).endsWith(words), token.error().detail.c_str());
        QVERIFY(token.error().detail.find("hush") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestJoinTokens)
#include "tst_JoinTokens.moc"
