// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a node elsewhere is followed and waited for. Against a server that a test scripts; the same on a
// real one stands in tests/contract.
#include "tests/core/remote/RemoteFixture.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QUrlQuery>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

using Request = ScriptedServer::Request;

std::uint64_t parameter(const Request &request, const char *name)
{
    return QUrlQuery(QUrl::fromEncoded(request.target)).queryItemValue(QString::fromLatin1(name)).toULongLong();
}

ScriptedServer::Answer jobAnswer(WarmState state, std::uint64_t requested)
{
    WarmStatus status;
    status.jobId = 7;
    status.state = state;
    status.requested = requested;
    status.done = requested;
    return ScriptedServer::json(bytes(jobJson(status)));
}

WarmStatus lastStatus(const QSignalSpy &spy)
{
    return spy.isEmpty() ? WarmStatus() : spy.last().first().value<WarmStatus>();
}

} // namespace

class tst_RemoteNode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void nobodyListensNobodyAsks();
    void whoListensIsTold();
    void theLastListenerEndsIt();
    void eventsAreToldOnce();
    void aLossIsToldAndMendsItself();
    void whatWasMissedIsTold();
    void aRestartBeginsAnew();
    void aRefusalIsToldAndTriedRarely();
    void itComesBackWhenItWasTold();
    void aRoleThatMayNotSeeSamplesIsConnected();
    void timesAreToldInTheTimeOfHere();
    void theDatabaseIsToldOfWhenItChanges();
    void aCommandLineAsksOnlyWhatItWants();

    void usersAreAskedForAFewAtATime();
    void aRunStopsWhenItConcernsEverybody();
    void warmUpsAreWatched();
    void aWarmUpOutlivesALoss();
    void aWarmUpThatTheNodeForgot();
    void aWarmUpIsCancelled();
    void trafficIsNotForHere();
    void identitiesAreCheckedHere();
    void aReasonIsSentAsItIs();
    void aReasonIsCheckedHere();

private:
    std::unique_ptr<RemoteNode> follower() { return std::make_unique<RemoteNode>(optionsFor(*m_server, true)); }

    std::unique_ptr<ScriptedServer> m_server;
    std::uint64_t m_newestSample = 3;
    std::vector<Event> m_events;
    std::string m_instance;
};

void tst_RemoteNode::init()
{
    m_server = std::make_unique<ScriptedServer>();
    m_newestSample = 3;
    m_events.clear();
    m_instance = "one";
    m_server->on("GET /api/v1/node", [this](const Request &) { return nodeAnswer(m_instance); });
    m_server->on("GET /api/v1/rooms/cache/stats", statsAnswer());
    m_server->on("GET /api/v1/samples", [this](const Request &request) {
        const std::uint64_t since = parameter(request, "since");
        std::vector<Sample> samples = samplesAfter(since, m_newestSample);
        const std::size_t limit = parameter(request, "limit");
        if (samples.size() > limit)
            samples.erase(samples.begin(), samples.end() - static_cast<std::ptrdiff_t>(limit));
        return ScriptedServer::json(bytes(samplesJson(m_instance, samples, since)));
    });
    m_server->on("GET /api/v1/events", [this](const Request &request) {
        std::vector<Event> events = m_events;
        std::erase_if(events, [&](const Event &event) { return event.seq <= parameter(request, "since"); });
        return ScriptedServer::json(
            bytes(eventsJson(m_instance, events, parameter(request, "since"), Identities::Shown)));
    });
}

// ---- following

void tst_RemoteNode::nobodyListensNobodyAsks()
{
    const auto node = follower();
    letRoundsPass(2);
    QVERIFY(m_server->requests.isEmpty());
    QCOMPARE(node->link().state, LinkState::Connecting);
    QVERIFY(!node->info().embedded);
    QVERIFY(!node->info().url.empty());
}

void tst_RemoteNode::whoListensIsTold()
{
    const auto node = follower();
    QSignalSpy sampled(node.get(), &NodeClient::sampled);
    QSignalSpy links(node.get(), &NodeClient::linkChanged);

    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 1; }, longestWait));

    QCOMPARE(node->link().state, LinkState::Connected);
    QCOMPARE(links.size(), 1);
    QCOMPARE(node->info().name, std::string("eu-1"));
    QCOMPARE(node->info().role, std::string("operator"));
    QCOMPARE(sampled.first().at(0).value<Sample>().seq, 3); // the newest only: the past is for samples() to bring
    QCOMPARE(node->stats().activeEntries, 12);

    m_newestSample = 5;
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 3; }, longestWait));
    QCOMPARE(sampled.at(1).at(0).value<Sample>().seq, 4);
    QCOMPARE(sampled.at(2).at(0).value<Sample>().seq, 5);
    QCOMPARE(m_server->count("GET /api/v1/node"), 1);
}

