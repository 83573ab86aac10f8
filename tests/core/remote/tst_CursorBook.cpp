// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/CursorBook.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const MonotonicTime start{10h};

EntriesQuery queryAt(std::size_t offset, EntrySort sort = EntrySort::Hits, std::chrono::milliseconds maxAge = 1h)
{
    EntriesQuery query;
    query.maxAge = maxAge;
    query.sort = sort;
    query.offset = offset;
    return query;
}

QString placeOf(const CursorBook::Place &place)
{
    return QString::number(place.offset) + ' ' + QString::fromStdString(place.cursor);
}

} // namespace

class tst_CursorBook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_book = CursorBook();
        m_book.startList(queryAt(0), start);
        for (const std::size_t offset : {500U, 1'000U, 2'000U})
            m_book.keep(queryAt(0), {offset, "c" + std::to_string(offset)});
    }

    void aPlaceIsFoundWhereACursorStands_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<QString>("place");
        QTest::newRow("there") << 1'000 << "1000 c1000";
        QTest::newRow("between two") << 1'999 << "1999 ";
        QTest::newRow("behind all") << 50'000 << "50000 ";
        QTest::newRow("the beginning") << 0 << "0 ";
    }

    void aPlaceIsFoundWhereACursorStands()
    {
        QFETCH(int, offset);
        QFETCH(QString, place);
        QCOMPARE(placeOf(m_book.begin(queryAt(std::size_t(offset)), start + 1s)), place);
    }

    void anotherQueryIsAnotherList()
    {
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000, EntrySort::Identity), start)), "1000 ");
        EntriesQuery filtered = queryAt(1'000);
        filtered.filter.search = "a";
        QCOMPARE(placeOf(m_book.begin(filtered, start)), "1000 ");
        EntriesQuery descending = queryAt(1'000);
        descending.descending = true;
        QCOMPARE(placeOf(m_book.begin(descending, start)), "1000 ");
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start)), "1000 c1000");
    }

    void whoWantsWhatIsNowBeginsANewList()
    {
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000, EntrySort::Hits, 0ms), start)), "1000 ");
        QCOMPARE(placeOf(m_book.begin(queryAt(2'000), start)), "2000 "); // the old one is not walked on
    }

    void anOldListIsNotWalkedOn_data()
    {
        QTest::addColumn<int>("maxAge");
        QTest::addColumn<int>("age");
        QTest::newRow("older than the query allows") << 4'000 << 4'000;
        QTest::newRow("older than any") << 3'600'000 << 30'000;
    }

    void anOldListIsNotWalkedOn()
    {
        QFETCH(int, maxAge);
        QFETCH(int, age);
        const EntriesQuery first = queryAt(1'000, EntrySort::Hits, std::chrono::milliseconds(maxAge));
        const EntriesQuery second = queryAt(2'000, EntrySort::Hits, std::chrono::milliseconds(maxAge));
        QCOMPARE(placeOf(m_book.begin(first, start + std::chrono::milliseconds(age))), "1000 c1000");
        QCOMPARE(placeOf(m_book.begin(second, start + std::chrono::milliseconds(age) + 1ns)), "2000 ");
    }

    void aJumpLeavesTheListAsItIs()
    {
        m_book.startList(queryAt(700'000), start + 1s);
        m_book.keep(queryAt(700'000), {700'500, "far"});

        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start + 2s)), "1000 c1000");
        QCOMPARE(placeOf(m_book.begin(queryAt(700'500), start + 2s)), "700500 far");
        QCOMPARE(placeOf(m_book.begin(queryAt(700'500), start + 30s + 1ns)), "700500 "); // by the older one
    }

    void itIsBounded()
    {
        for (int i = 0; i < 10; ++i) {
            EntriesQuery query = queryAt(0);
            query.filter.search = std::to_string(i);
            m_book.startList(query, start);
        }
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start)), "1000 ");
        m_book.startList(queryAt(0), start);
        for (std::size_t offset = 0; offset < 10'000; ++offset)
            m_book.keep(queryAt(0), {offset, "c" + std::to_string(offset)});
        QCOMPARE(placeOf(m_book.begin(queryAt(1'999), start)), "1999 c1999");
        QCOMPARE(placeOf(m_book.begin(queryAt(2'000), start)), "2000 ");
    }

private:
    CursorBook m_book;
};

QTEST_APPLESS_MAIN(tst_CursorBook)
#include "tst_CursorBook.moc"
