// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/CursorBook.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const MonotonicTime start{10h};

EntriesQuery queryAt(std::size_t offset, EntrySort sort = EntrySort::Hits)
{
    EntriesQuery query;
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

    void theNearestPlaceBeforeIsTaken_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<QString>("place");
        QTest::newRow("the place itself") << 1'000 << "1000 c1000";
        QTest::newRow("between two") << 1'999 << "1000 c1000";
        QTest::newRow("behind all") << 50'000 << "2000 c2000";
        QTest::newRow("before all") << 499 << "0 ";
        QTest::newRow("the beginning is a new list") << 0 << "0 ";
    }

    void theNearestPlaceBeforeIsTaken()
    {
        QFETCH(int, offset);
        QFETCH(QString, place);
        QCOMPARE(placeOf(m_book.begin(queryAt(std::size_t(offset)), start + 1s)), place);
    }

    void anotherQueryIsAnotherList()
    {
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000, EntrySort::Identity), start)), "0 ");
        EntriesQuery filtered = queryAt(1'000);
        filtered.filter.search = "a";
        QCOMPARE(placeOf(m_book.begin(filtered, start)), "0 ");
        EntriesQuery descending = queryAt(1'000);
        descending.descending = true;
        QCOMPARE(placeOf(m_book.begin(descending, start)), "0 ");
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start)), "1000 c1000");
    }

    // Who asks twice wants to see what is new.
    void thePageThatWasSeenIsNotShownAgain()
    {
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start)), "1000 c1000");
        QCOMPARE(placeOf(m_book.begin(queryAt(2'000), start)), "2000 c2000");
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start)), "0 ");
        QCOMPARE(placeOf(m_book.begin(queryAt(2'000), start)), "0 ");
    }

    void anOldListIsNotWalkedOn()
    {
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start + 30s)), "1000 c1000");
        QCOMPARE(placeOf(m_book.begin(queryAt(2'000), start + 30s + 1ns)), "0 ");
    }

    void itIsBounded()
    {
        for (int i = 0; i < 10; ++i) {
            EntriesQuery query = queryAt(0);
            query.filter.search = std::to_string(i);
            m_book.startList(query, start);
        }
        QCOMPARE(placeOf(m_book.begin(queryAt(1'000), start)), "0 ");
        m_book.startList(queryAt(0), start);
        for (std::size_t offset = 0; offset < 10'000; ++offset)
            m_book.keep(queryAt(0), {offset, "c" + std::to_string(offset)});
        QCOMPARE(placeOf(m_book.begin(queryAt(9'999), start)), "1999 c1999");
    }

private:
    CursorBook m_book;
};

QTEST_APPLESS_MAIN(tst_CursorBook)
#include "tst_CursorBook.moc"