void tst_RemoteNode::theLastListenerEndsIt()
{
    const auto node = follower();
    auto listener = std::make_unique<QObject>();
    int told = 0;
    connect(node.get(), &NodeClient::sampled, listener.get(), [&] { ++told; });
    QVERIFY(QTest::qWaitFor([&] { return told > 0; }, longestWait));

    listener.reset();
    letRoundsPass(3); // one may have been under way
    const qsizetype asked = m_server->requests.size();
    letRoundsPass(3);
    QCOMPARE(m_server->requests.size(), asked);

    QSignalSpy links(node.get(), &NodeClient::sampled);
    m_newestSample = 9;
    QVERIFY(QTest::qWaitFor([&] { return links.size() == 6; }, longestWait)); // 4 to 9
}

void tst_RemoteNode::eventsAreToldOnce()
{
    Event cleanup;
    cleanup.seq = 1;
    cleanup.kind = EventKind::Cleanup;
    Event cached;
    cached.seq = 2;
    cached.user = "ana";
    m_events = {cleanup, cached};
    const auto node = follower();
    QSignalSpy events(node.get(), &NodeClient::eventHappened);
    QVERIFY(QTest::qWaitFor([&] { return m_server->count("GET /api/v1/events") >= 2; }, longestWait));

    Event later = cleanup;
    later.seq = 3;
    m_events.push_back(later);
    QVERIFY(QTest::qWaitFor([&] { return events.size() >= 2; }, longestWait));

    QCOMPARE(events.size(), 2); // the coming and going of single entries is no mark
    QCOMPARE(events.at(1).first().value<Event>().seq, 3);
    QCOMPARE(m_server->count("GET /api/v1/samples"), 0); // nobody wants them
}

void tst_RemoteNode::aLossIsToldAndMendsItself()
{
    const auto node = follower();
    QSignalSpy links(node.get(), &NodeClient::linkChanged);
    QVERIFY(QTest::qWaitFor([&] { return node->link().state == LinkState::Connected; }, longestWait));

    m_server->on("GET /api/v1", ScriptedServer::Answer{"", true});
    m_server->on("GET /api/v1/node", ScriptedServer::Answer{"", true});
    m_server->on("GET /api/v1/rooms/cache/stats", ScriptedServer::Answer{"", true});
    QVERIFY(QTest::qWaitFor([&] { return node->link().state == LinkState::Lost; }, longestWait));
    QVERIFY(!node->link().problem.empty());

    m_server->on("GET /api/v1/node", nodeAnswer());
    m_server->on("GET /api/v1/rooms/cache/stats", statsAnswer());
    QVERIFY(QTest::qWaitFor([&] { return node->link().state == LinkState::Connected; }, longestWait));
    QCOMPARE(links.size(), 3);
    QVERIFY(node->link().problem.empty());
}

void tst_RemoteNode::whatWasMissedIsTold()
{
    const auto node = follower();
    QSignalSpy sampled(node.get(), &NodeClient::sampled);
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 1; }, longestWait));
    m_server->on("GET /api/v1/rooms/cache/stats", ScriptedServer::problem(503, "Not now."));
    QVERIFY(QTest::qWaitFor([&] { return node->link().state == LinkState::Lost; }, longestWait));
    QCOMPARE(QString::fromStdString(node->link().problem), QString("Not now."));

    m_newestSample = 40;
    m_server->on("GET /api/v1/rooms/cache/stats", statsAnswer());
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 38; }, longestWait));

    for (int i = 0; i < 38; ++i)
        QCOMPARE(sampled.at(i).at(0).value<Sample>().seq, std::uint64_t(3 + i));
    QCOMPARE(sampled.size(), 38);
}

void tst_RemoteNode::aRestartBeginsAnew()
{
    m_newestSample = 1'000;
    const auto node = follower();
    QSignalSpy sampled(node.get(), &NodeClient::sampled);
    QSignalSpy links(node.get(), &NodeClient::linkChanged);
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 1; }, longestWait));

    m_instance = "two";
    m_newestSample = 2;
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 3; }, longestWait));

    QCOMPARE(node->info().instanceId, std::string("two"));
    QCOMPARE(sampled.at(1).at(0).value<Sample>().seq, 1);
    QCOMPARE(sampled.at(2).at(0).value<Sample>().seq, 2);
    QCOMPARE(links.size(), 2); // that info() is another one is said, too
    QCOMPARE(node->link().state, LinkState::Connected);
}

