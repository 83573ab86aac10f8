// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How long cursors live, and who ends those of whom.
#include "core/server/EntryCursors.h"
#include "tests/support/ManualClock.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class tst_EntryCursors : public QObject
{
    Q_OBJECT

    static constexpr std::size_t mostRows = 40'000;

    struct Place {
        ManualClock clock;
        EntryCursors cursors{clock, mostRows};

        std::string keep(std::size_t rows, const std::string &who)
        {
            auto list = std::make_shared<EntryCursors::List>();
            list->rows.resize(rows);
            list->total = rows;
            list->who = who;
            return EntryCursors::cursor(cursors.keep(std::move(list)), 0);
        }
        bool has(const std::string &cursor, const std::string &who)
        {
            const auto found = cursors.find(cursor, who);
            return found && found->list;
        }
    };

private Q_SLOTS:
    void whoAsksOftenEndsNobodyElsesCursor()
    {
        Place place;
        const std::string own = place.keep(2, "support");
        for (int i = 0; i < 1'000; ++i)
            place.keep(1, "operator");
        QVERIFY(place.has(own, "support"));
        QVERIFY(!place.has(own, "operator"));
    }

    void manyRowsAreBounded()
    {
        constexpr std::size_t rows = mostRows / 4;
        Place place;
        const std::string first = place.keep(rows, "operator");
        const std::string second = place.keep(rows, "operator");
        const std::string others = place.keep(rows, "support");
        QVERIFY(place.has(first, "operator")); // used last from here on
        const std::string newest = place.keep(rows, "operator");
        QVERIFY(!place.has(second, "operator"));
        QVERIFY(place.has(first, "operator") && place.has(newest, "operator") && place.has(others, "support"));
    }

    void theNewestStays()
    {
        Place place;
        const std::string small = place.keep(1, "support");
        const std::string huge = place.keep(mostRows, "operator"); // more than all together may be
        QVERIFY(place.has(huge, "operator"));
        QVERIFY(!place.has(small, "support"));
    }

    void aMinuteAfterItsLastUseItIsGone()
    {
        Place place;
        const std::string cursor = place.keep(1, "operator");
        const std::weak_ptr<const EntryCursors::List> list = place.cursors.find(cursor, "operator")->list;
        place.clock.advance(EntryCursors::lifetime);
        place.cursors.forgetOld();
        QVERIFY(place.has(cursor, "operator"));
        place.clock.advance(EntryCursors::lifetime + 1ns);
        place.cursors.forgetOld();
        QVERIFY(list.expired()); // without anybody having asked
        QVERIFY(!place.has(cursor, "operator"));
    }
};

QTEST_APPLESS_MAIN(tst_EntryCursors)
#include "tst_EntryCursors.moc"
