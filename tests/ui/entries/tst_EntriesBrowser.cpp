// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/GuiLatenessProbe.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/dialogs/RemoveDialog.h"
#include "ui/entries/EntriesActions.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesModel.h"
#include "ui/entries/EntriesTable.h"
#include "ui/entries/EntriesToolbar.h"
#include "ui/entries/ProgressStrip.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/EmptyState.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class EntriesBrowserTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        explicit Fixture(std::size_t entries)
            : node(entries)
            , page(node)
            , said(&page, &EntriesBrowser::notify)
        {
            page.resize(1'132, 700);
            page.show();
            page.activateWindow();
            settle();
        }
        EntriesTable &table() { return page.table(); }
        void select(std::initializer_list<int> rows)
        {
            table().clearSelection();
            for (const int row : rows)
                table().selectionModel()->select(page.model().index(row, 0),
                                                 QItemSelectionModel::Select | QItemSelectionModel::Rows);
            settle();
        }
        QString button(const char *name)
        {
            return page.toolbar().findChild<QPushButton *>(QLatin1String(name))->text();
        }
        bool canPress(const char *name)
        {
            return page.toolbar().findChild<QPushButton *>(QLatin1String(name))->isEnabled();
        }
        QString counts() { return page.toolbar().findChild<QLabel *>("counts")->text(); }
        void refresh()
        {
            page.hide(); // shown again, it asks anew
            page.show();
            settle();
        }
        FakeNode node;
        EntriesBrowser page;
        QSignalSpy said;
    };
    template <class Dialog>
    static Dialog *openDialog(QWidget &page)
    {
        settle();
        return page.findChild<Dialog *>();
    }

