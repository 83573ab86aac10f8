// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/entries/EntriesLoader.h"
#include "ui/entries/EntriesModel.h"

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
        void refresh(int row = 0)
        {
            loader.refresh(row);
            settle();
        }
        void scrollDown()
        {
            model.fetchMore({});
            settle();
        }
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

    void loadsAPageAndAnotherOnScrolling()
    {
        Fixture f(1'200);

        f.refresh();
        QCOMPARE(f.model.rowCount(), 500);
        f.scrollDown();
        f.scrollDown();

        QCOMPARE(f.model.rowCount(), 1'200);
        QVERIFY(!f.model.canFetchMore({}));
        QCOMPARE(f.node.queries.at(1).offset, std::size_t(500));
        QCOMPARE(f.node.queries.at(2).offset, std::size_t(1'000));
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

    void oneRefreshIsUnderWayAtATime()
    {
        Fixture f(10);
        f.node.holdAnswers = true;

        f.loader.refresh();
        f.loader.refresh();

        QCOMPARE(f.node.callsOf("entries"), std::size_t(1));
    }

    void aRefreshAsksForWhatIsLoaded()
    {
        Fixture f(1'200);
        f.refresh();
        f.scrollDown();

        f.refresh();

        QCOMPARE(f.node.queries.back().limit, std::size_t(1'000));
        QCOMPARE(f.model.rowCount(), 1'000);
    }

    void aRefreshFarDownAsksForABoundedWindow()
    {
        Fixture f(10'000);
        f.refresh();
        while (f.model.canFetchMore({}))
            f.scrollDown();

        f.refresh(9'000);

        QCOMPARE(f.node.queries.back().limit, EntriesLoader::refreshLimit);
        QCOMPARE(f.node.queries.back().offset, std::size_t(6'000));
        QCOMPARE(f.model.rowCount(), 10'000);
    }

    void aNewFilterLeavesNothingOfTheOld()
    {
        Fixture f(1'200);
        f.refresh();
        f.scrollDown();

        f.loader.setFilter(searching("user-1"));
        settle();

        QCOMPARE(f.model.rowCount(), 200);
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
