// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The page with more entries than are loaded, and what takes longer than a moment.
#include "tests/ui/entries/EntriesPageFixture.h"
#include "ui/dialogs/RemoveDialog.h"
#include "ui/entries/ProgressStrip.h"
#include "ui/profile/ProfilePanel.h"

#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace hearth;

class EntriesLongListTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theScrollBarKnowsTheWholeList()
    {
        EntriesPageFixture f(9'000);
        const int height = f.table().verticalHeader()->defaultSectionSize();
        QScrollBar *bar = f.table().verticalScrollBar();
        QCOMPARE(bar->maximum(), 9'000 * height - f.table().viewport()->height());

        bar->setValue(bar->maximum());
        QTRY_VERIFY(f.page.model().isLoaded(8'999));

        QCOMPARE(f.table().visibleRows().last, 8'999);
        QCOMPARE(f.page.model().entry(8'999).identity, std::string("user-8999"));
    }

    void homeAndEndGoToTheEndsOfTheList()
    {
        EntriesPageFixture f(9'000);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(3, EntriesModel::State));

        QTest::keyClick(&f.table(), Qt::Key_End);
        QTRY_COMPARE(f.table().currentIdentity(), std::string("user-8999"));
        QTest::keyClick(&f.table(), Qt::Key_PageUp);
        QVERIFY(f.table().currentIndex().row() < 8'999);
        QVERIFY(f.table().currentIndex().row() > 8'900);
        QTest::keyClick(&f.table(), Qt::Key_Home);

        QTRY_COMPARE(f.table().currentIdentity(), std::string("user-0000"));
        QTest::keyClick(&f.table(), Qt::Key_PageDown);
        QVERIFY(f.table().currentIndex().row() > 5);
    }

    void theCursorAndItsProfileWaitForTheRow()
    {
        EntriesPageFixture f(9'000);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(0, 0));
        QTRY_COMPARE(f.page.profile().identity(), std::string("user-0000"));

        QTest::keyClick(&f.table(), Qt::Key_End); // its row is not loaded yet

        QTRY_COMPARE(f.page.profile().identity(), std::string("user-8999"));
    }

    void placesOfALongListStayWhileItRefreshes()
    {
        EntriesPageFixture f(9'000);
        const int height = f.table().verticalHeader()->defaultSectionSize();
        f.table().verticalScrollBar()->setValue(5'000 * height + 3);
        QTRY_VERIFY(f.page.model().isLoaded(5'000));
        f.select({5'004, 5'006});
        EntryRow early = FakeNode::madeUpRow(0);
        early.identity = "aaa";
        f.node.rows.push_back(early);

        f.refresh();
        QTRY_COMPARE(f.page.model().rowCount(), 9'001);

        QCOMPARE(f.table().verticalScrollBar()->value(), 5'001 * height + 3);
        QCOMPARE(f.table().selectedIdentities(), (std::vector<std::string>{"user-5004", "user-5006"}));
        QVERIFY(f.table().selectionModel()->isRowSelected(5'005));
        QVERIFY(!f.table().selectionModel()->isRowSelected(5'004));
    }

    void whoWasSelectedStaysSelectedWhenTheirRowIsPutAway()
    {
        EntriesPageFixture f(9'000);
        f.select({3});
        f.table().scrollToBottom();
        QTRY_VERIFY(f.page.model().isLoaded(8'999));
        QVERIFY(!f.page.model().isLoaded(3));

        f.page.actions().copyIdentities();

        QCOMPARE(QGuiApplication::clipboard()->text(), QString("user-0003"));
    }

    void allMeansAllThatMatchAndNotTheirNames()
    {
        EntriesPageFixture f(9'000);
        f.page.toolbar().setSearch("user-1");
        settle();
        f.table().setFocus();

        QTest::keyClick(&f.table(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(f.counts(), QString("all 1,000 selected"));
        QCOMPARE(f.button("expire"), QString("Expire 1,000"));
        f.page.actions().expireSelected();
        settle();

        QCOMPARE(f.node.previews.size(), std::size_t(1));
        const auto *target = std::get_if<MatchingUsers>(&f.node.previews[0]);
        QVERIFY(target != nullptr);
        QCOMPARE(target->filter.search, std::string("user-1"));
    }

    void aMillionSelectedFitsTheWindow()
    {
        EntriesPageFixture f(60);
        const int width = f.page.minimumSizeHint().width();

        f.page.toolbar().showCounts(1'000'000, 1'000'000, 1'000'000, false);

        QVERIFY2(f.page.minimumSizeHint().width() <= std::max(width, 1'000),
                 qPrintable(QString::number(f.page.minimumSizeHint().width())));
    }

    void allFollowsTheList()
    {
        EntriesPageFixture f(600);
        f.table().selectAll();
        EntryRow early = FakeNode::madeUpRow(0);
        early.identity = "aaa";
        f.node.rows.push_back(early);

        f.refresh();
        QCOMPARE(f.table().selectedCount(), std::size_t(601));
        QVERIFY(f.table().isAllSelected());
        f.page.toolbar().setSearch("user-01"); // all of another list was never asked for
        settle();

        QCOMPARE(f.table().selectedCount(), std::size_t(0));
    }

    void allButOneKeepsTheirNames()
    {
        EntriesPageFixture f(60);
        f.table().selectAll();

        f.table().selectionModel()->select(f.page.model().index(5, 0),
                                           QItemSelectionModel::Deselect | QItemSelectionModel::Rows);

        QVERIFY(!f.table().isAllSelected());
        QCOMPARE(f.table().selectedIdentities().size(), std::size_t(59));
        QVERIFY(f.table().unseenSelected().empty());
    }

    void whoIsSelectedUnseenIsReadBeforeAnythingIsDone()
    {
        EntriesPageFixture f(9'000);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(2, 0));
        QTest::keyClick(&f.table(), Qt::Key_End, Qt::ShiftModifier);
        QCOMPARE(f.table().selectedCount(), std::size_t(8'998));

        f.page.actions().removeSelected();

        QTRY_VERIFY(f.page.findChild<RemoveDialog *>() != nullptr);
        QCOMPARE(f.page.findChild<RemoveDialog *>()->actionButton().text(), QString("Remove 8,998 entries"));
        QVERIFY(f.node.removals.empty());
    }

    // The places that are selected are those of the list that is shown, not of the one that was asked for.
    void nobodyIsActedOnByAPlaceInAnotherList()
    {
        EntriesPageFixture f(9'000);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(2, 0));
        QTest::keyClick(&f.table(), Qt::Key_End, Qt::ShiftModifier);
        f.node.holdAnswers = true;
        f.table().sortByColumn(EntriesModel::Hits, Qt::DescendingOrder);

        f.page.actions().refreshSelected();
        settle();

        QVERIFY(f.node.refreshes.empty());
        QVERIFY2(f.said.last().first().toString().contains("another order"),
                 qPrintable(f.said.last().first().toString()));
        f.node.answerAll();
    }

    void aShiftClickSelectsWhatLiesBetween()
    {
        EntriesPageFixture f(9'000);
        const auto clickOn = [&](int row, Qt::KeyboardModifiers modifiers) {
            const QRect place = f.table().visualRect(f.page.model().index(row, 0));
            QTest::mouseClick(f.table().viewport(), Qt::LeftButton, modifiers, place.center());
        };
        clickOn(1, {});
        f.table().scrollToBottom();
        QTRY_VERIFY(f.page.model().isLoaded(8'999));
        clickOn(8'998, Qt::ShiftModifier);
        QCOMPARE(f.table().selectedCount(), std::size_t(8'998));

        f.page.actions().copyIdentities();

        QTRY_COMPARE(QGuiApplication::clipboard()->text().count('\n'), 8'997);
    }

    void tooManyByNameAreSaid()
    {
        EntriesPageFixture f(30'000);
        f.table().selectAll();

        f.page.actions().removeSelected();
        settle();

        QVERIFY(f.page.findChild<RemoveDialog *>() == nullptr);
        QCOMPARE(f.said.count(), 1);
        QVERIFY(f.said[0][0].toString().startsWith("30,000 entries are selected; at most 20,000 can be removed"));
    }

    // ---- what takes longer

    void manyAreRefreshedStepByStepAndNoFurtherThanWanted()
    {
        EntriesPageFixture f(2'000);
        f.table().selectAll();
        f.node.holdAnswers = true;
        f.page.actions().refreshSelected();
        QTRY_VERIFY(f.node.waiting() > 0); // who they are
        f.node.answerAll();
        QTRY_COMPARE(f.node.refreshes.size(), std::size_t(1));
        QCOMPARE(f.node.refreshes[0].size(), std::size_t(200));
        QVERIFY(!f.canPress("refresh"));
        auto *strip = f.page.findChild<ProgressStrip *>();
        QTRY_VERIFY(strip->isVisible());
        QCOMPARE(strip->text(), QString("Refreshing 2,000 entries from the database"));

        QTest::mouseClick(strip->findChild<QPushButton *>("cancel"), Qt::LeftButton);
        f.node.holdAnswers = false;
        f.node.answerAll();
        QTRY_COMPARE(f.said.count(), 1);

        QCOMPARE(f.said[0][0].toString(), QString("Cancelled. Refreshed 200 of 2,000 entries from the database."));
        QVERIFY(!strip->isVisible());
        QCOMPARE(f.node.refreshes.size(), std::size_t(1));
    }

    void anExportThatIsCancelledLeavesNoFile()
    {
        EntriesPageFixture f(12'000);
        QTemporaryDir folder;
        const QString path = folder.filePath("entries.csv");
        f.node.holdAnswers = true;
        f.page.actions().exportTo(path);
        QTRY_VERIFY(f.node.waiting() > 0);
        QVERIFY(!f.canPress("export"));

        f.page.actions().cancel();
        f.node.holdAnswers = false;
        f.node.answerAll();
        settle();

        QCOMPARE(f.said.count(), 1);
        QVERIFY(f.canPress("export"));
        QTRY_VERIFY(QDir(folder.path()).isEmpty());
    }

    void whatTheRoleMayNotSortByIsSaid()
    {
        EntriesPageFixture f(60);
        f.node.failure = Error{ErrorCode::PermissionDenied, "The role support may not sort by language."};

        f.table().sortByColumn(EntriesModel::LanguageName, Qt::AscendingOrder);
        settle();

        QCOMPARE(f.said.count(), 1);
        QCOMPARE(f.said[0][0].toString(), QString("The role support may not sort by language."));
        QCOMPARE(f.table().horizontalHeader()->sortIndicatorSection(), int(EntriesModel::User));
        QVERIFY(f.table().isVisible());
    }
};

QTEST_MAIN(EntriesLongListTest)
#include "tst_EntriesLongList.moc"
