// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/DatabaseUrl.h"

#include <QTest>

using namespace hearth;

class TestDatabaseUrl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGoodUrlIsUnderstood_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("parts"); // host|port|user|password|database|sslmode|pooler
        QTest::addColumn<QString>("shown");
        QTest::newRow("everything") << "postgresql://ana:pw@db.example.com:5433/hearth?sslmode=verify-full"
                                    << "db.example.com|5433|ana|pw|hearth|verify-full|direct"
                                    << "postgresql://ana:***@db.example.com:5433/hearth";
        QTest::newRow("the short scheme, far away") << "postgres://ana:pw@db.example.com/hearth"
                                                    << "db.example.com|5432|ana|pw|hearth|require|direct"
                                                    << "postgresql://ana:***@db.example.com:5432/hearth";
        QTest::newRow("loopback name") << "postgresql://ana@localhost/hearth"
                                       << "localhost|5432|ana||hearth|prefer|direct"
                                       << "postgresql://ana@localhost:5432/hearth";
        QTest::newRow("loopback address") << "postgresql://127.0.0.1:5544/hearth"
                                          << "127.0.0.1|5544|||hearth|prefer|direct"
                                          << "postgresql://127.0.0.1:5544/hearth";
        QTest::newRow("IPv6 loopback") << "postgresql://ana@[::1]:5433/hearth"
                                       << "::1|5433|ana||hearth|prefer|direct"
                                       << "postgresql://ana@[::1]:5433/hearth";
        QTest::newRow("IPv6 elsewhere") << "postgresql://[2001:db8::7]/hearth"
                                        << "2001:db8::7|5432|||hearth|require|direct"
                                        << "postgresql://[2001:db8::7]:5432/hearth";
        QTest::newRow("nothing but the scheme") << "postgresql://"
                                                << "|5432||||prefer|direct"
                                                << "postgresql:///";
        QTest::newRow("a socket") << "postgresql:///hearth?host=/run/postgresql"
                                  << "/run/postgresql|5432|||hearth|prefer|direct"
                                  << "postgresql://:5432/hearth?host=/run/postgresql";
        QTest::newRow("encoded") << "postgresql://a%40b:p%2Fw%3A%25%20x@h/d%20b?application_name=my%20app"
                                 << "h|5432|a@b|p/w:% x|d b|require|direct"
                                 << "postgresql://a@b:***@h:5432/d b";
        QTest::newRow("an @ in the password") << "postgresql://ana:p@w@h/d"
                                              << "h|5432|ana|p@w|d|require|direct"
                                              << "postgresql://ana:***@h:5432/d";
        QTest::newRow("the pooler's port") << "postgresql://ana:pw@h:6543/d"
                                           << "h|6543|ana|pw|d|require|pooled"
                                           << "postgresql://ana:***@h:6543/d";
        QTest::newRow("a pooler") << "postgresql://h/d?pooler=transaction&sslmode=disable"
                                  << "h|5432|||d|disable|pooled"
                                  << "postgresql://h:5432/d";
        QTest::newRow("a session pooler on that port") << "postgresql://h:6543/d?pooler=session"
                                                       << "h|6543|||d|require|direct"
                                                       << "postgresql://h:6543/d";
        QTest::newRow("no port after the colon") << "postgresql://h:/d"
                                                 << "h|5432|||d|require|direct"
                                                 << "postgresql://h:5432/d";
    }
    void aGoodUrlIsUnderstood()
    {
        QFETCH(QString, url);
        QFETCH(QString, parts);
        QFETCH(QString, shown);

        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(url.toStdString());

        QVERIFY2(parsed, parsed ? "" : parsed.error().detail.c_str());
        const std::string found = parsed->host() + '|' + std::to_string(parsed->port()) + '|' + parsed->user() + '|' +
                                  parsed->password() + '|' + parsed->database() + '|' +
                                  parsed->libpqOptions().at("sslmode") + '|' +
                                  (parsed->usesTransactionPooler() ? "pooled" : "direct");
        QCOMPARE(QString::fromStdString(found), parts);
        QCOMPARE(QString::fromStdString(parsed->displayUrl()), shown);
        QCOMPARE(parsed->kind(), DatabaseKind::Postgres);
    }

    void aFileIsUnderstood()
    {
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse("sqlite:///var/lib/my%20data/h.db");

        QVERIFY(parsed);
        QVERIFY(parsed->isSqlite());
        QCOMPARE(parsed->filePath(), std::string("/var/lib/my data/h.db"));
        QCOMPARE(parsed->displayUrl(), std::string("sqlite:///var/lib/my data/h.db"));
    }

    void aBadUrlIsRefusedInWords_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << ""
                               << "must start with postgresql://";
        QTest::newRow("another scheme") << "mysql://h/d"
                                        << "must start with postgresql://";
        QTest::newRow("a file without scheme") << "/tmp/h.db"
                                               << "must start with postgresql://";
        QTest::newRow("relative file") << "sqlite://tmp/h.db"
                                       << "absolute path";
        QTest::newRow("no file") << "sqlite:///"
                                 << "absolute path";
        QTest::newRow("a directory") << "sqlite:///tmp/"
                                     << "absolute path";
        QTest::newRow("options of a file") << "sqlite:///tmp/h.db?mode=ro"
                                           << "takes no options";
        QTest::newRow("letters as port") << "postgresql://h:port/d"
                                         << "from 1 to 65535";
        QTest::newRow("port 0") << "postgresql://h:0/d"
                                << "from 1 to 65535";
        QTest::newRow("port 70000") << "postgresql://h:70000/d"
                                    << "from 1 to 65535";
        QTest::newRow("half an IPv6 address") << "postgresql://[::1/d"
                                              << "no ]";
        QTest::newRow("text behind an IPv6 address") << "postgresql://[::1]x/d"
                                                     << "between the ]";
        QTest::newRow("half an escape") << "postgresql://u:secret%2@h/d"
                                        << "cannot be taken apart";
        QTest::newRow("an escaped NUL") << "postgresql://u:secret%00@h/d"
                                        << "cannot be taken apart";
        QTest::newRow("a slash in the password") << "postgresql://u:sec/ret@h/d"
                                                 << "%2F";
        QTest::newRow("a question mark in it") << "postgresql://u:sec?ret@h/d"
                                               << "%3F";
        QTest::newRow("two hosts") << "postgresql://u:secret@a,b/d"
                                   << "host";
        QTest::newRow("two databases") << "postgresql://u:secret@h/d/e"
                                       << "database name";
        QTest::newRow("an unknown option") << "postgresql://u:secret@h/d?options=-c"
                                           << "\"options\"";
        QTest::newRow("the password as option") << "postgresql://h/d?password=secret"
                                                << "\"password\"";
        QTest::newRow("another host") << "postgresql://u:secret@h/d?host=evil"
                                      << "socket";
        QTest::newRow("a wrong sslmode") << "postgresql://u:secret@h/d?sslmode=yes"
                                         << "verify-full";
        QTest::newRow("a wrong pooler") << "postgresql://u:secret@h/d?pooler=maybe"
                                        << "transaction or session";
        QTest::newRow("a wrong timeout") << "postgresql://u:secret@h/d?connect_timeout=soon"
                                         << "from 1 to 3600";
        QTest::newRow("options inside an option") << "postgresql://h/d?application_name=x;host=evil"
                                                  << "without ;";
    }
    void aBadUrlIsRefusedInWords()
    {
        QFETCH(QString, url);
        QFETCH(QString, says);

        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(url.toStdString());

        QVERIFY(!parsed);
        QCOMPARE(parsed.error().code, ErrorCode::InvalidArgument);
        const QString detail = QString::fromStdString(parsed.error().detail);
        QVERIFY2(detail.contains(says), qPrintable(detail));
        QVERIFY2(!detail.contains(QLatin1String("secret")) && !detail.contains(QLatin1String("ret@")),
                 qPrintable(detail));
        QVERIFY2(detail.endsWith(u'.') && !detail.contains(u'\n'), qPrintable(detail));
    }

    void theSecretIsTakenOutOfTheMessagesOfOthers()
    {
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse("postgresql://ana:pa%20ss@h/d");

        QCOMPARE(parsed->withoutSecret("password=pa ss, again pa ss"), std::string("password=***, again ***"));
    }
};

QTEST_GUILESS_MAIN(TestDatabaseUrl)
#include "tst_DatabaseUrl.moc"