void tst_RemoteNode::aRefusalIsToldAndTriedRarely()
{
    m_server->on("GET /api/v1/node", ScriptedServer::problem(401, "The token is wrong."));
    const auto node = follower();
    QSignalSpy links(node.get(), &NodeClient::linkChanged);

    QVERIFY(QTest::qWaitFor([&] { return node->link().state == LinkState::Refused; }, longestWait));
    QVERIFY(node->link().problem.find("The token is wrong.") != std::string::npos);
    letRoundsPass(4);
    QCOMPARE(m_server->requests.size(), 1);
}

void tst_RemoteNode::itComesBackWhenItWasTold()
{
    m_server->on("GET /api/v1/node", ScriptedServer::problem(503, "Not now.", "Retry-After: 6\r\n"));
    const auto node = follower();
    QSignalSpy links(node.get(), &NodeClient::linkChanged);
    QVERIFY(QTest::qWaitFor([&] { return node->link().state == LinkState::Lost; }, longestWait));

    letRoundsPass(3); // by itself it would have asked twice by now
    QCOMPARE(m_server->requests.size(), 1);
    QVERIFY(QTest::qWaitFor([&] { return m_server->requests.size() >= 2; }, longestWait));
}

void tst_RemoteNode::aRoleThatMayNotSeeSamplesIsConnected()
{
    m_server->on("GET /api/v1/samples", ScriptedServer::problem(403, "Not the role service."));
    m_server->on("GET /api/v1/events", ScriptedServer::problem(403, "Not the role service."));
    const auto node = follower();
    QSignalSpy sampled(node.get(), &NodeClient::sampled);
    QSignalSpy events(node.get(), &NodeClient::eventHappened);

    QVERIFY(QTest::qWaitFor([&] { return m_server->count("GET /api/v1/rooms/cache/stats") >= 3; }, longestWait));

    QCOMPARE(node->link().state, LinkState::Connected);
    QCOMPARE(node->stats().activeEntries, 12);
    QCOMPARE(m_server->count("GET /api/v1/samples"), 1);
}

