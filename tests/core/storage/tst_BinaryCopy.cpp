// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/BinaryCopy.h"

#include <QTest>

#include <string>

using namespace hearth;

class TestBinaryCopy : public QObject
{
    Q_OBJECT

    static QByteArray header() { return QByteArray("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19); }
    static QByteArray trailer() { return QByteArray("\377\377", 2); }
    static QByteArray row(const QByteArray &first)
    {
        return QByteArray("\0\2\0\0\0", 5) + char(first.size()) + first + QByteArray("\377\377\377\377", 4);
    }
    static std::string_view view(const QByteArray &bytes) { return {bytes.constData(), std::size_t(bytes.size())}; }
    // "a|b", and "!" where it is no COPY of two columns.
    static std::string read(const QList<QByteArray> &messages)
    {
        BinaryCopy copy(2);
        std::string text;
        for (const QByteArray &message : messages) {
            copy.feed(view(message));
            while (const auto *row = copy.nextRow())
                text += (text.empty() ? "" : "|") + std::string(row->at(0).value_or("null")) + (row->at(1) ? "+" : "");
        }
        return text + (copy.isMalformed() ? "!" : "");
    }

private Q_SLOTS:
    void rowsAreReadFromMessages_data()
    {
        QTest::addColumn<QList<QByteArray>>("messages");
        QTest::addColumn<QByteArray>("expected");
        const auto add = [](const char *name, const QList<QByteArray> &messages, const char *expected) {
            QTest::newRow(name) << messages << QByteArray(expected);
        };
        add("none", {header() + trailer()}, "");
        add("one in a message", {header() + row("a"), row("b"), trailer()}, "a|b");
        add("the header alone", {header(), row("a"), trailer()}, "a");
        add("several in a message", {header() + row("a") + row("b"), trailer()}, "a|b");
        add("an empty text", {header() + row("")}, "");
        add("no header", {row("a")}, "!");
        add("half a header", {header().left(10)}, "!");
        add("another header", {QByteArray(19, 'x')}, "!");
        add("half a count", {header() + QByteArray("\0", 1)}, "!");
        add("half a length", {header() + row("a"), row("b").left(4)}, "a!");
        add("half a text", {header() + row("a"), row("bcd").left(8)}, "a!");
        add("a row without its end", {header() + row("a").left(7)}, "!");
        add("another number of columns", {header() + QByteArray("\0\3", 2) + row("a").mid(2)}, "!");
        add("a negative length", {header() + QByteArray("\0\2\377\377\377\376", 6)}, "!");
        add("a huge length", {header() + QByteArray("\0\2\177\377\377\377x", 7)}, "!");
        add("a huge number of columns", {header() + QByteArray("\200\0", 2)}, "!");
    }
    void rowsAreReadFromMessages()
    {
        QFETCH(QList<QByteArray>, messages);
        QFETCH(QByteArray, expected);

        QCOMPARE(QByteArray::fromStdString(read(messages)), expected);
    }

    void numbersAreInNetworkOrder()
    {
        QCOMPARE(*int32Of(std::string_view("\0\0\1\2", 4)), 258);
        QCOMPARE(*int32Of(std::string_view("\377\377\377\376", 4)), -2);
        QCOMPARE(*int64Of(std::string_view("\0\0\0\0\0\0\1\2", 8)), std::int64_t(258));
        QCOMPARE(*int64Of(std::string_view("\377\377\377\377\377\377\377\377", 8)), std::int64_t(-1));
        QVERIFY(!int32Of(std::nullopt) && !int32Of(std::string_view("\0\0\1", 3)));
        QVERIFY(!int64Of(std::nullopt) && !int64Of(std::string_view("\0\0\1\2", 4)));
    }
};

QTEST_GUILESS_MAIN(TestBinaryCopy)
#include "tst_BinaryCopy.moc"
