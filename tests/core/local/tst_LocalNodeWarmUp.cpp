// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "tests/core/local/LocalNodeFixture.h"

#include <QLoggingCategory>

using namespace hearth;

// Warm-ups as they are asked of a node in this process.
class tst_LocalNodeWarmUp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache=false")); }
    void aWarmUpReportsItsProgress();
    void invalidLinesOfAWarmUpAreFailures();
    void aWarmUpOfInvalidLinesOnlyIsRefused();
    void aWarmUpCanBeCancelled();
    void usersOfRoomsAreWarmed();
    void anEstimateFailsAsItsQueryDid();
    void aLimitIsPassedOn();
    void anEstimateThatNobodyWantsIsGivenUp();
    void anEstimateLoadsNothing();
};

void tst_LocalNodeWarmUp::aWarmUpReportsItsProgress()
{
    NodeFixture f;
    f.addUsers(300);
    QSignalSpy progress(f.node.get(), &NodeClient::warmUpProgressed);

    const Result<std::uint64_t> job = await(f.node->warmUp({RecentUsers{300}}));

    QVERIFY(job);
    QTRY_VERIFY(lastStatus(progress).state == WarmState::Done);
    QCOMPARE(lastStatus(progress).jobId, *job);
    QCOMPARE(lastStatus(progress).warmed, 300u);
    QCOMPARE(f.cache.size().active, 300u);
}

void tst_LocalNodeWarmUp::invalidLinesOfAWarmUpAreFailures()
{
    NodeFixture f;
    f.addUsers(2);
    QSignalSpy progress(f.node.get(), &NodeClient::warmUpProgressed);
    const TheseIdentities list{{"user-0", "", "user-1", "a\x01", "nobody"}};

    const Result<WarmEstimate> estimate = await(f.node->estimateWarmUp({list}));
    QVERIFY(await(f.node->warmUp({list})));

    QCOMPARE(estimate->requested, 5u);
    QCOMPARE(estimate->toLoad, 3u);
    QTRY_VERIFY(lastStatus(progress).state == WarmState::Done);
    const WarmStatus status = lastStatus(progress);
    QCOMPARE(status.requested, 5u);
    QCOMPARE(status.done, 5u);
    QCOMPARE(status.warmed, 2u);
    QCOMPARE(status.notFound, 1u);
    QCOMPARE(status.failed, 2u);
    QCOMPARE(status.failedUsers, (std::vector<std::string>{"", "a\x01"}));
    QVERIFY2(QString::fromStdString(status.problem).startsWith(QStringLiteral("Line 2: ")), status.problem.c_str());
}

void tst_LocalNodeWarmUp::aWarmUpOfInvalidLinesOnlyIsRefused()
{
    NodeFixture f;

    const Result<std::uint64_t> job = await(f.node->warmUp({TheseIdentities{{"", "a\nb"}}}));

    QVERIFY(!job);
    QCOMPARE(job.error().code, ErrorCode::InvalidArgument);
    QVERIFY(QString::fromStdString(job.error().detail).startsWith(QStringLiteral("Line 1: ")));
}

void tst_LocalNodeWarmUp::aWarmUpCanBeCancelled()
{
    NodeFixture f;
    f.addUsers(600);
    f.repository.hold();
    QSignalSpy progress(f.node.get(), &NodeClient::warmUpProgressed);
    std::vector<std::string> users;
    for (int i = 0; i < 600; ++i)
        users.push_back("user-" + std::to_string(i));
    const Result<std::uint64_t> job = await(f.node->warmUp({TheseIdentities{users}}));
    QVERIFY(f.repository.waitForHeld(1));

    f.node->cancelWarmUp(*job); // and the database never answers

    QTRY_VERIFY(lastStatus(progress).state == WarmState::Cancelled);
    QCOMPARE(lastStatus(progress).warmed, 0u);
}

void tst_LocalNodeWarmUp::usersOfRoomsAreWarmed()
{
    NodeFixture f;
    f.addUsers(5);
    f.source.addRoom("user-1");
    QSignalSpy progress(f.node.get(), &NodeClient::warmUpProgressed);

    const Result<WarmEstimate> estimate = await(f.node->estimateWarmUp({ActiveRoomUsers{}}));
    QVERIFY(await(f.node->warmUp({ActiveRoomUsers{}})));

    QCOMPARE(estimate->requested, 1u);
    QTRY_VERIFY(lastStatus(progress).state == WarmState::Done);
    QCOMPARE(lastStatus(progress).warmed, 1u);
}

// A program that asks has to know whether to try again.
void tst_LocalNodeWarmUp::anEstimateFailsAsItsQueryDid()
{
    NodeFixture f;
    f.source.failWith({ErrorCode::Timeout, "The database sent nothing for 5 s."});

    const Result<WarmEstimate> estimate = await(f.node->estimateWarmUp({RecentUsers{3}}));

    QCOMPARE(estimate.error().code, ErrorCode::Timeout);
    QCOMPARE(estimate.error().detail, std::string("The database sent nothing for 5 s."));
}

void tst_LocalNodeWarmUp::aLimitIsPassedOn()
{
    NodeFixture f;
    f.addUsers(3);
    QSignalSpy progress(f.node.get(), &NodeClient::warmUpProgressed);

    const Result<WarmEstimate> estimate = await(f.node->estimateWarmUp({RecentUsers{3}, 10}));
    QVERIFY(await(f.node->warmUp({RecentUsers{3}, 10})));

    QCOMPARE(estimate->queries, 4u); // who they are, and one a tenth of a second
    QTRY_COMPARE(f.repository.findManyCount(), 1u);
    QCOMPARE(f.source.streamCount(), 0u);
    f.clock.advance(1s);
    QTRY_COMPARE(f.repository.findManyCount(), 2u);
    f.clock.advance(1s);
    QTRY_VERIFY(lastStatus(progress).state == WarmState::Done);
}

void tst_LocalNodeWarmUp::anEstimateThatNobodyWantsIsGivenUp()
{
    NodeFixture f;
    f.addUsers(3);
    f.source.hold();
    QFuture<Result<WarmEstimate>> first = f.node->estimateWarmUp({RecentUsers{3}});
    const QFuture<Result<WarmEstimate>> second = f.node->estimateWarmUp({RecentUsers{2}});
    QTRY_COMPARE(f.source.heldCount(), std::size_t{2});

    first.cancel();
    QTRY_COMPARE(f.source.heldCount(), std::size_t{1}); // the database need not go on
    f.source.release();

    QCOMPARE(await(second)->requested, 2u);
    QCOMPARE(first.resultCount(), 0);
}

void tst_LocalNodeWarmUp::anEstimateLoadsNothing()
{
    NodeFixture f;
    f.addUsers(3);
    QVERIFY(f.get("user-0"));

    const Result<WarmEstimate> estimate = await(f.node->estimateWarmUp({UsersOfLanguage{"es"}}));
    f.source.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    const Result<WarmEstimate> failed = await(f.node->estimateWarmUp({RecentUsers{3}}));

    QVERIFY(estimate);
    QCOMPARE(estimate->requested, 3u);
    QCOMPARE(estimate->alreadyCached, 1u);
    QCOMPARE(estimate->queries, 2u); // how many, and who they are
    QCOMPARE(failed.error().detail, std::string("The database cannot be reached."));
    QCOMPARE(f.repository.findManyCount(), 0u);
}

QTEST_GUILESS_MAIN(tst_LocalNodeWarmUp)
#include "tst_LocalNodeWarmUp.moc"
