// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is particular to TLS: who shakes hands and how, who does not, and certificates that change.
#include "tests/core/server/TransportPlace.h"
#include "tests/support/Await.h"

#include <QTemporaryDir>
#include <QTest>

#include <deque>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view http2("\x02h2");
constexpr std::string_view http2And1("\x02h2\x08http/1.1");

SSL *sessionOf(const RawClient &client)
{
    return static_cast<TlsLayer *>(client.layer())->session();
}

std::string nameOf(const RawClient &client)
{
    char name[64]{};
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(sessionOf(client)), X509_free);
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name, sizeof name);
    return name;
}

// What a client says first.
std::string helloBytes()
{
    SSL_CTX *const context = SSL_CTX_new(TLS_client_method());
    SSL *const session = SSL_new(context);
    BIO *const out = BIO_new(BIO_s_mem());
    SSL_set_bio(session, BIO_new(BIO_s_mem()), out);
    SSL_connect(session);
    const std::string bytes = detail::textOf(out);
    SSL_free(session);
    SSL_CTX_free(context);
    ERR_clear_error();
    return bytes;
}

} // namespace

class tst_ApiServerTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Place::usesTls = true; }

    void versionsAndCiphers_data()
    {
        QTest::addColumn<int>("version");
        QTest::addColumn<QByteArray>("ciphers");
        QTest::addColumn<bool>("isServed");
        QTest::newRow("TLS 1.3") << TLS1_3_VERSION << QByteArray() << true;
        QTest::newRow("TLS 1.2") << TLS1_2_VERSION << QByteArray() << true;
        QTest::newRow("TLS 1.1") << TLS1_1_VERSION << QByteArray() << false;
        QTest::newRow("TLS 1.0") << TLS1_VERSION << QByteArray() << false;
        QTest::newRow("TLS 1.2 with a good cipher")
            << TLS1_2_VERSION << QByteArray("ECDHE-ECDSA-AES128-GCM-SHA256") << true;
        QTest::newRow("without authentication of each record")
            << TLS1_2_VERSION << QByteArray("ECDHE-ECDSA-AES128-SHA") << false;
        QTest::newRow("without a certificate") << TLS1_2_VERSION << QByteArray("AECDH-AES128-SHA:ADH") << false;
        QTest::newRow("without encryption") << TLS1_2_VERSION << QByteArray("ECDHE-ECDSA-NULL-SHA:eNULL") << false;
    }

    void versionsAndCiphers()
    {
        QFETCH(const int, version);
        QFETCH(const QByteArray, ciphers);
        QFETCH(const bool, isServed);
        const Place place;
        TlsClientOptions options{.newest = version, .oldest = version};
        const std::string list = ciphers.toStdString() + ":@SECLEVEL=0";
        if (!ciphers.isEmpty())
            options.ciphers = list.c_str();

        RawClient client = tlsClient(place.server.port(), options);

        QCOMPARE(client.isConnected(), isServed);
        if (isServed) {
            QCOMPARE(client.get("/livez").status, 200);
            QVERIFY(SSL_get_current_compression(sessionOf(client)) == nullptr);
        }
        QCOMPARE(place.client().get("/livez").status, 200);
    }

    void theServersOrderOfCiphersCounts()
    {
        const Place place;
        TlsClientOptions options{.newest = TLS1_2_VERSION};
        options.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";

        const RawClient client = tlsClient(place.server.port(), options);

        QCOMPARE(QByteArray(SSL_get_cipher_name(sessionOf(client))), QByteArray("ECDHE-ECDSA-AES256-GCM-SHA384"));
    }

    void theProtocolIsHttp11()
    {
        const Place place;

        const RawClient both = tlsClient(place.server.port(), {.protocols = http2And1});
        const RawClient other = tlsClient(place.server.port(), {.protocols = http2});

        const unsigned char *chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(sessionOf(both), &chosen, &size);
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(chosen), size), QByteArray("http/1.1"));
        QVERIFY(!other.isConnected());
    }

    void nobodyNegotiatesAgain()
    {
        const Place place;
        RawClient client = tlsClient(place.server.port(), {.newest = TLS1_2_VERSION});
        QCOMPARE(client.get("/livez").status, 200);

        SSL_renegotiate(sessionOf(client));
        const bool isDone = SSL_do_handshake(sessionOf(client)) == 1;
        ERR_clear_error();

        QVERIFY(!isDone);
        QCOMPARE(place.client().get("/livez").status, 200);
    }

    void ticketsSaveHandshakes()
    {
        const Place place;
        RawClient first = tlsClient(place.server.port(), {.newest = TLS1_2_VERSION});
        QCOMPARE(first.get("/livez").status, 200);
        SSL_SESSION *const session = SSL_get1_session(sessionOf(first));

        RawClient second = tlsClient(place.server.port(), {.newest = TLS1_2_VERSION, .resumed = session});

        QVERIFY(SSL_session_reused(sessionOf(second)));
        QCOMPARE(second.get("/livez").status, 200);
        SSL_SESSION_free(session);
    }

    void silentOnesAreLeft_data()
    {
        QTest::addColumn<QByteArray>("sent");
        const QByteArray hello = QByteArray::fromStdString(helloBytes());
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("a byte") << hello.left(1);
        QTest::newRow("half a handshake") << hello.left(100);
        QTest::newRow("a whole greeting, and no more") << hello;
    }

    void silentOnesAreLeft()
    {
        QFETCH(const QByteArray, sent);
        Place place;
        RawClient client(place.server.port());
        QVERIFY(client.send(sent.toStdString()));
        QVERIFY(waitUntil([&] { return place.connections() == 1; }));
        QCOMPARE(place.client().get("/livez").status, 200);

        place.clock.advance(9'999ms);
        QCOMPARE(place.client().get("/livez").status, 200);
        QVERIFY(waitUntil([&] { return place.connections() == 1; }));
        place.clock.advance(2ms);

        QVERIFY(waitUntil([&] { return place.connections() == 0; }));
    }

    void aSlowHandshakeIsNotSavedByItsBytes()
    {
        Place place;
        const std::string hello = helloBytes();
        RawClient client(place.server.port());
        QVERIFY(waitUntil([&] { return place.connections() == 1; }));

        for (std::size_t second = 0; second < 12; ++second) {
            client.send(hello.substr(second, 1));
            QCOMPARE(place.client().get("/livez").status, 200);
            place.clock.advance(1s);
        }

        QVERIFY(client.isClosed());
    }

    void whatIsNoTlsIsClosed_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::newRow("a request") << QByteArray("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QTest::newRow("a record that is too long") << QByteArray("\x16\x03\x01\xFF\xFF") + QByteArray(70'000, 'x');
        QTest::newRow("a damaged greeting") << QByteArray("\x16\x03\x01\x00\x05\x01\xFF\xFF\xFF\xFF", 10);
        QTest::newRow("SSL 2") << QByteArray("\x80\x2E\x01\x00\x02\x00\x15\x00\x00\x00\x10", 11) + QByteArray(100, 'x');
        QTest::newRow("noise") << QByteArray(200, '\xAA');
    }

    void whatIsNoTlsIsClosed()
    {
        QFETCH(const QByteArray, sent);
        const Place place;
        RawClient client(place.server.port());

        QVERIFY(client.send(sent.toStdString()));
        const RawClient::Response answer = client.response();

        QCOMPARE(answer.status, 0);
        QVERIFY(waitUntil([&] { return place.connections() == 0; }));
        QCOMPARE(place.handled.load(), 0);
        QCOMPARE(place.client().get("/livez").status, 200);
    }

    void strangersCountBeforeTheyShakeHands()
    {
        ApiServerSettings settings;
        settings.limits.connectionsOfUnknown = 3;
        settings.limits.exemptsLoopback = false;
        const Place place(settings);
        std::deque<RawClient> silent;
        for (int i = 0; i < 3; ++i)
            silent.emplace_back(place.server.port(), "127.0.0.2");
        QVERIFY(waitUntil([&] { return place.connections() == 3; }));

        RawClient fourth = RawClient(place.server.port(), "127.0.0.2");

        QVERIFY(fourth.isClosed()); // and is not told in plain text
        QVERIFY(!tlsClient(place.server.port(), {}, "127.0.0.2").isConnected());
        QCOMPARE(place.client("127.0.0.3").get("/livez").status, 200);
    }

    void theEndIsSaid()
    {
        const Place place;
        RawClient client = place.client();

        QVERIFY(client.get("/livez", "Connection: close\r\n").closes());

        QVERIFY(client.isClosed());
        QVERIFY(static_cast<TlsLayer *>(client.layer())->sawEndOfTls);
        QVERIFY(waitUntil([&] { return place.connections() == 1; }));
        client.close();
        QVERIFY(waitUntil([&] { return place.connections() == 0; }));
    }

    void whoLeavesInTheHandshakeHurtsNobody()
    {
        const Place place;
        const std::string hello = helloBytes();
        for (int i = 0; i < 50; ++i) {
            RawClient client(place.server.port());
            client.send(hello);
        }

        QCOMPARE(place.client().get("/livez").status, 200);
        QVERIFY(waitUntil([&] { return place.connections() == 0; }));
    }

    void itDrainsAndStopsInTheMiddleOfHandshakes()
    {
        Place place;
        RawClient silent(place.server.port());
        RawClient served = place.client();
        QCOMPARE(served.get("/livez").status, 200);

        place.server.drain();

        QVERIFY(served.isClosed() && silent.isClosed());
        QVERIFY(waitUntil([&] { return place.server.isDrained(); }));
        Place second;
        const RawClient another(second.server.port());
        QVERIFY(waitUntil([&] { return second.connections() == 1; }));
        second.server.stop();
        QCOMPARE(second.connections(), 0U);
    }

    void aNewCertificateIsTaken()
    {
        const QTemporaryDir folder;
        ApiServerSettings settings;
        settings.tls = TlsFiles{folder.filePath("cert").toStdString(), folder.filePath("key").toStdString()};
        QVERIFY(makeTestCertificate({.name = "first"}).save(settings.tls->certificate, settings.tls->key));
        Place place(settings);
        RawClient before = place.client();
        QCOMPARE(nameOf(before), std::string("first"));

        const TestCertificate second = makeTestCertificate({.name = "second"});
        QVERIFY(second.save(settings.tls->certificate, settings.tls->key));
        QCOMPARE(nameOf(place.client()), std::string("first")); // nobody said so yet
        const auto reloaded = place.server.reloadCertificate();
        QVERIFY(reloaded && reloaded->starts_with("CN = second"));

        QCOMPARE(nameOf(place.client()), std::string("second"));
        QCOMPARE(before.get("/livez").status, 200);

        const TestCertificate expired = makeTestCertificate({.name = "third", .validFrom = -60, .validUntil = -1});
        QVERIFY(expired.save(settings.tls->certificate, settings.tls->key));
        QCOMPARE(place.server.reloadCertificate().error().code, ErrorCode::BadData);
        QVERIFY((TestCertificate{second.certificate, "no key"}.save(settings.tls->certificate, settings.tls->key)));
        QVERIFY(!place.server.reloadCertificate());
        QCOMPARE(nameOf(place.client()), std::string("second"));
        QCOMPARE(before.get("/livez").status, 200);
    }

    void whatCannotBeUsedDoesNotStart()
    {
        ApiServerSettings settings;
        settings.tls = TlsFiles{"/nowhere/cert.pem", "/nowhere/key.pem"};
        Place place(settings);
        QVERIFY(!place.started);
        QCOMPARE(place.server.start().error().code, ErrorCode::BadData);
        QCOMPARE(place.server.port(), 0);

        Place::usesTls = false;
        Place plain;
        Place::usesTls = true;
        QCOMPARE(plain.server.reloadCertificate().error().code, ErrorCode::NotFound);
    }

    void threadsCanBeAskedWhetherTheyRun()
    {
        ApiServerSettings settings;
        settings.threads = 3;
        Place place(settings);
        std::atomic<int> answers = 0;

        for (int i = 0; i < 5; ++i)
            place.server.probe([&] { ++answers; });
        QVERIFY(waitUntil([&] { return answers == 5; }));
        place.server.stop();
        place.server.probe([&] { ++answers; });

        QCOMPARE(answers.load(), 5);
    }
};

QTEST_APPLESS_MAIN(tst_ApiServerTls)
#include "tst_ApiServerTls.moc"
