// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The program hearthd with TLS, and what it says and does about certificates.
#include "tests/core/server/TestCertificate.h"
#include "tests/core/server/TlsClient.h"
#include "tests/support/NotifySocket.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

using namespace hearth;

namespace {

constexpr int longestStart = 30'000; // ms
const QString tokens = "operator:operator-0123456789";

std::string nameOf(quint16 port)
{
    const RawClient client = tlsClient(port);
    if (!client.isConnected())
        return {};
    char name[64]{};
    SSL *const session = static_cast<TlsLayer *>(client.layer())->session();
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(session), X509_free);
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name, sizeof name);
    return name;
}

} // namespace

class tst_NodeTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void servesHttpsOnly();
    void refuses_data();
    void refuses();
    void takesANewCertificate();
    void aHangUpWithoutTlsEndsNothing();
    void warnsOfTokensInPlainText_data();
    void warnsOfTokensInPlainText();

private:
    void save(const TestCertificate &certificate)
    {
        QVERIFY(certificate.save(m_certificate.toStdString(), m_key.toStdString()));
    }
    void useTls()
    {
        m_environment.insert("HEARTH_TLS_CERT", m_certificate);
        m_environment.insert("HEARTH_TLS_KEY", m_key);
    }
    // Returns: what it printed.
    QString start(const QString &address = "127.0.0.1:0");
    // Waits until its log says this. Returns: the whole log.
    QByteArray logUntil(const QByteArray &text);
    void hangUp() { ::kill(static_cast<pid_t>(m_program->processId()), SIGHUP); }

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_certificate;
    QString m_key;
    QProcessEnvironment m_environment;
    std::unique_ptr<QProcess> m_program;
    QByteArray m_log;
    quint16 m_port = 0;
};

void tst_NodeTls::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_certificate = m_home->filePath("cert.pem");
    m_key = m_home->filePath("key.pem");
    m_environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"DATABASE_URL", "DATABASE_URL_FILE", "HEARTH_TOKENS", "HEARTH_TLS_CERT", "HEARTH_TLS_KEY"})
        m_environment.remove(QString::fromLatin1(name));
    m_environment.insert("HOME", m_home->path());
    m_environment.insert("XDG_DATA_HOME", m_home->filePath("data"));
    m_log.clear();
}

void tst_NodeTls::cleanup()
{
    if (!m_program)
        return;
    m_program->terminate();
    QVERIFY(m_program->waitForFinished(longestStart));
    QCOMPARE(m_program->exitStatus(), QProcess::NormalExit);
    QCOMPARE(m_program->exitCode(), 0);
    m_program.reset();
}

QString tst_NodeTls::start(const QString &address)
{
    m_program = std::make_unique<QProcess>();
    m_program->setProcessEnvironment(m_environment);
    m_program->start(HEARTHD_PROGRAM, {"--sample", "--listen", address});
    QByteArray line;
    while (!line.endsWith('\n') && m_program->waitForReadyRead(longestStart))
        line += m_program->readAllStandardOutput();
    static const QRegularExpression listening(R"(^listening on https?://[0-9.]+:(\d+)\n$)");
    m_port = static_cast<quint16>(listening.match(QString::fromUtf8(line)).captured(1).toUInt());
    return QString::fromUtf8(line);
}

QByteArray tst_NodeTls::logUntil(const QByteArray &text)
{
    const bool isThere = QTest::qWaitFor(
        [&] {
            m_log += m_program->readAllStandardError();
            return m_log.contains(text);
        },
        longestStart);
    return isThere ? m_log : QByteArray();
}

void tst_NodeTls::servesHttpsOnly()
{
    save(makeTestCertificate());
    useTls();

    QVERIFY(start().startsWith("listening on https://127.0.0.1:"));

    RawClient client = tlsClient(m_port);
    QVERIFY(client.isConnected());
    QCOMPARE(client.get("/livez").status, 200);
    QCOMPARE(client.get("/api/v1/node").status, 200);
    RawClient plain(m_port);
    QCOMPARE(plain.get("/livez").status, 0);
    QCOMPARE(client.get("/livez").status, 200);
}

