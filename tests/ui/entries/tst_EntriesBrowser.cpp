// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/GuiLatenessProbe.h"
#include "tests/ui/entries/EntriesPageFixture.h"
#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/dialogs/RemoveDialog.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/EmptyState.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class EntriesBrowserTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lookingChangesNothingOnTheNode()
    {
        EntriesPageFixture f(1'200);

        f.table().selectAll();
        f.table().setCurrentIndex(f.page.model().index(3, 0));
        f.table().sortByColumn(EntriesModel::Hits, Qt::DescendingOrder);
        f.page.toolbar().setSearch("user-00");
        f.table().scrollToBottom();
        QTRY_VERIFY(f.node.callsOf("profile") > 0);

        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void whatARoleMayNotDoIsDisabledAndSaysWhy()
    {
        EntriesPageFixture f(60);
        f.table().selectAll();
        auto *expire = f.page.toolbar().findChild<QPushButton *>("expire");
        QVERIFY(expire->isEnabled());

        f.node.theInfo.role = "support";
        Q_EMIT f.node.linkChanged(NodeLink());

        QVERIFY(!expire->isEnabled());
        QVERIFY2(expire->toolTip().contains("support"), qPrintable(expire->toolTip()));
        QTest::keyClick(&f.table(), Qt::Key_Delete);
        settle();
        QVERIFY(!f.page.findChild<QDialog *>());
        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void aUserNamedBeforeThereAreRowsIsSelectedThen()
    {
        FakeNode node(60);
        node.holdAnswers = true;
        EntriesBrowser page(node);
        page.resize(1'280, 800);
        page.show();
        settle();
        const QString identity = QString::fromStdString(node.rows[7].identity);

        page.showUser(identity);
        QVERIFY(page.table().currentIdentity().empty());
        node.holdAnswers = false;
        node.answerAll();
        settle();

        QTRY_COMPARE(QString::fromStdString(page.table().currentIdentity()), identity);
    }

    void searchWaitsForTheTypingToPause()
    {
        EntriesPageFixture f(60);
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
        EntriesPageFixture f(60);
        const auto boxes = f.page.toolbar().findChildren<QComboBox *>();

        boxes[0]->setCurrentIndex(2);
        boxes[1]->setCurrentIndex(6);
        settle();

        QVERIFY(f.node.queries.back().filter.state == EntryState::Expired);
        QCOMPARE(f.node.queries.back().filter.language, std::string("ha"));
    }

    void aClickOnAColumnSortsOnTheNode()
    {
        EntriesPageFixture f(60);
        QHeaderView *header = f.table().horizontalHeader();
        const QPoint hits(header->sectionViewportPosition(EntriesModel::Hits) + 5, header->height() / 2);

        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, hits);
        settle();

        QVERIFY(f.node.queries.back().sort == EntrySort::Hits);
    }

    void buttonsNameTheExactCount()
    {
        EntriesPageFixture f(60);
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
        EntriesPageFixture f(60);
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
        EntriesPageFixture f(400);
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
        EntriesPageFixture f(60);
        f.select({0, 1, 5}); // the last one has expired already
        f.page.actions().expireSelected();
        auto *dialog = openDialog<ForceExpiryDialog>(f.page);
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->actionButton().text(), QString("Expire 2 entries"));
        QVERIFY(f.node.wasOnlyLookedAt());
        QSignalSpy expired(&f.page, &EntriesBrowser::expired);

        dialog->actionButton().click();
        settle();

        QCOMPARE(expired.count(), 1); // whoever offers to take it back says so
        QTRY_VERIFY(f.page.model().entry(0).state == EntryState::Expired);
    }

    void keysActOnTheSelection()
    {
        EntriesPageFixture f(60);
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

    void usersWhoAreGoneEndNoRefresh()
    {
        EntriesPageFixture f(1'200);
        f.table().selectionModel()->select(QItemSelection(f.page.model().index(0, 0), f.page.model().index(399, 0)),
                                           QItemSelectionModel::Select | QItemSelectionModel::Rows); // two steps
        f.node.failure = Error{ErrorCode::NotFound, "There is no profile of user-0000."};

        f.page.actions().refreshSelected();

        QTRY_VERIFY(f.node.refreshes.size() > 1);
        QTRY_VERIFY2(f.said.count() > 0 && f.said.last().first().toString().startsWith("Refreshed 0 of"),
                     qPrintable(f.said.count() > 0 ? f.said.last().first().toString() : QString("nothing said")));
    }

    void eAsksToExpireTheSelection()
    {
        EntriesPageFixture f(60);
        f.table().setFocus();
        f.select({2});

        QTest::keyClick(&f.table(), Qt::Key_E);

        QVERIFY(openDialog<ForceExpiryDialog>(f.page) != nullptr);
        QVERIFY(f.node.expiries.empty());
    }

    void rowsAreCopiedSafeFromFormulas()
    {
        EntriesPageFixture f(1);
        f.node.rows[0].identity = "=cmd|x";
        f.refresh();

        f.table().selectAll();
        f.page.actions().copyRows();

        QVERIFY(QGuiApplication::clipboard()->text().contains("\n'=cmd|x\tEnglish\t"));
    }

    void theCursorOpensTheProfileAndAMergeDoesNot()
    {
        EntriesPageFixture f(60);
        f.table().setCurrentIndex(f.page.model().index(4, 0));
        QTRY_COMPARE(f.page.profile().identity(), std::string("user-0004"));
        f.node.rows.erase(f.node.rows.begin() + 4);

        f.refresh();
        QTest::qWait(200); // longer than the cursor has to rest

        QCOMPARE(f.page.profile().identity(), std::string("user-0004"));
    }

    void enterOpensTheProfileAtOnce()
    {
        EntriesPageFixture f(60);
        f.table().setFocus();
        f.table().setCurrentIndex(f.page.model().index(7, 0));

        QTest::keyClick(&f.table(), Qt::Key_Return);

        QCOMPARE(f.page.profile().identity(), std::string("user-0007"));
    }

    void nothingCachedOffersToWarm()
    {
        EntriesPageFixture f(0);
        QSignalSpy wished(&f.page, &EntriesBrowser::warmUsersRequested);
        auto *empty = f.page.findChild<EmptyState *>("empty");
        QVERIFY(empty->isVisible());
        QCOMPARE(empty->title(), QString("Nothing is cached yet"));

        empty->findChild<QPushButton *>()->click();

        QCOMPARE(wished.count(), 1);
    }

    void nothingMatchingOffersToClearTheFilter()
    {
        EntriesPageFixture f(60);
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
        EntriesPageFixture f(60);
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
        EntriesPageFixture f(60);
        f.page.hide();
        const std::size_t before = f.node.calls.size();

        QTest::qWait(2'300); // longer than its interval

        QCOMPARE(f.node.calls.size(), before);
    }

    void countdownsRepaintWithoutTouchingTheModel()
    {
        EntriesPageFixture f(60);
        QSignalSpy changes(&f.page.model(), &QAbstractItemModel::dataChanged);

        f.table().repaintCountdowns();
        settle();

        QCOMPARE(changes.count(), 0);
    }

    void manyRowsMergeWithoutAStall()
    {
        EntriesPageFixture f(20'000);
        GuiLatenessProbe probe;
        for (EntryRow &row : f.node.rows)
            ++row.hits;

        QTRY_VERIFY_WITH_TIMEOUT(f.page.model().entry(100).hits != FakeNode::madeUpRow(100).hits, 5'000);

        qInfo("worst lateness of the GUI thread while a refresh merged, the fake's own sorting included: %lld ms",
              static_cast<long long>(probe.worst().count()));
        QCOMPARE(f.page.model().rowCount(), 20'000);
    }
};

QTEST_MAIN(EntriesBrowserTest)
#include "tst_EntriesBrowser.moc"
