// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Certificates and keys that can be served with, and what is said of those that cannot.
#include "core/server/TlsContext.h"
#include "tests/core/server/TestCertificate.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace hearth;

namespace {

using Options = TestCertificateOptions;

} // namespace

class tst_TlsContext : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    TlsFiles m_files;

    Result<std::shared_ptr<const TlsContext>> load() const
    {
        return TlsContext::load(m_files, SystemClock().wallNow());
    }
    void write(const std::string &certificate, const std::string &key) const
    {
        QVERIFY((TestCertificate{certificate, key}.save(m_files.certificate, m_files.key)));
    }

private Q_SLOTS:
    void init()
    {
        static int number = 0;
        const QString base = m_folder.filePath(QString::number(++number));
        m_files = {(base + ".cert").toStdString(), (base + ".key").toStdString()};
    }

    void loads_data()
    {
        QTest::addColumn<uint>("rsaBits");
        QTest::newRow("an elliptic curve") << 0U;
        QTest::newRow("RSA") << 2048U;
    }

    void loads()
    {
        QFETCH(const uint, rsaBits);
        const TestCertificate own = makeTestCertificate(Options{.name = "eu-1", .rsaBits = rsaBits});
        write(own.certificate, own.key);

        const auto context = load();

        QVERIFY2(context, context ? "" : context.error().detail.c_str());
        QVERIFY2((*context)->certificate().starts_with("CN = eu-1, valid until "), (*context)->certificate().c_str());
    }

    void loadsAChain()
    {
        const TestCertificate own = makeTestCertificate();
        write(own.certificate + makeTestCertificate().certificate, own.key);
        QVERIFY(load());
        write(own.key + own.certificate, own.key); // both in one file
        QVERIFY(load());
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("certificate");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("setting");
        QTest::addColumn<QByteArray>("problem");
        const TestCertificate good = makeTestCertificate();
        const auto row = [&](const char *name, const std::string &certificate, const std::string &key,
                             const char *setting, const char *problem) {
            QTest::newRow(name) << QByteArray::fromStdString(certificate) << QByteArray::fromStdString(key)
                                << QByteArray(setting) << QByteArray(problem);
        };
        const auto of = [](const Options &options) { return makeTestCertificate(options); };
        const TestCertificate expired = of({.validFrom = -7'200, .validUntil = -1});
        const TestCertificate early = of({.validFrom = 3'600});
        const TestCertificate weak = of({.rsaBits = 1024});
        const TestCertificate locked = of({.password = "geheim"});
        const char *const cert = "HEARTH_TLS_CERT";
        const char *const key = "HEARTH_TLS_KEY";
        row("another's key", good.certificate, makeTestCertificate().key, key, "does not belong to the certificate");
        row("a key of another kind", good.certificate, of({.rsaBits = 2048}).key, key, "does not belong");
        row("expired", expired.certificate, expired.key, cert, "the certificate expired on ");
        row("not valid yet", early.certificate, early.key, cert, "is not valid before ");
        row("a weak key", weak.certificate, weak.key, cert, "too small");
        row("an encrypted key", locked.certificate, locked.key, key, "the key in it is encrypted");
        row("an empty certificate", "", good.key, cert, "there is no certificate in it");
        row("an empty key", good.certificate, "", key, "there is no private key in it");
        row("the files swapped", good.key, good.certificate, cert, "there is no certificate in it");
        row("binary", std::string(100, '\0'), good.key, cert, "there is no certificate in it");
        row("half a certificate", good.certificate.substr(0, 200), good.key, cert, "there is no certificate");
        row("half a chain", good.certificate + good.certificate.substr(0, 200), good.key, cert, "is damaged");
        row("vast", good.certificate + std::string(2'000'000, '\n'), good.key, cert, "larger than 1 MiB");
    }

    void refuses()
    {
        QFETCH(const QByteArray, certificate);
        QFETCH(const QByteArray, key);
        QFETCH(const QByteArray, setting);
        QFETCH(const QByteArray, problem);
        write(certificate.toStdString(), key.toStdString());

        const auto context = load();

        QVERIFY(!context);
        const std::string &detail = context.error().detail;
        const std::string &file = setting == "HEARTH_TLS_CERT" ? m_files.certificate : m_files.key;
        QCOMPARE(context.error().code, ErrorCode::BadData);
        QVERIFY2(detail.starts_with(setting.toStdString() + " is \"" + file + "\": "), detail.c_str());
        QVERIFY2(detail.find(problem.toStdString()) != std::string::npos, detail.c_str());
        QVERIFY2(detail.find("; allowed is ") != std::string::npos, detail.c_str());
        QVERIFY(detail.find('\n') == std::string::npos && detail.find("geheim") == std::string::npos);
    }

    void refusesWhatIsNoFile()
    {
        const TestCertificate own = makeTestCertificate();
        write(own.certificate, own.key);
        const std::string pipe = m_files.certificate + ".pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);

        for (const std::string &odd : {std::string("/"), pipe, std::string("/nowhere/x.pem"), std::string("a\nb")}) {
            m_files.certificate = odd;
            const auto context = load();
            QVERIFY2(!context, odd.c_str());
            QVERIFY(context.error().detail.find('\n') == std::string::npos);
            QVERIFY(context.error().detail.starts_with("HEARTH_TLS_CERT is \""));
        }
    }
};

QTEST_APPLESS_MAIN(tst_TlsContext)
#include "tst_TlsContext.moc"
