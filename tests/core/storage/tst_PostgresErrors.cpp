// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/PostgresErrors.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

// What libpq and the servers say, in words that a person can act on. The texts are theirs, as they came.
class TestPostgresErrors : public QObject
{
    Q_OBJECT

    static DatabaseUrl parsed(const QByteArray &url)
    {
        const Result<DatabaseUrl> result = DatabaseUrl::parse(url.toStdString());
        if (!result)
            qFatal("%s", result.error().detail.c_str());
        return *result;
    }

private Q_SLOTS:
    void aRefusedConnectionSaysWhatToDo_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("problem");
        QTest::addColumn<QByteArray>("nextStep");
        const auto row = [](const char *name, const char *url, const char *text, const char *problem,
                            const char *nextStep) {
            QTest::newRow(name) << QByteArray(url) << QByteArray(text) << QByteArray(problem) << QByteArray(nextStep);
        };
        row("verify-full without a root certificate", "postgresql://ana:secret@db.example.com/app?sslmode=verify-full",
            "connection to server at \"db.example.com\" (192.0.2.7), port 5432 failed: root certificate file "
            "\"/root/.postgresql/root.crt\" does not exist\nEither provide the file or change sslmode to disable "
            "server "
            "certificate verification.",
            "needed to check it (sslmode=verify-full), and there is none to be read in /root/.postgresql/root.crt",
            "sslrootcert=/path/to/root.crt");
        row("a root certificate that cannot be read",
            "postgresql://ana:secret@h/app?sslmode=verify-ca&sslrootcert=/etc/x.pem",
            "connection to server at \"h\" (192.0.2.7), port 5432 failed: could not read root certificate file "
            "\"/etc/x.pem\": no certificate or crl found",
            "none to be read in /etc/x.pem", "(Supabase: in the project's database settings");
        row("signed by somebody unknown", "postgresql://ana:secret@h/app?sslmode=verify-full&sslrootcert=/etc/x.pem",
            "connection to server at \"h\" (192.0.2.7), port 5432 failed: SSL error: certificate verify failed",
            "cannot be trusted", "sslrootcert=");
        row("another host name", "postgresql://ana:secret@h/app?sslmode=verify-full&sslrootcert=/etc/x.pem",
            "connection to server at \"h\" (192.0.2.7), port 5432 failed: server certificate for \"db\" does not match "
            "host name \"h\"",
            "made for another host name", "verify-ca");
        row("no encryption to be had", "postgresql://ana:secret@h/app",
            "connection to server at \"h\" (192.0.2.7), port 5432 failed: server does not support SSL, but SSL was "
            "required",
            "offers no encryption, but DATABASE_URL demands it (sslmode)", "sslmode=prefer");
        const char *direct = "postgresql://postgres:secret@db.abcdefghij.supabase.co/postgres";
        row("Supabase's direct host, no such address", direct,
            "could not translate host name \"db.abcdefghij.supabase.co\" to address: No address associated with "
            "hostname",
            "is not known", "IPv6 only");
        row("Supabase's direct host, no network for it", direct,
            "connection to server at \"db.abcdefghij.supabase.co\" (2a05:d018::1), port 5432 failed: Network is "
            "unreachable\n\tIs the server running on that host and accepting TCP/IP connections?",
            "cannot be reached", "user postgres.abcdefghij");
        row("Supabase's direct host, no address of our own", direct,
            "connection to server at \"db.abcdefghij.supabase.co\" (2a05:d018::1), port 5432 failed: Cannot assign "
            "requested address",
            "cannot be reached", "pooler.supabase.com");
        row("Supabase's direct host, silence", direct,
            "connection to server at \"db.abcdefghij.supabase.co\" (2a05:d018::1), port 5432 failed: timeout expired",
            "did not answer in time", "IPv6 only");
        row("Supabase's direct host, a wrong password", direct,
            "FATAL:  password authentication failed for user \"postgres\"", "refused the password",
            "Correct user and password");
        const char *pooler = "postgresql://postgres:secret@aws-0-eu-west-1.pooler.supabase.com:6543/postgres";
        row("Supabase's pooler, the plain user", pooler, "FATAL:  password authentication failed for user \"postgres\"",
            "refused the password", "the user is postgres.REFERENCE");
        row("Supabase's pooler, no such project", pooler, "FATAL:  Tenant or user not found",
            "knows no project with the user postgres", "postgres.REFERENCE");
        row("Supabase's pooler, a wrong password",
            "postgresql://postgres.abcdefghij:secret@aws-0-eu-west-1.pooler.supabase.com:6543/postgres",
            "FATAL:  password authentication failed for user \"postgres\"", "refused the password",
            "Correct user and password");
        row("another host with no network", "postgresql://ana:secret@db.example.com/app",
            "connection to server at \"db.example.com\" (2001:db8::7), port 5432 failed: Network is unreachable",
            "cannot be reached", "Check this machine's network");
        row("nothing that is known", "postgresql://ana:secret@h/app", "FATAL:  the moon is full, secret",
            "the moon is full", "Check DATABASE_URL");
        row("no text at all", "postgresql://ana:secret@h/app", "", "cannot be reached", "Check DATABASE_URL");
    }
    void aRefusedConnectionSaysWhatToDo()
    {
        QFETCH(QByteArray, url);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, problem);
        QFETCH(QByteArray, nextStep);

        const SqlFailure failure = postgres::openFailure(parsed(url), QString::fromUtf8(text));

        QVERIFY(failure.error.code == ErrorCode::Unavailable);
        QVERIFY2(failure.error.detail.find(problem.toStdString()) != std::string::npos, failure.error.detail.c_str());
        QVERIFY2(failure.nextStep.find(nextStep.toStdString()) != std::string::npos, failure.nextStep.c_str());
        const std::string all = failure.error.detail + failure.nextStep;
        QVERIFY2(all.find("secret") == std::string::npos, all.c_str());
        QVERIFY2(all.find('%') == std::string::npos, all.c_str()); // every place in the sentence is filled
        QVERIFY(failure.error.detail.back() == '.' && failure.nextStep.back() == '.');
    }

    void aFailedQueryIsPutInItsPlace_data()
    {
        QTest::addColumn<QString>("sqlState");
        QTest::addColumn<bool>("isBroken");
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const char *state, bool isBroken, SqlFailureKind kind, ErrorCode code) {
            QTest::newRow(name) << QString::fromLatin1(state) << isBroken << int(kind) << int(code);
        };
        using Kind = SqlFailureKind;
        row("cancelled", "57014", false, Kind::Timeout, ErrorCode::Timeout);
        row("shut down", "57P01", false, Kind::Lost, ErrorCode::Unavailable);
        row("gone without a word", "", true, Kind::Lost, ErrorCode::Unavailable);
        row("broken, whatever it says", "22012", true, Kind::Lost, ErrorCode::Unavailable);
        row("no right", "42501", false, Kind::Denied, ErrorCode::PermissionDenied);
        row("read only", "25006", false, Kind::Denied, ErrorCode::PermissionDenied);
        row("no table", "42P01", false, Kind::Unusable, ErrorCode::SchemaMismatch);
        row("no column", "42703", false, Kind::Unusable, ErrorCode::SchemaMismatch);
        row("a bad value", "22012", false, Kind::Other, ErrorCode::BadData);
        row("too long", "22001", false, Kind::Other, ErrorCode::BadData);
        row("out of memory", "53200", false, Kind::Other, ErrorCode::Unavailable);
        row("deadlock", "40P01", false, Kind::Other, ErrorCode::Unavailable);
        row("anything else", "XX000", false, Kind::Other, ErrorCode::Internal);
    }
    void aFailedQueryIsPutInItsPlace()
    {
        QFETCH(QString, sqlState);
        QFETCH(bool, isBroken);
        QFETCH(int, kind);
        QFETCH(int, code);

        const SqlFailure failure =
            postgres::queryFailure(parsed("postgresql://ana:secret@h/app"), 5s,
                                   QStringLiteral("ERROR:  it did not work, secret"), sqlState, isBroken);

        QCOMPARE(int(failure.kind), kind);
        QCOMPARE(int(failure.error.code), code);
        QVERIFY2(failure.error.detail.find("secret") == std::string::npos, failure.error.detail.c_str());
    }
};

QTEST_APPLESS_MAIN(TestPostgresErrors)
#include "tst_PostgresErrors.moc"
