// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/entries/EntriesLoader.h"
#include "ui/entries/EntriesModel.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace hearth;
using namespace std::chrono_literals;

class EntriesLoaderTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        explicit Fixture(std::size_t entries)
            : node(entries)
            , loader(node, model)
        {
        }
        void refresh()
        {
            loader.refresh();
            settle();
        }
        // Rows from there on become visible.
        void scrollTo(int row)
        {
            loader.show(row, std::min(row + 30, model.rowCount() - 1));
            QVERIFY(QTest::qWaitFor([this] { return !loader.isScrolling(); }));
            settle();
        }
        QString loaded() const { return QString("%1-%2").arg(model.firstLoaded()).arg(model.endLoaded()); }
        FakeNode node;
        EntriesModel model;
        EntriesLoader loader;
    };
    static EntriesFilter searching(const char *text)
    {
        EntriesFilter filter;
        filter.search = text;
        return filter;
    }

private Q_SLOTS:
    void asksNothingBeforeItIsTold()
    {
        Fixture f(10);

        f.loader.setFilter(searching("a"));
        settle();

        QVERIFY(f.node.calls.empty());
    }

    void loadsAPageAndWhatComesNearInScrolling()
    {
        Fixture f(1'200);

        f.refresh();
        QCOMPARE(f.model.rowCount(), 1'200);
        QCOMPARE(f.loaded(), QString("0-500"));
        f.scrollTo(300);
        QCOMPARE(f.node.callsOf("entries"), std::size_t(1));
        f.scrollTo(390);
        QCOMPARE(f.loaded(), QString("0-1000"));
        f.scrollTo(950);

        QCOMPARE(f.loaded(), QString("0-1200"));
        QCOMPARE(f.node.queries.at(1).offset, std::size_t(500));
        QCOMPARE(f.node.queries.at(2).offset, std::size_t(1'000));
        QVERIFY(f.node.queries.at(1).maxAge > 1s); // of the list that is seen
        QCOMPARE(f.node.queries.at(0).maxAge, 0ms);
    }

    void aJumpLoadsAroundTheVisibleRows()
    {
        Fixture f(10'000);
        f.refresh();

        f.scrollTo(8'000);

        QCOMPARE(f.loaded(), QString("7765-8265"));
        QCOMPARE(f.node.callsOf("entries"), std::size_t(2));
        f.scrollTo(7'800); // and up again
        QCOMPARE(f.loaded(), QString("7265-8265"));
        f.scrollTo(0);
        QCOMPARE(f.loaded(), QString("0-500"));
    }

    // The scroll bar is dragged across a list of a million rows: not each place is worth a question.
    void ofManyJumpsTheLastOneWins()
    {
        Fixture f(10'000);
        f.refresh();
        f.node.holdAnswers = true;

        f.loader.show(5'000, 5'030);
        QTRY_COMPARE(f.node.waiting(), std::size_t(1));
        for (int row = 5'100; row < 9'000; row += 100)
            f.loader.show(row, row + 30);
        QTRY_COMPARE(f.node.waiting(), std::size_t(2));
        f.node.answerLast();
        f.node.answerAll();
        settle();

        QCOMPARE(f.loaded(), QString("8665-9165"));
        QCOMPARE(f.node.callsOf("entries"), std::size_t(3));
    }

    void whoIsSupersededIsCancelled()
    {
        Fixture f(10'000);
        f.refresh();
        f.node.holdAnswers = true;
        f.loader.show(5'000, 5'030);
        QTRY_COMPARE(f.node.waiting(), std::size_t(1));

        f.loader.setFilter(searching("user-00"));

        QVERIFY(f.node.asked.at(1).isCanceled()); // the jump
        QVERIFY(!f.node.asked.at(2).isCanceled());
        f.loader.setFilter(searching("user-001"));
        QVERIFY(f.node.asked.at(2).isCanceled());
        f.node.answerAll();
        settle();
        QCOMPARE(f.model.rowCount(), 10);
    }

    void aListIsAskedForAnewOnlyToRefreshIt()
    {
        Fixture f(60);
        f.refresh();

        f.loader.setFilter(searching("user-00"));
        f.model.sort(EntriesModel::Hits, Qt::DescendingOrder);
        settle();
        QVERIFY(f.node.queries.back().maxAge > 2s);
        f.refresh();

        QCOMPARE(f.node.queries.back().maxAge, 0ms);
    }

    void sortAndFilterAreTheNodesWork()
    {
        Fixture f(60);
        f.refresh();
        EntriesFilter filter = searching("user-00");
        filter.state = EntryState::Expired;
        filter.language = "ha";

        f.loader.setFilter(filter);
        f.model.sort(EntriesModel::Hits, Qt::DescendingOrder);
        settle();

        const EntriesQuery &query = f.node.queries.back();
        QCOMPARE(query.filter.search, std::string("user-00"));
        QVERIFY(query.filter.state == EntryState::Expired);
        QCOMPARE(query.filter.language, std::string("ha"));
        QVERIFY(query.sort == EntrySort::Hits);
        QVERIFY(query.descending);
        QCOMPARE(query.offset, std::size_t(0));
        QCOMPARE(f.model.rowCount(), 10);
    }

    void anAnswerToASupersededQuestionIsDropped()
    {
        Fixture f(60);
        f.node.holdAnswers = true;
        f.loader.refresh();
        f.loader.setFilter(searching("user-001"));
        f.loader.setFilter(searching("user-0020"));
        QCOMPARE(f.node.waiting(), std::size_t(3));

        f.node.answerLast();
        f.node.answerAll(); // the older ones come late
        settle();

        QCOMPARE(f.model.rowCount(), 1);
        QCOMPARE(f.model.entry(0).identity, std::string("user-0020"));
    }

    void aFailureOfASupersededQuestionIsSilent()
    {
        Fixture f(60);
        QSignalSpy failures(&f.loader, &EntriesLoader::failed);
        f.node.holdAnswers = true;
        f.node.failure = Error{ErrorCode::Timeout, "late"};
        f.loader.refresh();
        f.node.failure.reset();
        f.loader.setFilter(searching("user-0020"));

        f.node.answerAll();
        settle();

        QCOMPARE(failures.count(), 0);
    }

    void aRefreshSupersedesTheOneBefore()
    {
        Fixture f(10);
        f.node.holdAnswers = true;
        f.loader.refresh();
        QVERIFY(f.loader.isRefreshing());
        f.node.rows.pop_back(); // what the first one says is old by now

        f.loader.refresh();
        f.node.answerLast();
        f.node.answerAll();
        settle();

        QCOMPARE(f.model.rowCount(), 9);
        QVERIFY(!f.loader.isRefreshing());
    }

    void aRefreshAsksForWhatIsAroundTheVisibleRows()
    {
        Fixture f(10'000);
        f.refresh();
        f.scrollTo(390);
        f.refresh();
        QCOMPARE(f.node.queries.back().offset, std::size_t(0));
        QCOMPARE(f.node.queries.back().limit, EntriesLoader::refreshLimit);

        f.scrollTo(9'000);
        f.refresh();

        QCOMPARE(f.node.queries.back().offset, std::size_t(8'765));
        QCOMPARE(f.node.queries.back().limit, std::size_t(500));
        QCOMPARE(f.model.rowCount(), 10'000);
    }

    void aRefreshOfRowsThatWereLeftPutsNothingAway()
    {
        Fixture f(10'000);
        f.refresh();
        f.node.holdAnswers = true;
        f.loader.refresh();
        f.loader.show(8'000, 8'030);
        QTRY_COMPARE(f.node.waiting(), std::size_t(2));

        f.node.answerLast(); // the jump
        f.node.answerAll();
        settle();

        QCOMPARE(f.loaded(), QString("7765-8265"));
    }

    void whatWasReadBeforeAChangeIsNotShownAgain()
    {
        Fixture f(60);
        f.refresh();

        f.loader.noteChange();
        f.loader.setFilter(searching("user-00"));
        settle();

        QVERIFY(f.node.queries.back().maxAge < 1s);
    }

    void aListThatBecameShorterIsFollowed()
    {
        Fixture f(10'000);
        f.refresh();
        f.scrollTo(9'000);
        f.node.rows.resize(3'000);

        f.refresh();

        QCOMPARE(f.model.rowCount(), 3'000);
        f.scrollTo(2'969);
        QCOMPARE(f.model.endLoaded(), 3'000);
    }

    void whatTheRoleMayNotIsTakenBack()
    {
        Fixture f(60);
        f.refresh();
        QSignalSpy refused(&f.loader, &EntriesLoader::refused);
        QSignalSpy failures(&f.loader, &EntriesLoader::failed);
        f.node.failure = Error{ErrorCode::PermissionDenied, "The role support may not sort by language."};

        f.model.sort(EntriesModel::LanguageName, Qt::AscendingOrder);
        settle();

        QCOMPARE(refused.count(), 1);
        QCOMPARE(failures.count(), 0);
        QVERIFY(f.loader.sort() == EntrySort::Identity);
        QVERIFY(!f.loader.isLoading());
        f.node.failure.reset();
        f.refresh();
        QVERIFY(f.node.queries.back().sort == EntrySort::Identity);
    }

    void whoIsSlowIsLeftInPeace()
    {
        Fixture f(60);
        f.node.holdAnswers = true;
        f.loader.refresh();
        QElapsedTimer timer;
        timer.start();
        QVERIFY(QTest::qWaitFor([&timer] { return timer.elapsed() > 120; }));

        f.node.answerAll();
        settle();

        QVERIFY(f.loader.restTime() >= 1s);
    }

    // What a person does: to the end, back, page by page. Rows are loaded where they look, and nowhere else.
    void aQuarterOfAMillionIsLoadedWhereSomebodyLooks()
    {
        Fixture f(250'000);
        f.refresh();
        f.scrollTo(249'969);
        QCOMPARE(f.model.endLoaded(), 250'000);
        f.scrollTo(125'000);
        for (int page = 0; page < 40; ++page)
            f.scrollTo(125'000 + page * 30);

        std::size_t rows = 0;
        for (const EntriesQuery &query : f.node.queries)
            rows += query.limit;
        QVERIFY(f.node.queries.size() <= 7);
        QVERIFY(rows <= 3'500);
        QVERIFY(f.model.isLoaded(125'000 + 39 * 30));
    }

    void aNewFilterLeavesNothingOfTheOld()
    {
        Fixture f(1'200);
        f.refresh();
        f.scrollTo(450);

        f.loader.setFilter(searching("user-1"));
        settle();

        QCOMPARE(f.model.rowCount(), 200);
        QCOMPARE(f.loaded(), QString("0-200"));
        QCOMPARE(f.model.entry(0).identity, std::string("user-1000"));
    }

    void aFailureIsToldAndTheNextRefreshMendsIt()
    {
        Fixture f(10);
        QSignalSpy failures(&f.loader, &EntriesLoader::failed);
        f.node.failure = Error{ErrorCode::Unavailable, "gone"};
        f.refresh();
        QCOMPARE(failures.count(), 1);
        f.node.failure.reset();

        f.refresh();

        QCOMPARE(f.model.rowCount(), 10);
    }

    void anAnswerMayComeAfterItsEnd()
    {
        FakeNode node(10);
        node.holdAnswers = true;
        {
            EntriesModel model;
            EntriesLoader loader(node, model);
            loader.refresh();
        }

        node.answerAll();
        settle();

        QVERIFY(node.wasOnlyLookedAt());
    }
};

QTEST_MAIN(EntriesLoaderTest)
#include "tst_EntriesLoader.moc"
