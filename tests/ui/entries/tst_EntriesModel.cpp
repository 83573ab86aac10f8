// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "ui/entries/EntriesModel.h"

#include <QAbstractItemModelTester>
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
            text += model.isLoaded(row) ? model.index(row, EntriesModel::User).data().toString() : QString("-");
        return text;
    }
    static QString cell(const EntryRow &row, int column, WallTime now = FakeNode::noon())
    {
        EntriesModel model;
        EntriesPage page;
        page.rows = {row};
        page.matching = page.total = 1;
        model.setNow(now);
        model.merge(page);
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
        model.merge(pageOf(before));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);

        model.merge(pageOf(answer));

        QCOMPARE(letters(model), answer);
        QCOMPARE(resets.count(), 0);
    }

    void rowsAreThereBeforeTheyAreLoaded()
    {
        EntriesModel model;
        QAbstractItemModelTester tester(&model);

        model.merge(pageOf("abc", 0, 6));

        QCOMPARE(letters(model), QString("abc---"));
        QCOMPARE(model.index(4, EntriesModel::User).data(), QVariant());
        QCOMPARE(model.index(4, EntriesModel::Hits).data(EntriesModel::LoadedRole), QVariant(false));
        QCOMPARE(model.index(4, EntriesModel::User).data(Qt::AccessibleTextRole).toString(), QString("not read yet"));
    }

    void aPageJoinsWhatStandsBesideIt_data()
    {
        QTest::addColumn<QString>("letters");
        QTest::addColumn<int>("offset");
        QTest::addColumn<QString>("after"); // "defg" was at 3 of 10
        QTest::newRow("behind it") << "hi" << 7 << "---defghi-";
        QTest::newRow("before it") << "bc" << 1 << "-bcdefg---";
        QTest::newRow("over its end") << "gh" << 6 << "---defgh--";
        QTest::newRow("within it, one went and one came") << "xf" << 4 << "---dxfg---";
        QTest::newRow("over all of it") << "bcdefgh" << 1 << "-bcdefgh--";
        QTest::newRow("far away") << "j" << 9 << "---------j";
        QTest::newRow("far before") << "a" << 0 << "a---------";
        QTest::newRow("with a user who stood behind it: those behind have moved") << "xg" << 4 << "---dxg----";
        QTest::newRow("with a user who stood before it") << "fd" << 5 << "----efd---";
        QTest::newRow("nobody") << "" << 3 << "----------";
    }
    void aPageJoinsWhatStandsBesideIt()
    {
        QFETCH(QString, letters);
        QFETCH(int, offset);
        QFETCH(QString, after);
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        model.merge(pageOf("defg", 3, 10));

        model.merge(pageOf(letters, std::size_t(offset), 10));

        QCOMPARE(EntriesModelTest::letters(model), after);
    }

    void rowsComeAndGoAtTheEnd()
    {
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        model.merge(pageOf("abcdef"));

        model.merge(pageOf("ab", 0, 3)); // c stays, as far as it is known
        QCOMPARE(letters(model), QString("abc"));
        model.merge(pageOf("ab", 0, 5));
        QCOMPARE(letters(model), QString("abc--"));
        model.merge(pageOf(""));
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.endLoaded(), 0);
    }

    void anotherListLeavesNothingOfTheOldOne()
    {
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        model.merge(pageOf("abcdef"));
        QSignalSpy merged(&model, &EntriesModel::merged);

        model.replace(pageOf("fe", 0, 6));

        QCOMPARE(letters(model), QString("fe----"));
        QCOMPARE(merged.count(), 1);
        QCOMPARE(merged[0][0].toBool(), true);
    }

    void whatIsLoadedIsBounded()
    {
        EntriesModel model;
        QAbstractItemModelTester tester(&model);
        const auto page = [](std::size_t offset) {
            EntriesPage made;
            for (std::size_t i = 0; i < 1'000; ++i)
                made.rows.push_back(FakeNode::madeUpRow(offset + i));
            made.offset = offset;
            made.matching = made.total = 8'000;
            return made;
        };

        for (std::size_t offset = 0; offset < 7'000; offset += 1'000)
            model.merge(page(offset));
        QCOMPARE(model.firstLoaded(), 3'000);
        QCOMPARE(model.endLoaded(), 7'000);
        model.merge(page(2'500)); // and back: what is farthest away goes

        QCOMPARE(model.firstLoaded(), 2'500);
        QCOMPARE(model.endLoaded(), 6'500);
        QCOMPARE(model.entry(6'000).identity, std::string("user-6000"));
        QCOMPARE(model.rowOf("user-6000"), 6'000);
        QCOMPARE(model.rowOf("user-6500"), -1);
    }

    void whatTheRoleMayNotSeeIsMasked()
    {
        EntryRow row = FakeNode::madeUpRow(0);
        row.masked = true;
        row.language.clear();
        row.voiceId.clear();
        row.voiceName.clear();
        EntriesModel model;
        EntriesPage page;
        page.rows = {row};
        page.matching = page.total = 1;

        model.merge(page);

        for (const int column : {EntriesModel::LanguageName, EntriesModel::VoiceName}) {
            QCOMPARE(model.index(0, column).data().toString(), QString("•••"));
            QVERIFY(model.index(0, column).data(Qt::ToolTipRole).toString().contains("role"));
        }
        QVERIFY(model.index(0, 0).data(EntriesModel::SupportedLanguageRole).toBool());
    }

    void hostileIdentitiesAreShownAsTheyAre_data()
    {
        QTest::addColumn<QString>("identity");
        QTest::addColumn<QString>("shown");
        QTest::newRow("a formula") << "=cmd|' /C calc'!A0"
                                   << "=cmd|' /C calc'!A0";
        QTest::newRow("as long as can be") << QString(255, 'x') << QString(255, 'x');
        QTest::newRow("other ways of writing") << "Ọmọ Ìgbò"
                                               << "Ọmọ Ìgbò";
    }
    void hostileIdentitiesAreShownAsTheyAre()
    {
        QFETCH(QString, identity);
        QFETCH(QString, shown);
        EntryRow row = FakeNode::madeUpRow(0);
        row.identity = identity.toStdString();

        QCOMPARE(cell(row, EntriesModel::User), shown);
    }

    void whatWouldTurnOrBreakALineIsMadeVisible_data()
    {
        QTest::addColumn<QString>("identity");
        QTest::newRow("turned around") << QString("ada\u202Egnp.exe");
        QTest::newRow("a line break") << QString("ada\nowner");
        QTest::newRow("a separator of lines") << QString("ada\u2028owner");
    }
    void whatWouldTurnOrBreakALineIsMadeVisible()
    {
        QFETCH(QString, identity);
        EntryRow row = FakeNode::madeUpRow(0);
        row.identity = identity.toStdString();

        const QString shown = cell(row, EntriesModel::User);
        QVERIFY(shown.startsWith("ada"));
        for (const QChar bad : {QChar(0x202E), QChar('\n'), QChar(0x2028)})
            QVERIFY(!shown.contains(bad));
    }

    void onlyWhatChangedIsSignalled()
    {
        EntriesModel model;
        EntriesPage page = pageOf("abcdef");
        model.merge(page);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy layouts(&model, &QAbstractItemModel::layoutChanged);
        page.rows[2].hits += 1;
        page.rows[3].hits += 1;

        model.merge(page);

        QCOMPARE(layouts.count(), 0);
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes[0][0].toModelIndex().row(), 2);
        QCOMPARE(changes[0][1].toModelIndex().row(), 3);
    }

    void manyChangesAreOneSignal()
    {
        EntriesModel model;
        EntriesPage page = pageOf("abcdefgh");
        model.merge(page);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        for (const std::size_t row : {1U, 3U, 6U})
            page.rows[row].hits += 1;

        model.merge(page);

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
        model.merge(page);
        const QModelIndex index = model.index(0, EntriesModel::User);

        QCOMPARE(index.data().toString(), QString("<img src=file:///x><b>ada</b>"));
        QVERIFY(!index.data(Qt::ToolTipRole).toString().contains("<img"));
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains("&lt;img"));
    }

    void sortingIsStatedAsAWish()
    {
        EntriesModel model;
        model.merge(pageOf("abc", 0, 6));
        QSignalSpy sorts(&model, &EntriesModel::sortWanted);

        model.sort(EntriesModel::TimeToLive, Qt::DescendingOrder);

        QCOMPARE(sorts.count(), 1);
        QCOMPARE(sorts[0][0].value<EntrySort>(), EntrySort::TimeToLive);
        QCOMPARE(sorts[0][1].toBool(), true);
        for (int column = 0; column < EntriesModel::ColumnCount; ++column)
            QCOMPARE(EntriesModel::columnOf(EntriesModel::sortOf(column)), column);
    }
};

QTEST_MAIN(EntriesModelTest)
#include "tst_EntriesModel.moc"
