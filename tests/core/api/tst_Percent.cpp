// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/Percent.h"

#include <QTest>

#include <string>

using namespace hearth;

class tst_Percent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void identities_data()
    {
        QTest::addColumn<QByteArray>("segment");
        QTest::addColumn<QByteArray>("identity"); // empty: refused
        const auto row = [](const char *name, const QByteArray &segment, const QByteArray &identity) {
            QTest::newRow(name) << segment << identity;
        };
        row("plain", "john_doe", "john_doe");
        row("a slash inside", "a%2Fb", "a/b");
        row("small hexadecimal letters", "%c3%a9", "\xC3\xA9");
        row("UTF-8 as it is", "\xC3\xA9", "\xC3\xA9");
        row("a percent sign", "100%25", "100%");
        row("decoded once only", "%252F", "%2F");
        row("a plus is a plus", "a+b", "a+b");
        row("dots, encoded, are a name", "%2E%2E", "..");
        row("SQL is a name", "%27%20OR%201%3D1--", "' OR 1=1--");
        row("the literal template", "{id}", "{id}");
        row("255 characters", QByteArray(255, 'a'), QByteArray(255, 'a'));
        row("256 characters", QByteArray(256, 'a'), {});
        row("NUL", "a%00b", {});
        row("a line break", "a%0Ab", {});
        row("DEL", "%7F", {});
        row("bad UTF-8", "%C3%28", {});
        row("overlong", "%C0%AF", {});
        row("a surrogate", "%ED%A0%80", {});
        row("cut off", "%C3", {});
        row("a percent sign alone", "100%", {});
        row("one digit", "%2", {});
        row("no digits", "%zz", {});
        row("empty", "", {});
    }

    void identities()
    {
        QFETCH(const QByteArray, segment);
        QFETCH(const QByteArray, identity);

        const Result<ProfileId> id = identityFromPath(segment.toStdString());

        QCOMPARE(bool(id), !identity.isEmpty());
        if (id)
            QCOMPARE(QByteArray::fromStdString(id->text()), identity);
        else
            QVERIFY(id.error().code == ErrorCode::InvalidArgument && id.error().detail.back() == '.');
    }

    void encodesWhatItDecodes()
    {
        std::string all;
        for (int c = 1; c < 256; ++c)
            all += static_cast<char>(c);

        QVERIFY(*percentDecoded(percentEncoded(all)) == all);
        QVERIFY(percentEncoded("a/b \xC3\xA9~") == "a%2Fb%20%C3%A9~");
    }

    void parameters()
    {
        const auto query = QueryParameters::parse("search=ana+maria&limit=20&empty=&flag&&name=%26%3D");

        QVERIFY(query);
        QVERIFY(query->value("search") == "ana maria");
        QVERIFY(query->value("empty") == "" && query->value("flag") == "");
        QVERIFY(query->value("name") == "&=");
        QVERIFY(!query->value("other"));
        QCOMPARE(*query->number("limit", 5, 100), 20U);
        QCOMPARE(*query->number("other", 5, 100), 5U);
        QVERIFY(!query->number("limit", 5, 19));
        QVERIFY(!query->number("search", 5, 100));
        QCOMPARE(*query->number("empty", 5, 100), 5U); // as the contract writes them: ?limit=&cursor=
        QVERIFY(!query->flag("flag"));
        QVERIFY(!*query->flag("other"));
    }

    void refusedParameters_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::newRow("twice") << QByteArray("a=1&a=2");
        QTest::newRow("a percent sign alone") << QByteArray("a=%");
        QTest::newRow("bad UTF-8") << QByteArray("a=%FF");
        QTest::newRow("NUL") << QByteArray("a=%00");
        QByteArray many;
        for (int i = 0; i < 33; ++i)
            many += "p" + QByteArray::number(i) + "=1&";
        QTest::newRow("too many") << many;
    }

    void refusedParameters()
    {
        QFETCH(const QByteArray, query);

        const auto parsed = QueryParameters::parse(query.toStdString());

        QVERIFY(!parsed && parsed.error().code == ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(tst_Percent)
#include "tst_Percent.moc"