void tst_RemoteNode::timesAreToldInTheTimeOfHere()
{
    const auto hour = std::chrono::milliseconds(1h);
    const auto there = [hour] { return SystemClock().wallNow() + hour; };
    m_server->on("GET /api/v1/node", [&](const Request &) {
        NodeInfo info = scriptedInfo();
        info.startedAt = there() - 10s;
        const QByteArray date =
            QLocale::c()
                .toString(QDateTime::fromMSecsSinceEpoch(there().time_since_epoch().count(), Qt::UTC),
                          QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"))
                .toLatin1();
        return ScriptedServer::json(bytes(nodeJson(info, ApiRole::Viewer, {}, {})), 200, "Date: " + date + "\r\n");
    });
    RemoteNode node(optionsFor(*m_server));

    QVERIFY(answerOf(node.introduce()));

    const auto age = SystemClock().wallNow() - node.info().startedAt;
    QVERIFY2(age > 8s && age < 30s, qPrintable(QString::number(age.count())));
}

void tst_RemoteNode::theDatabaseIsToldOfWhenItChanges()
{
    const auto node = follower();
    QSignalSpy databases(node.get(), &NodeClient::databaseChanged);

    QVERIFY(QTest::qWaitFor([&] { return m_server->count("GET /api/v1/rooms/cache/stats") >= 3; }, longestWait));

    QCOMPARE(databases.size(), 1);
    QVERIFY(databases.first().first().value<DatabaseStatus>().state == DatabaseState::Reachable);
}

void tst_RemoteNode::aCommandLineAsksOnlyWhatItWants()
{
    RemoteNode node(optionsFor(*m_server));
    QSignalSpy sampled(&node, &NodeClient::sampled);
    QSignalSpy links(&node, &NodeClient::linkChanged);

    const auto stats = answerOf(node.askStats());
    letRoundsPass(3);

    QCOMPARE(stats->activeEntries, 12);
    QCOMPARE(node.stats().activeEntries, 12);
    QCOMPARE(m_server->requests.size(), 1);
    QCOMPARE(node.link().state, LinkState::Connected);
    QCOMPARE(links.size(), 1);
}

// ---- acting

void tst_RemoteNode::usersAreAskedForAFewAtATime()
{
    m_server->on("POST /api/v1/cache/entries/", ScriptedServer::json(R"({"success":true})"));
    m_server->on("POST /api/v1/cache/entries/a3/", ScriptedServer::problem(404, "Nobody."));
    RemoteNode node(optionsFor(*m_server));
    std::vector<std::string> users;
    for (int i = 0; i < 30; ++i)
        users.push_back("a" + std::to_string(i));

    QCOMPARE(*answerOf(node.refresh(users)), 29);
    QCOMPARE(m_server->requests.size(), 30);
    QVERIFY2(m_server->connections <= 6, qPrintable(QString::number(m_server->connections)));
    QCOMPARE(*answerOf(node.refresh({})), 0);
    QCOMPARE(answerOf(node.refresh({"a3"})).error().code, ErrorCode::NotFound);

    m_server->on("DELETE /api/v1/cache/entries/", ScriptedServer::problem(404, "Not cached."));
    QCOMPARE(*answerOf(node.remove({"a", "b"})), 0);
}

void tst_RemoteNode::aRunStopsWhenItConcernsEverybody()
{
    m_server->on("POST /api/v1/cache/entries/", ScriptedServer::problem(503, "The database is away."));
    RemoteNode node(optionsFor(*m_server));

    const auto answer = answerOf(node.refresh(std::vector<std::string>(1'000, "ana")));

    QVERIFY(!answer);
    QCOMPARE(sentenceOf(answer.error()), QString("The database is away."));
    QVERIFY(m_server->requests.size() <= 8);
}

void tst_RemoteNode::warmUpsAreWatched()
{
    int asked = 0;
    m_server->on("POST /api/v1/cache/warm", ScriptedServer::json(R"({"job_id":"7"})", 202));
    m_server->on("GET /api/v1/jobs/7",
                 [&](const Request &) { return jobAnswer(++asked < 3 ? WarmState::Running : WarmState::Done, 2); });
    RemoteNode node(optionsFor(*m_server));
    QSignalSpy progress(&node, &NodeClient::warmUpProgressed);

    const auto jobId = answerOf(node.warmUp({TheseIdentities{{"ana", "a\nb", "bo"}}, 20}));

    QCOMPARE(*jobId, 7);
    QCOMPARE(m_server->requests.first().body, QByteArray(R"({"user_identities":["ana","bo"],"rate_limit":20})"));
    QVERIFY(QTest::qWaitFor([&] { return lastStatus(progress).state == WarmState::Done; }, longestWait));
    QCOMPARE(progress.size(), 3);
    const WarmStatus status = lastStatus(progress);
    QCOMPARE(status.requested, 3); // whose identity is none failed
    QCOMPARE(status.failed, 1);
    QCOMPARE(status.failedUsers, std::vector<std::string>{"a\nb"});
    QVERIFY2(status.problem.starts_with("Line 2: "), status.problem.c_str());
    letRoundsPass(3);
    QCOMPARE(asked, 3);
}

void tst_RemoteNode::aWarmUpOutlivesALoss()
{
    int asked = 0;
    m_server->on("POST /api/v1/cache/warm", ScriptedServer::json(R"({"job_id":"7"})", 202));
    m_server->on("GET /api/v1/jobs/7", [&](const Request &) -> ScriptedServer::Answer {
        if (++asked <= 2)
            return {"", true};
        return jobAnswer(WarmState::Done, 5);
    });
    RemoteNode node(optionsFor(*m_server));
    QSignalSpy progress(&node, &NodeClient::warmUpProgressed);

    QVERIFY(answerOf(node.warmUp({ActiveRoomUsers{}})));

    QVERIFY(QTest::qWaitFor([&] { return lastStatus(progress).state == WarmState::Done; }, longestWait));
    QCOMPARE(progress.size(), 1);
}

void tst_RemoteNode::aWarmUpThatTheNodeForgot()
{
    m_server->on("POST /api/v1/cache/warm", ScriptedServer::json(R"({"job_id":"7"})", 202));
    m_server->on("GET /api/v1/jobs/7", ScriptedServer::problem(404, "No such job."));
    RemoteNode node(optionsFor(*m_server));
    QSignalSpy progress(&node, &NodeClient::warmUpProgressed);

    QVERIFY(answerOf(node.warmUp({RecentUsers{5}})));

    QVERIFY(QTest::qWaitFor([&] { return lastStatus(progress).state == WarmState::Failed; }, longestWait));
    QVERIFY(lastStatus(progress).problem.find("started again") != std::string::npos);
}

void tst_RemoteNode::aWarmUpIsCancelled()
{
    WarmState state = WarmState::Running;
    m_server->on("POST /api/v1/cache/warm", ScriptedServer::json(R"({"job_id":"7"})", 202));
    m_server->on("GET /api/v1/jobs/7", [&](const Request &) { return jobAnswer(state, 5); });
    m_server->on("DELETE /api/v1/jobs/", [&](const Request &) {
        state = WarmState::Cancelled;
        return ScriptedServer::json(R"({"success":true})");
    });
    RemoteNode node(optionsFor(*m_server));
    QSignalSpy progress(&node, &NodeClient::warmUpProgressed);
    QVERIFY(answerOf(node.warmUp({UsersOfLanguage{"es"}})));

    node.cancelWarmUp(7);
    node.cancelWarmUp(8); // of somebody else

    QVERIFY(QTest::qWaitFor([&] { return lastStatus(progress).state == WarmState::Cancelled; }, longestWait));
    QVERIFY(QTest::qWaitFor([&] { return m_server->count("DELETE /api/v1/jobs/8") == 1; }, longestWait));
}

void tst_RemoteNode::trafficIsNotForHere()
{
    RemoteNode node(optionsFor(*m_server));
    QSignalSpy traffic(&node, &NodeClient::trafficChanged);

    node.startTraffic();

    QCOMPARE(traffic.size(), 1);
    QVERIFY(!node.traffic().on && !node.traffic().problem.empty());
    node.stopTraffic();
    QVERIFY(node.traffic().problem.empty());
    QCOMPARE(answerOf(node.installTriggers()).error().code, ErrorCode::InvalidArgument);
    QVERIFY(m_server->requests.isEmpty());
}

// As in a node of this process; nothing is sent.
void tst_RemoteNode::identitiesAreCheckedHere()
{
    RemoteNode node(optionsFor(*m_server));
    for (const std::string &identity : {std::string(), std::string("a\nb"), std::string("\xFF"), std::string(256, 'a'),
                                        std::string("a\0b", 3), std::string(".."), std::string(".")}) {
        const auto code = [](const auto &future) { return answerOf(future).error().code; };
        QCOMPARE(code(node.profile(identity)), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.peek(identity)), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.reveal(identity, "ticket 4711")), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.read(identity)), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.erase(identity)), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.refresh({"ana", identity})), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.remove({"ana", identity})), ErrorCode::InvalidArgument);
        if (identity.starts_with('.'))
            continue; // a body can name them
        QCOMPARE(code(node.expire(TheseUsers{{identity}})), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.previewExpiry(TheseUsers{{identity}})), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.warmUp({TheseIdentities{{identity}}})), ErrorCode::InvalidArgument);
        QCOMPARE(code(node.estimateWarmUp({TheseIdentities{{identity}}})), ErrorCode::InvalidArgument);
    }
    QVERIFY(m_server->requests.isEmpty());
}

