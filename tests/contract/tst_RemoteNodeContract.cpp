// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/RemoteNode.h"
#include "tests/contract/NodeClientContract.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <csignal>
#include <memory>
#include <sys/prctl.h>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const char operatorToken[] = "operator-0123456789";
const char supportToken[] = "support-0123456789";
const char viewerToken[] = "viewer-0123456789";

} // namespace

// A real hearthd over the embedded sample database, asked over its HTTP API.
class TestRemoteNodeContract final : public NodeClientContract
{
    Q_OBJECT

    void setUp() override
    {
        m_home = std::make_unique<QTemporaryDir>();
        start(QStringLiteral("127.0.0.1:0"));
        m_node = client(operatorToken);
        const auto isReachable = [this] { return stats().database.state == DatabaseState::Reachable; };
        if (!answerOf(m_node->introduce()) || !QTest::qWaitFor(isReachable, longestWait))
            qFatal("hearthd has no database");
    }
    void tearDown() override
    {
        m_node.reset();
        stop();
        m_home.reset();
    }
    NodeClient &node() override { return *m_node; }
    Stats stats() override { return valueOf(m_node->askStats()); }

    void start(const QString &address);
    void stop();
    std::unique_ptr<RemoteNode> client(const char *token, bool follows = false) const;

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<QProcess> m_program;
    QUrl m_url;
    std::unique_ptr<RemoteNode> m_node;

private Q_SLOTS:
    void itIsFollowed();
    void itIsFoundAgainAfterARestart();
    void theRoleSupportSeesNoChoices();
    void theRoleSupportIsShownThemWithAReason();
    void theRoleViewerIsRefusedOneByOne();
    void aWrongTokenIsRefused();
};

void TestRemoteNodeContract::start(const QString &address)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith(QStringLiteral("DATABASE_")) || name.startsWith(QStringLiteral("HEARTH_")) ||
            name.startsWith(QStringLiteral("CACHE_")))
            environment.remove(name);
    }
    environment.insert("HOME", m_home->path());
    environment.insert("XDG_DATA_HOME", m_home->filePath("data"));
    environment.insert("HEARTH_LOG", "error");
    environment.insert(
        "HEARTH_TOKENS",
        QStringLiteral("operator/eve:%1,support:%2,viewer:%3").arg(operatorToken, supportToken, viewerToken));
    m_program = std::make_unique<QProcess>();
    m_program->setProcessEnvironment(environment);
    m_program->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }); // whatever becomes of the test
    m_program->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_program->start(HEARTHD_PROGRAM, {"--sample", "--listen", address, "--name", "contract"});
    QByteArray line;
    while (!line.endsWith('\n') && m_program->waitForReadyRead(longestWait))
        line += m_program->readAllStandardOutput();
    static const QRegularExpression listening(R"(^listening on (http://127\.0\.0\.1:\d+)\n$)");
    const auto match = listening.match(QString::fromUtf8(line));
    if (!match.hasMatch())
        qFatal("hearthd did not start: %s", line.constData());
    m_url = QUrl(match.captured(1));
}

void TestRemoteNodeContract::stop()
{
    m_program->terminate();
    if (!m_program->waitForFinished(longestWait))
        qFatal("hearthd did not stop");
    m_program.reset();
}

std::unique_ptr<RemoteNode> TestRemoteNodeContract::client(const char *token, bool follows) const
{
    RemoteNodeOptions options;
    options.url = m_url;
    options.token = token;
    options.timeout = 30s;
    options.follows = follows;
    return std::make_unique<RemoteNode>(options);
}

void TestRemoteNodeContract::itIsFollowed()
{
    const auto followed = client(operatorToken, true);
    QSignalSpy sampled(followed.get(), &NodeClient::sampled);
    QSignalSpy events(followed.get(), &NodeClient::eventHappened);
    QSignalSpy databases(followed.get(), &NodeClient::databaseChanged);
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 2; }, longestWait));
    const Stats before = stats();
    const qsizetype told = events.size();

    valueOf(node().cleanUp());

    const auto hasCleanup = [&] {
        return events.size() > told && events.last().first().value<Event>().kind == EventKind::Cleanup;
    };
    QVERIFY(QTest::qWaitFor(hasCleanup, longestWait));
    QVERIFY(!databases.isEmpty());
    QVERIFY(followed->info().sampleDatabase);
    QCOMPARE(followed->info().roleName, std::string("eve"));
    for (qsizetype i = 1; i < sampled.size(); ++i) // each once, none left out
        QCOMPARE(sampled.at(i).at(0).value<Sample>().seq, sampled.at(i - 1).at(0).value<Sample>().seq + 1);
    QVERIFY(!valueOf(followed->samples(0, 86'400)).empty());
    QCOMPARE(stats().gets, before.gets); // it was only watched
}

void TestRemoteNodeContract::itIsFoundAgainAfterARestart()
{
    const auto followed = client(operatorToken, true);
    QSignalSpy sampled(followed.get(), &NodeClient::sampled);
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 1; }, longestWait));
    const std::string first = followed->info().instanceId;

    stop();
    QVERIFY(QTest::qWaitFor([&] { return followed->link().state == LinkState::Lost; }, longestWait));
    start(QStringLiteral("127.0.0.1:%1").arg(m_url.port()));

    QVERIFY(QTest::qWaitFor([&] { return followed->link().state == LinkState::Connected; }, longestWait));
    QVERIFY(followed->info().instanceId != first);
    sampled.clear();
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 1; }, longestWait));
}

