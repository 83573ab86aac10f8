// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Whom a client trusts: nobody whose certificate it cannot verify, and then it says nothing to them.
#include "tests/core/remote/RemoteFixture.h"
#include "tests/core/server/TestCertificate.h"

#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTemporaryDir>

using namespace hearth;

namespace {

std::unique_ptr<QTcpServer> tlsServer(const TestCertificate &certificate)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificate(QSslCertificate(QByteArray::fromStdString(certificate.certificate)));
    configuration.setPrivateKey(QSslKey(QByteArray::fromStdString(certificate.key), QSsl::Ec));
    auto server = std::make_unique<QSslServer>();
    server->setSslConfiguration(configuration);
    return server;
}

} // namespace

class tst_RemoteTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trustsWhatItsAuthoritySigned();
    void trustsNobodyElse_data();
    void trustsNobodyElse();
    void isNotTalkedOutOfIt();
};

void tst_RemoteTls::trustsWhatItsAuthoritySigned()
{
    const QTemporaryDir folder;
    const TestCertificate certificate = makeTestCertificate();
    const QString file = folder.filePath("ca.pem");
    QVERIFY(certificate.save(file.toStdString(), folder.filePath("key.pem").toStdString()));
    ScriptedServer server(tlsServer(certificate));
    server.on("GET", nodeAnswer());
    RemoteNodeOptions options = optionsFor(server);
    options.token = "operator-0123456789";
    options.caFile = file;
    for (const char *host : {"127.0.0.1", "localhost"}) {
        options.url = QUrl(QStringLiteral("https://%1:%2").arg(host).arg(server.port()));
        RemoteNode node(options);

        const auto answer = answerOf(node.introduce());

        QVERIFY2(answer, answer ? "" : qPrintable(sentenceOf(answer.error())));
        QVERIFY(node.link().state == LinkState::Connected);
    }
    QCOMPARE(server.requests.size(), 2);
    QCOMPARE(server.requests.last().header("Authorization"), QByteArray("Bearer operator-0123456789"));
}

void tst_RemoteTls::trustsNobodyElse_data()
{
    QTest::addColumn<bool>("isNamed");
    QTest::addColumn<bool>("isOther");
    QTest::addColumn<bool>("isOld");
    QTest::addColumn<QString>("host");
    QTest::newRow("signed by itself, nobody named it") << false << false << false << "127.0.0.1";
    QTest::newRow("signed by another than who was named") << true << true << false << "127.0.0.1";
    QTest::newRow("no longer valid") << true << false << true << "127.0.0.1";
    QTest::newRow("made for another name") << true << false << false << "127.0.0.2";
}

void tst_RemoteTls::trustsNobodyElse()
{
    QFETCH(const bool, isNamed);
    QFETCH(const bool, isOther);
    QFETCH(const bool, isOld);
    QFETCH(const QString, host);
    const QTemporaryDir folder;
    TestCertificateOptions made;
    made.validUntil = isOld ? -60 : 86'400;
    const TestCertificate certificate = makeTestCertificate(made);
    const TestCertificate named = isOther ? makeTestCertificate() : certificate;
    const QString file = folder.filePath("ca.pem");
    QVERIFY(named.save(file.toStdString(), folder.filePath("key.pem").toStdString()));
    ScriptedServer server(tlsServer(certificate), QHostAddress(QHostAddress::AnyIPv4)); // 127.0.0.2 leads here, too
    server.on("GET", nodeAnswer());
    RemoteNodeOptions options = optionsFor(server);
    options.token = "operator-0123456789";
    options.caFile = isNamed ? file : QString();
    options.url = QUrl(QStringLiteral("https://%1:%2").arg(host).arg(server.port()));
    RemoteNode node(options);

    const auto answer = answerOf(node.introduce());

    QVERIFY(!answer);
    QVERIFY(answer.error().code == ErrorCode::Unavailable);
    QVERIFY(server.requests.isEmpty());
    QVERIFY2(sentenceOf(answer.error()).contains("is not trusted"), qPrintable(sentenceOf(answer.error())));
    QVERIFY(sentenceOf(answer.error()).contains("HEARTH_CA_FILE"));
    QVERIFY(node.link().state == LinkState::Refused);
}

// Who listens there speaks no TLS: it is not spoken to without.
void tst_RemoteTls::isNotTalkedOutOfIt()
{
    ScriptedServer server;
    server.on("", ScriptedServer::Answer{"HTTP/1.1 301 Go\r\nLocation: http://127.0.0.1/\r\n\r\n", true});
    RemoteNodeOptions options = optionsFor(server);
    options.token = "operator-0123456789";
    options.timeout = std::chrono::seconds(1);
    options.url = QUrl(QStringLiteral("https://127.0.0.1:%1").arg(server.port()));
    RemoteNode node(options);

    QVERIFY(!answerOf(node.introduce()));
    QVERIFY(server.requests.isEmpty());
}

QTEST_GUILESS_MAIN(tst_RemoteTls)
#include "tst_RemoteTls.moc"