void tst_NodeTls::refuses_data()
{
    QTest::addColumn<QByteArray>("certificate"); // null: no such file
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("unset");
    QTest::addColumn<QString>("begin");
    QTest::addColumn<QString>("word");
    const auto bytes = [](const std::string &text) { return QByteArray::fromStdString(text); };
    const TestCertificate good = makeTestCertificate();
    const TestCertificate expired = makeTestCertificate({.validFrom = -7'200, .validUntil = -60});
    const QString cert = "hearthd: HEARTH_TLS_CERT is \"";
    const QString key = "hearthd: HEARTH_TLS_KEY is \"";
    QTest::newRow("the certificate alone")
        << bytes(good.certificate) << bytes(good.key) << "HEARTH_TLS_KEY" << cert << "both or neither";
    QTest::newRow("the key alone") << bytes(good.certificate) << bytes(good.key) << "HEARTH_TLS_CERT" << key
                                   << "both or neither";
    QTest::newRow("another's key") << bytes(good.certificate) << bytes(makeTestCertificate().key) << QString() << key
                                   << "does not belong to the certificate";
    QTest::newRow("expired") << bytes(expired.certificate) << bytes(expired.key) << QString() << cert << "expired on";
    QTest::newRow("no certificate file") << QByteArray() << bytes(good.key) << QString() << cert << "cannot be read";
    QTest::newRow("no key file") << bytes(good.certificate) << QByteArray() << QString() << key << "cannot be read";
    QTest::newRow("no PEM") << QByteArray("hello") << bytes(good.key) << QString() << cert << "no certificate in it";
}

void tst_NodeTls::refuses()
{
    QFETCH(const QByteArray, certificate);
    QFETCH(const QByteArray, key);
    QFETCH(const QString, unset);
    QFETCH(const QString, begin);
    QFETCH(const QString, word);
    save({certificate.toStdString(), key.toStdString()});
    if (certificate.isNull())
        QVERIFY(QFile::remove(m_certificate));
    if (key.isNull())
        QVERIFY(QFile::remove(m_key));
    useTls();
    m_environment.remove(unset);
    QProcess program;
    program.setProcessEnvironment(m_environment);

    program.start(HEARTHD_PROGRAM, {"--sample", "--listen", "127.0.0.1:0"});

    QVERIFY(program.waitForFinished(longestStart));
    const QString errors = QString::fromUtf8(program.readAllStandardError());
    QCOMPARE(program.exitCode(), 78);
    QVERIFY2(errors.startsWith(begin) && errors.contains(word) && errors.contains("allowed is"), qPrintable(errors));
    QCOMPARE(errors.count('\n'), 1);
    QVERIFY(program.readAllStandardOutput().isEmpty());
}

void tst_NodeTls::takesANewCertificate()
{
    save(makeTestCertificate({.name = "first"}));
    useTls();
    NotifySocket systemd("@hearth-tls-" + QByteArray::number(QCoreApplication::applicationPid()));
    QVERIFY(systemd.isBound());
    m_environment.insert("NOTIFY_SOCKET", "@hearth-tls-" + QString::number(QCoreApplication::applicationPid()));
    m_environment.insert("WATCHDOG_USEC", "300000");
    start();
    QVERIFY(systemd.toldBesides().startsWith("READY=1\nSTATUS=listening on https://"));
    RawClient before = tlsClient(m_port);
    QCOMPARE(nameOf(m_port), std::string("first"));

    save(makeTestCertificate({.name = "second"}));
    hangUp();
    QVERIFY(systemd.toldBesides().startsWith("RELOADING=1\n"));
    QVERIFY(systemd.toldBesides().startsWith("READY=1\n"));
    QCOMPARE(nameOf(m_port), std::string("second"));
    QVERIFY(logUntil("certificate CN = second, valid until ").contains("INFO"));
    QCOMPARE(before.get("/livez").status, 200);

    save({"broken", "broken"});
    hangUp();
    QVERIFY(logUntil("The certificate stays the one that was read before: HEARTH_TLS_CERT is ").contains("WARN"));
    QCOMPARE(nameOf(m_port), std::string("second"));
    QCOMPARE(before.get("/livez").status, 200);
    QVERIFY(systemd.toldBesides().startsWith("RELOADING=1\n"));
    QVERIFY(systemd.toldBesides().startsWith("READY=1\n"));
    QCOMPARE(systemd.told(), QByteArray("WATCHDOG=1"));
}

void tst_NodeTls::aHangUpWithoutTlsEndsNothing()
{
    start();
    hangUp();
    QVERIFY(!logUntil("SIGHUP has nothing to read again").isEmpty());
    QCOMPARE(RawClient(m_port).get("/livez").status, 200);
}

void tst_NodeTls::warnsOfTokensInPlainText_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("usesTls");
    QTest::addColumn<bool>("warns");
    QTest::newRow("everywhere") << "0.0.0.0:0" << false << true;
    QTest::newRow("on the loopback") << "127.0.0.1:0" << false << false;
    QTest::newRow("through TLS") << "0.0.0.0:0" << true << false;
}

void tst_NodeTls::warnsOfTokensInPlainText()
{
    QFETCH(const QString, address);
    QFETCH(const bool, usesTls);
    QFETCH(const bool, warns);
    m_environment.insert("HEARTH_TOKENS", tokens);
    if (usesTls) {
        save(makeTestCertificate());
        useTls();
    }

    QVERIFY(!start(address).isEmpty()); // what it warns of is said before

    m_log += m_program->readAllStandardError();
    const bool warned = warns ? !logUntil("without encryption").isEmpty() : m_log.contains("without encryption");
    QCOMPARE(warned, warns);
    QVERIFY(!m_log.contains("operator-0123456789"));
}

QTEST_GUILESS_MAIN(tst_NodeTls)
#include "tst_NodeTls.moc"
