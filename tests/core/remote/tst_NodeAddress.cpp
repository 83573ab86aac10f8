// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/NodeAddress.h"

#include <QTest>

using namespace hearth;

class tst_NodeAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTokenGoes_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("goes");
        QTest::newRow("https") << "https://node.example.org" << true;
        QTest::newRow("the loopback") << "http://127.0.0.1:8080" << true;
        QTest::newRow("another of it") << "http://127.9.9.9" << true;
        QTest::newRow("of IPv6") << "http://[::1]:8080" << true;
        QTest::newRow("by name") << "http://LocalHost:8080/" << true;
        QTest::newRow("a mapped one") << "http://[::ffff:127.0.0.1]" << true;
        QTest::newRow("plain http") << "http://node.example.org" << false;
        QTest::newRow("all addresses") << "http://0.0.0.0:8080" << false;
        QTest::newRow("the office") << "http://192.168.1.1" << false;
        QTest::newRow("a name made to look like it") << "http://localhost.example.org" << false;
        QTest::newRow("a number made to look like it") << "http://127.0.0.1.nip.io" << false;
    }

    void theTokenGoes()
    {
        QFETCH(QString, url);
        QFETCH(bool, goes);
        QCOMPARE(addressProblem(QUrl(url), true).empty(), goes);
        QCOMPARE(addressProblem(QUrl(url), false), std::string());
    }

    void aRouteFollowsTheBase()
    {
        QCOMPARE(routeUrl(QUrl("http://h:1"), "/api/v1/node").toEncoded(), "http://h:1/api/v1/node");
        QCOMPARE(routeUrl(QUrl("http://h:1/"), "/api/v1/node").toEncoded(), "http://h:1/api/v1/node");
        QCOMPARE(routeUrl(QUrl("https://h/behind/it/"), "/x?a=%26b").toEncoded(), "https://h/behind/it/x?a=%26b");
    }

    void identitiesStayWhatTheyAre_data()
    {
        QTest::addColumn<QString>("identity");
        for (const char *identity : {"ana", "a/b", "a//b", "a?b#c", "100%", "%2F", "%2e%2e", "..a", "ü \xE2\x80\xAE",
                                     "' OR 1=1--", "a+b&c=d", "<b>", "a;b", "...", "\\", "http://x/"})
            QTest::newRow(identity) << QString::fromUtf8(identity);
    }

    void identitiesStayWhatTheyAre()
    {
        QFETCH(QString, identity);
        const QUrl url = routeUrl(QUrl("http://h"), "/users/" + identitySegment(identity.toStdString()) + "/expire");

        const QByteArray sent = url.path(QUrl::FullyEncoded).toLatin1();
        const QList<QByteArray> segments = sent.split('/');
        QCOMPARE(segments.size(), 4);
        QCOMPARE(QString::fromUtf8(QByteArray::fromPercentEncoding(segments[2])), identity);
        QVERIFY(!url.hasQuery() && !url.hasFragment());
    }

    void whatMeansAnotherPathIsNone()
    {
        QCOMPARE(identitySegment("."), std::string());
        QCOMPARE(identitySegment(".."), std::string());
    }

    void nothingSecretIsShown()
    {
        QCOMPARE(shownAddress(QUrl("http://me:geheim@h:1/a/?token=geheim#geheim")), std::string("http://h:1/a"));
    }
};

QTEST_APPLESS_MAIN(tst_NodeAddress)
#include "tst_NodeAddress.moc"