void TestRemoteNodeContract::theRoleSupportSeesNoChoices()
{
    const std::vector<std::string> users = cached(10);
    const auto support = client(supportToken);

    const ProfileView view = valueOf(support->profile(users[0]));
    const ProfileView peeked = valueOf(support->peek(users[0]));
    const EntriesPage page = valueOf(support->entries({}));

    QVERIFY(view.masked && view.entry && view.entry->masked && peeked.masked);
    QVERIFY(view.agreement == Agreement::Same);
    QVERIFY(view.cached && view.cached->nativeLanguage.empty() && view.cachedVoice.id.empty());
    QCOMPARE(page.rows.size(), 10U);
    QVERIFY(page.rows[0].masked && page.rows[0].language.empty());
    EntriesQuery spanish;
    spanish.filter.language = "es";
    QVERIFY(codeOf(support->entries(spanish)) == ErrorCode::PermissionDenied);
    QVERIFY(codeOf(support->cleanUp()) == ErrorCode::PermissionDenied);
    QVERIFY(codeOf(support->read(users[0])) == ErrorCode::PermissionDenied);
    QVERIFY(support->link().state == LinkState::Connected);
}

void TestRemoteNodeContract::theRoleSupportIsShownThemWithAReason()
{
    const std::vector<std::string> users = cached(10);
    const auto support = client(supportToken);
    const ProfileView all = valueOf(node().profile(users[0]));

    const ProfileView shown = valueOf(support->reveal(users[0], "ticket 4711 & “why?”"));
    const ProfileView after = valueOf(support->profile(users[0]));

    QVERIFY(!shown.masked && *shown.cached == *all.cached && *shown.stored == *all.stored);
    QVERIFY(after.masked && after.cached->nativeLanguage.empty()); // for that look only
    QVERIFY(after.cached->updatedAt == all.cached->updatedAt);
    EventsQuery reveals;
    reveals.kind = EventKind::Revealed;
    const std::vector<Event> told = valueOf(node().events(reveals));
    QCOMPARE(told.size(), 1U);
    QCOMPARE(told[0].user, users[0]);
    QCOMPARE(told[0].detail, std::string("ticket 4711 & “why?”"));
    QVERIFY(QString::fromStdString(told[0].who).startsWith("support"));
}

void TestRemoteNodeContract::theRoleViewerIsRefusedOneByOne()
{
    const auto viewer = client(viewerToken, true);
    QSignalSpy sampled(viewer.get(), &NodeClient::sampled);
    QSignalSpy events(viewer.get(), &NodeClient::eventHappened);
    QVERIFY(QTest::qWaitFor([&] { return sampled.size() >= 1; }, longestWait));

    QVERIFY(codeOf(viewer->entries({})) == ErrorCode::PermissionDenied);
    QVERIFY(codeOf(viewer->profile("ana")) == ErrorCode::PermissionDenied);
    QVERIFY(codeOf(viewer->reveal("ana", "ticket 4711")) == ErrorCode::PermissionDenied);
    QVERIFY(codeOf(viewer->warmUp({RecentUsers{5}})) == ErrorCode::PermissionDenied);
    QVERIFY(codeOf(viewer->erase("ana")) == ErrorCode::PermissionDenied);
    QVERIFY(answerOf(viewer->settings()));
    for (const Event &event : valueOf(viewer->events({})))
        QVERIFY(event.user.empty() && !event.users);
    QCOMPARE(viewer->info().role, std::string("viewer"));
    QVERIFY(viewer->link().state == LinkState::Connected);
}

void TestRemoteNodeContract::aWrongTokenIsRefused()
{
    const auto stranger = client("stranger-0123456789");

    QVERIFY(codeOf(stranger->introduce()) == ErrorCode::PermissionDenied);
    QVERIFY(stranger->link().state == LinkState::Refused);
}

QTEST_GUILESS_MAIN(TestRemoteNodeContract)
#include "tst_RemoteNodeContract.moc"
