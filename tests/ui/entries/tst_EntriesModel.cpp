// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "ui/entries/EntriesModel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class EntriesModelTest final : public QObject
{
    Q_OBJECT

private:
    // Users called by their letters, in this order.
    static EntriesPage pageOf(const QString &letters, std::size_t offset = 0, std::size_t matching = 0)
    {
        EntriesPage page;
        for (const QChar letter : letters) {
            EntryRow row = FakeNode::madeUpRow(0);
            row.identity = QString(letter).toStdString();
            page.rows.push_back(row);
        }
        page.offset = offset;
        page.matching = std::max(matching, page.rows.size() + offset);
        page.total = page.matching;
        return page;
    }
    static QString letters(const EntriesModel &model)
    {
        QString text;
        for (int row = 0; row < model.rowCount(); ++row)
            text += model.index(row, EntriesModel::User).data().toString();
        return text;
    }
    static QString cell(const EntryRow &row, int column, WallTime now = FakeNode::noon())
    {
        EntriesModel model;
        EntriesPage page;
        page.rows = {row};
        page.matching = page.total = 1;
        model.setNow(now);
        model.merge(page, 500);
        return model.index(0, column).data().toString();
    }

private Q_SLOTS:
    void mergeMakesTheRowsThoseOfTheAnswer_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("answer");
        QTest::newRow("nothing was there") << ""
                                           << "abc";
        QTest::newRow("nothing is there any more") << "abc"
                                                   << "";
        QTest::newRow("the same again") << "abc"
                                        << "abc";
        QTest::newRow("one came in front") << "bcd"
                                           << "abcd";
        QTest::newRow("one came in the middle") << "abd"
                                                << "abcd";
        QTest::newRow("one went") << "abcd"
                                  << "acd";
        QTest::newRow("they changed places") << "abcd"
                                             << "dbca";
        QTest::newRow("some came, some went, some moved") << "abcdef"
                                                          << "fxbyaz";
        QTest::newRow("all others") << "abc"
                                    << "xyz";
    }
    void mergeMakesTheRowsThoseOfTheAnswer()
    {
        QFETCH(QString, before);
        QFETCH(QString, answer);
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        model.merge(pageOf(before), 500);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);

        model.merge(pageOf(answer), 500);

        QCOMPARE(letters(model), answer);
        QCOMPARE(resets.count(), 0);
    }

    void aFurtherPageIsAppended()
    {
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        model.merge(pageOf("abc", 0, 6), 3);
        QVERIFY(model.canFetchMore({}));

        model.merge(pageOf("def", 3, 6), 3);

        QCOMPARE(letters(model), QString("abcdef"));
        QVERIFY(!model.canFetchMore({}));
    }

    void aUserStandsInOnePlaceOnly()
    {
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        model.merge(pageOf("abc", 0, 6), 3);

        model.merge(pageOf("bde", 3, 6), 3); // b moved behind the page boundary meanwhile

        QCOMPARE(letters(model), QString("acbde"));
    }

    void aWindowInTheMiddleLeavesTheRestAlone()
    {
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        model.merge(pageOf("abcdefgh"), 8);

        model.merge(pageOf("dxc", 2, 8), 3); // e went, x came, c and d changed places

        QCOMPARE(letters(model), QString("abdxcfgh"));
    }

    void selectionAndCurrentRowStayWithTheirUsers()
    {
        EntriesModel model;
        model.merge(pageOf("abcdef"), 500);
        QItemSelectionModel selection(&model);
        const auto select = [&](int row) {
            selection.select(model.index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        };
        select(1);
        select(4);
        selection.setCurrentIndex(model.index(4, 0), QItemSelectionModel::NoUpdate);

        model.merge(pageOf("xfebzac"), 500);

        QString selected;
        for (int row = 0; row < model.rowCount(); ++row) {
            if (selection.isRowSelected(row))
                selected += model.index(row, 0).data().toString();
        }
        QCOMPARE(selected, QString("eb"));
        QCOMPARE(selection.currentIndex().data().toString(), QString("e"));
    }

    void onlyWhatChangedIsSignalled()
    {
        EntriesModel model;
        EntriesPage page = pageOf("abcdef");
        model.merge(page, 500);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy layouts(&model, &QAbstractItemModel::layoutChanged);
        page.rows[2].hits += 1;
        page.rows[3].hits += 1;

        model.merge(page, 500);

        QCOMPARE(layouts.count(), 0);
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes[0][0].toModelIndex().row(), 2);
        QCOMPARE(changes[0][1].toModelIndex().row(), 3);
    }

    void manyChangesAreOneSignal()
    {
        EntriesModel model;
        EntriesPage page = pageOf("abcdefgh");
        model.merge(page, 500);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        for (const std::size_t row : {1U, 3U, 6U})
            page.rows[row].hits += 1;

        model.merge(page, 500);

        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes[0][0].toModelIndex().row(), 1);
        QCOMPARE(changes[0][1].toModelIndex().row(), 6);
        QCOMPARE(model.entry(3).hits, page.rows[3].hits);
    }

    void timeToLiveReadsAs_data()
    {
        QTest::addColumn<int>("secondsLeft");
        QTest::addColumn<bool>("forced");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("state");
        QTest::newRow("plenty") << 1'656 << false << "27:36"
                                << "active";
        QTest::newRow("seconds") << 5 << false << "0:05"
                                 << "active";
        QTest::newRow("on the deadline") << 0 << false << "0:00"
                                         << "active";
        QTest::newRow("past it") << -130 << false << "expired 2:10 ago"
                                 << "expired";
        QTest::newRow("forced") << -130 << true << "forced 2:10 ago"
                                << "expired";
    }
    void timeToLiveReadsAs()
    {
        QFETCH(int, secondsLeft);
        QFETCH(bool, forced);
        QFETCH(QString, text);
        QFETCH(QString, state);
        EntryRow row = FakeNode::madeUpRow(0); // active when it was read
        row.expiryForced = forced;
        const WallTime now = row.expiresAt - std::chrono::seconds(secondsLeft);

        QCOMPARE(cell(row, EntriesModel::TimeToLive, now), text);
        QCOMPARE(cell(row, EntriesModel::State, now), state);
    }

    void aLanguageThatIsNotSupportedSaysSo()
    {
        EntryRow row = FakeNode::madeUpRow(0);
        row.language = "pt";

        QCOMPARE(cell(row, EntriesModel::LanguageName), QString("pt (unsupported)"));
    }

    void htmlInAnIdentityIsShownLiterally()
    {
        EntryRow row = FakeNode::madeUpRow(0);
        row.identity = "<img src=file:///x><b>ada</b>";
        EntriesModel model;
        EntriesPage page;
        page.rows = {row};
        page.matching = page.total = 1;
        model.merge(page, 500);
        const QModelIndex index = model.index(0, EntriesModel::User);

        QCOMPARE(index.data().toString(), QString("<img src=file:///x><b>ada</b>"));
        QVERIFY(!index.data(Qt::ToolTipRole).toString().contains("<img"));
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains("&lt;img"));
    }

    void sortingAndScrollingAreStatedAsWishes()
    {
        EntriesModel model;
        model.merge(pageOf("abc", 0, 6), 3);
        QSignalSpy sorts(&model, &EntriesModel::sortWanted);
        QSignalSpy more(&model, &EntriesModel::moreWanted);

        model.sort(EntriesModel::TimeToLive, Qt::DescendingOrder);
        model.fetchMore({});

        QCOMPARE(sorts.count(), 1);
        QCOMPARE(sorts[0][0].value<EntrySort>(), EntrySort::TimeToLive);
        QCOMPARE(sorts[0][1].toBool(), true);
        QCOMPARE(more.count(), 1);
    }
};

QTEST_MAIN(EntriesModelTest)
#include "tst_EntriesModel.moc"