private Q_SLOTS:
    void lookingChangesNothingOnTheNode()
    {
        Fixture f(1'200);

        f.table().selectAll();
        f.table().setCurrentIndex(f.page.model().index(3, 0));
        f.table().sortByColumn(EntriesModel::Hits, Qt::DescendingOrder);
        f.page.toolbar().setSearch("user-00");
        f.table().scrollToBottom();
        QTRY_VERIFY(f.node.callsOf("profile") > 0);

        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void searchWaitsForTheTypingToPause()
    {
        Fixture f(60);
        f.page.focusSearch();

        QTest::keyClicks(f.page.focusWidget(), "user-002");
        QCOMPARE(f.node.queries.back().filter.search, std::string());
        QTRY_COMPARE(f.node.queries.back().filter.search, std::string("user-002"));
        settle();

        QCOMPARE(f.page.model().rowCount(), 10);
        QCOMPARE(f.counts(), QString("10 of 60 entries"));
        QVERIFY(f.node.callsOf("entries") <= 3);
    }

    void stateAndLanguageFilter()
    {
        Fixture f(60);
        const auto boxes = f.page.toolbar().findChildren<QComboBox *>();

        boxes[0]->setCurrentIndex(2);
        boxes[1]->setCurrentIndex(6);
        settle();

        QVERIFY(f.node.queries.back().filter.state == EntryState::Expired);
        QCOMPARE(f.node.queries.back().filter.language, std::string("ha"));
    }

    void aClickOnAColumnSortsOnTheNode()
    {
        Fixture f(60);
        QHeaderView *header = f.table().horizontalHeader();
        const QPoint hits(header->sectionViewportPosition(EntriesModel::Hits) + 5, header->height() / 2);

        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, hits);
        settle();

        QVERIFY(f.node.queries.back().sort == EntrySort::Hits);
    }

    void buttonsNameTheExactCount()
    {
        Fixture f(60);
        QCOMPARE(f.counts(), QString("60 entries"));
        QVERIFY(!f.canPress("expire"));

        f.select({1, 3, 4});

        QCOMPARE(f.button("refresh"), QString("Refresh 3"));
        QCOMPARE(f.button("expire"), QString("Expire 3"));
        QCOMPARE(f.button("remove"), QString("Remove 3"));
        QCOMPARE(f.counts(), QString("3 selected of 60"));
    }

    void selectionStaysWhileRowsComeAndGo()
    {
        Fixture f(60);
        f.select({10, 20});
        EntryRow early = FakeNode::madeUpRow(0);
        early.identity = "aaa";
        f.node.rows.push_back(early);
        f.node.rows.erase(f.node.rows.begin() + 15);

        f.refresh();

        QCOMPARE(f.table().selectedIdentities(), (std::vector<std::string>{"user-0010", "user-0020"}));
        QCOMPARE(f.page.model().entry(0).identity, std::string("aaa"));
    }

    void scrollStaysWithTheUserAtTheTop()
    {
        Fixture f(400);
        const int height = f.table().verticalHeader()->defaultSectionSize();
        f.table().verticalScrollBar()->setValue(100 * height + 7);
        const std::string top = f.page.model().entry(f.table().visibleRows().first).identity;
        for (int i = 0; i < 5; ++i) {
            EntryRow early = FakeNode::madeUpRow(0);
            early.identity = "aaa" + std::to_string(i);
            f.node.rows.push_back(early);
        }

        f.refresh();

        QCOMPARE(f.page.model().rowCount(), 405);
        QCOMPARE(f.page.model().entry(f.table().visibleRows().first).identity, top);
        QCOMPARE(f.table().verticalScrollBar()->value(), 105 * height + 7);
    }

    void expiringIsConfirmedWithItsCount()
    {
        Fixture f(60);
        f.select({0, 1, 5}); // the last one has expired already
        f.page.actions().expireSelected();
        auto *dialog = openDialog<ForceExpiryDialog>(f.page);
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->actionButton().text(), QString("Expire 2 entries"));
        QVERIFY(f.node.wasOnlyLookedAt());

        dialog->actionButton().click();
        settle();

        QCOMPARE(f.said.count(), 1);
        QTRY_VERIFY(f.page.model().entry(0).state == EntryState::Expired);
    }

    void keysActOnTheSelection()
    {
        Fixture f(60);
        f.table().setFocus();
        f.select({2});

        QTest::keyClick(&f.table(), Qt::Key_F5);
        settle();
        QCOMPARE(f.node.refreshes.size(), std::size_t(1));
        QTest::keyClick(&f.table(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QString("user-0002"));
        QTest::keyClick(&f.table(), Qt::Key_Delete);
        auto *dialog = openDialog<RemoveDialog>(f.page);
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->actionButton().text(), QString("Remove 1 entry"));
        QVERIFY(f.node.removals.empty());
    }

    void eAsksToExpireTheSelection()
    {
        Fixture f(60);
        f.table().setFocus();
        f.select({2});

        QTest::keyClick(&f.table(), Qt::Key_E);

        QVERIFY(openDialog<ForceExpiryDialog>(f.page) != nullptr);
        QVERIFY(f.node.expiries.empty());
    }

    void rowsAreCopiedSafeFromFormulas()
    {
        Fixture f(1);
        f.node.rows[0].identity = "=cmd|x";
        f.refresh();

        f.table().selectAll();
        f.page.actions().copyRows();

        QVERIFY(QGuiApplication::clipboard()->text().contains("\n'=cmd|x\tEnglish\t"));
    }

    void theCursorOpensTheProfileAndAMergeDoesNot()
    {
        Fixture f(60);
        f.table().setCurrentIndex(f.page.model().index(4, 0));
        QTRY_COMPARE(f.page.profile().identity(), std::string("user-0004"));
        f.node.rows.erase(f.node.rows.begin() + 4);

        f.refresh();
        QTest::qWait(200); // longer than the cursor has to rest

        QCOMPARE(f.page.profile().identity(), std::string("user-0004"));
    }

    void enterOpensTheProfileAtOnce()
    {
        Fixture f(60);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(7, 0));

        QTest::keyClick(&f.table(), Qt::Key_Return);

        QCOMPARE(f.page.profile().identity(), std::string("user-0007"));
    }

    void nothingCachedOffersToWarm()
    {
        Fixture f(0);
        QSignalSpy wished(&f.page, &EntriesBrowser::warmUsersRequested);
        auto *empty = f.page.findChild<EmptyState *>("empty");
        QVERIFY(empty->isVisible());
        QCOMPARE(empty->title(), QString("Nothing is cached yet"));

        empty->findChild<QPushButton *>()->click();

        QCOMPARE(wished.count(), 1);
    }

    void nothingMatchingOffersToClearTheFilter()
    {
        Fixture f(60);
        f.page.toolbar().setSearch("<b>nobody</b>");
        settle();
        auto *empty = f.page.findChild<EmptyState *>("empty");
        QCOMPARE(empty->title(), QString("Nobody matches"));

        empty->findChild<QPushButton *>()->click();
        settle();

        QVERIFY(f.table().isVisible());
        QCOMPARE(f.page.model().rowCount(), 60);
    }

    void aFailureKeepsWhatWasRead()
    {
        Fixture f(60);
        f.node.failure = Error{ErrorCode::Unavailable, "the node is gone"};
        f.refresh();
        QVERIFY(f.table().isVisible());
        QVERIFY(f.page.findChild<Banner *>("readingProblem")->isVisible());
        f.node.failure.reset();

        f.refresh();

        QVERIFY(!f.page.findChild<Banner *>("readingProblem")->isVisible());
    }

    void aHiddenPageAsksNothing()
    {
        Fixture f(60);
        f.page.hide();
        const std::size_t before = f.node.calls.size();

        QTest::qWait(2'300); // longer than its interval

        QCOMPARE(f.node.calls.size(), before);
    }

    void countdownsRepaintWithoutTouchingTheModel()
    {
        Fixture f(60);
        QSignalSpy changes(&f.page.model(), &QAbstractItemModel::dataChanged);

        f.table().repaintCountdowns();
        settle();

        QCOMPARE(changes.count(), 0);
    }

    void manyRowsMergeWithoutAStall()
    {
        Fixture f(20'000);
        GuiLatenessProbe probe;
        for (EntryRow &row : f.node.rows)
            ++row.hits;

        QTRY_VERIFY_WITH_TIMEOUT(f.page.model().entry(100).hits != FakeNode::madeUpRow(100).hits, 5'000);

        qInfo("worst lateness of the GUI thread while a refresh merged, the fake's own sorting included: %lld ms",
              static_cast<long long>(probe.worst().count()));
        QCOMPARE(f.page.model().rowCount(), 20'000);
    }

    // ---- a list that is longer than what is loaded

    void theScrollBarKnowsTheWholeList()
    {
        Fixture f(9'000);
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
        Fixture f(9'000);
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
        Fixture f(9'000);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(0, 0));
        QTRY_COMPARE(f.page.profile().identity(), std::string("user-0000"));

        QTest::keyClick(&f.table(), Qt::Key_End); // its row is not loaded yet

        QTRY_COMPARE(f.page.profile().identity(), std::string("user-8999"));
    }

    void placesOfALongListStayWhileItRefreshes()
    {
        Fixture f(9'000);
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
        Fixture f(9'000);
        f.select({3});
        f.table().scrollToBottom();
        QTRY_VERIFY(f.page.model().isLoaded(8'999));
        QVERIFY(!f.page.model().isLoaded(3));

        f.page.actions().copyIdentities();

        QCOMPARE(QGuiApplication::clipboard()->text(), QString("user-0003"));
    }

    void allMeansAllThatMatchAndNotTheirNames()
    {
        Fixture f(9'000);
        f.page.toolbar().setSearch("user-1");
        settle();
        f.table().setFocus();

        QTest::keyClick(&f.table(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(f.counts(), QString("1,000 selected of 1,000"));
        QCOMPARE(f.button("expire"), QString("Expire 1,000"));
        f.page.actions().expireSelected();
        settle();

        QCOMPARE(f.node.previews.size(), std::size_t(1));
        const auto *target = std::get_if<MatchingUsers>(&f.node.previews[0]);
        QVERIFY(target != nullptr);
        QCOMPARE(target->filter.search, std::string("user-1"));
    }

    void allFollowsTheList()
    {
        Fixture f(600);
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
        Fixture f(60);
        f.table().selectAll();

        f.table().selectionModel()->select(f.page.model().index(5, 0),
                                           QItemSelectionModel::Deselect | QItemSelectionModel::Rows);

        QVERIFY(!f.table().isAllSelected());
        QCOMPARE(f.table().selectedIdentities().size(), std::size_t(59));
        QVERIFY(f.table().unseenSelected().empty());
    }

    void whoIsSelectedUnseenIsReadBeforeAnythingIsDone()
    {
        Fixture f(9'000);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(2, 0));
        QTest::keyClick(&f.table(), Qt::Key_End, Qt::ShiftModifier);
        QCOMPARE(f.table().selectedCount(), std::size_t(8'998));

        f.page.actions().removeSelected();

        QTRY_VERIFY(f.page.findChild<RemoveDialog *>() != nullptr);
        QCOMPARE(f.page.findChild<RemoveDialog *>()->actionButton().text(), QString("Remove 8,998 entries"));
        QVERIFY(f.node.removals.empty());
    }

    void aShiftClickSelectsWhatLiesBetween()
    {
        Fixture f(9'000);
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
        Fixture f(30'000);
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
        Fixture f(2'000);
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
        Fixture f(12'000);
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
        Fixture f(60);
        f.node.failure = Error{ErrorCode::PermissionDenied, "The role support may not sort by language."};

        f.table().sortByColumn(EntriesModel::LanguageName, Qt::AscendingOrder);
        settle();

        QCOMPARE(f.said.count(), 1);
        QCOMPARE(f.said[0][0].toString(), QString("The role support may not sort by language."));
        QCOMPARE(f.table().horizontalHeader()->sortIndicatorSection(), int(EntriesModel::User));
        QVERIFY(f.table().isVisible());
    }
};

QTEST_MAIN(EntriesBrowserTest)
#include "tst_EntriesBrowser.moc"