void tst_RemoteNode::aReasonIsSentAsItIs()
{
    const std::string reason = "50% of a&b=c #1 +2 “ü”";
    m_server->on("GET /api/v1/cache/entries/",
                 [](const Request &) { return ScriptedServer::problem(403, "Not you."); });
    RemoteNode node(optionsFor(*m_server));

    const Result<ProfileView> refused = answerOf(node.reveal("ana/bob", reason));

    QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
    QCOMPARE(sentenceOf(refused.error()), QString("Not you."));
    const auto asked = std::find_if(m_server->requests.begin(), m_server->requests.end(), [](const Request &request) {
        return request.target.startsWith("/api/v1/cache/entries/");
    });
    QVERIFY(asked != m_server->requests.end());
    QVERIFY(asked->target.startsWith("/api/v1/cache/entries/ana%2Fbob?"));
    const QUrlQuery query(QUrl::fromEncoded(asked->target));
    QCOMPARE(query.queryItemValue("compare"), QString("true"));
    QCOMPARE(query.queryItemValue("reveal", QUrl::FullyDecoded), QString::fromStdString(reason));
}

void tst_RemoteNode::aReasonIsCheckedHere()
{
    RemoteNode node(optionsFor(*m_server));
    for (const std::string &reason : {std::string(), std::string("  "), std::string("a\nb"), std::string(201, 'a')})
        QCOMPARE(answerOf(node.reveal("ana", reason)).error().code, ErrorCode::InvalidArgument);
    QVERIFY(m_server->requests.isEmpty());
}

QTEST_GUILESS_MAIN(tst_RemoteNode)
#include "tst_RemoteNode.moc"
