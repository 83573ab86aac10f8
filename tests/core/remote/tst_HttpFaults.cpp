// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a node elsewhere, or whatever listens there, can answer: each ends in one clear error, in time.
#include "tests/core/remote/RemoteFixture.h"
#include "tests/support/GuiLatenessProbe.h"
#include "tests/support/Settle.h"

#include <QElapsedTimer>
#include <QTimer>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr char rightToken[] = "operator-0123456789";

} // namespace

class tst_HttpFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_server = std::make_unique<ScriptedServer>(); }

    void answersBecomeErrors_data();
    void answersBecomeErrors();
    void aServerOfSomethingElse();
    void nobodyListens();
    void aHostThatIsNot();
    void neverAnswers();
    void aByteNowAndThenIsNoAnswer();
    void anAnswerThatIsTooLong();
    void aDayOfSamplesIsRead();
    void theTokenStaysWithItsOrigin();
    void aRedirectAtHomeIsFollowed();
    void anActIsNotRedirected();
    void wrongOptionsSendNothing_data();
    void wrongOptionsSendNothing();
    void whatIsSent();
    void cookiesAreForgotten();
    void hostileTextsAreKept();
    void anAnswerAfterTheEndIsDropped();
    void theEndMayComeFromAnAnswer();
    void eachIsAnsweredOnce();

private:
    std::unique_ptr<ScriptedServer> m_server;
};

void tst_HttpFaults::answersBecomeErrors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("link");
    const auto row = [](const char *name, const QByteArray &bytes, ErrorCode code, const char *words, LinkState link) {
        QTest::newRow(name) << bytes << int(code) << QString::fromUtf8(words) << int(link);
    };
    using Server = ScriptedServer;
    constexpr LinkState connected = LinkState::Connected;
    constexpr LinkState refused = LinkState::Refused;
    constexpr LinkState lost = LinkState::Lost;
    const QByteArray ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    row("bytes that are no HTTP", "\x01\x02\x03 SSH-2.0-OpenSSH\r\n\r\n", ErrorCode::Unavailable, "", lost);
    row("an end without an answer", "", ErrorCode::Unavailable, "closed the connection", lost);
    row("an end in the header", "HTTP/1.1 200 OK\r\nContent-Ty", ErrorCode::Unavailable, "", lost);
    row("an end in mid-body", ok + "Content-Length: 5000\r\n\r\n{\"name\":", ErrorCode::Unavailable, "", lost);
    row("half a JSON", Server::json("{\"name\":\"x").bytes, ErrorCode::BadData, "not valid JSON", refused);
    row("no body", Server::json("").bytes, ErrorCode::BadData, "GET /api/v1/node", refused);
    row("an array", Server::json("[]").bytes, ErrorCode::BadData, "not a JSON object", refused);
    row("a member missing", Server::json("{\"name\":\"x\"}").bytes, ErrorCode::BadData, "\"version\"", refused);
    row("a member of another type", Server::json("{\"name\":[]}").bytes, ErrorCode::BadData, "\"name\"", refused);
    row("deep JSON", Server::json("{\"a\":" + QByteArray(100'000, '[')).bytes, ErrorCode::BadData, "16 levels",
        refused);
    row("bytes that are no UTF-8", Server::json("{\"name\":\"\xFF\xFE\"}").bytes, ErrorCode::BadData, "UTF-8", refused);
    row("a number without an end", Server::json("{\"name\":1e999999}").bytes, ErrorCode::BadData, "too large", refused);
    row("a page", Server::typed("text/html", "<html>Sign in</html>").bytes, ErrorCode::BadData, "not JSON", refused);
    row("no type", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", ErrorCode::BadData, "not JSON", refused);
    row("401", Server::problem(401, "Say who you are.", "WWW-Authenticate: Bearer realm=\"hearth\"\r\n").bytes,
        ErrorCode::PermissionDenied, "Say who you are.", refused);
    row("401 without a body", "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", ErrorCode::PermissionDenied, "the token",
        refused);
    row("401 that wants a password",
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
        ErrorCode::PermissionDenied, "the token", refused);
    row("403", Server::problem(403, "A viewer may not.").bytes, ErrorCode::PermissionDenied, "A viewer may not.",
        connected);
    row("400", Server::problem(400, "The body is wrong.").bytes, ErrorCode::InvalidArgument, "The body is wrong.",
        connected);
    row("404", Server::problem(404, "There is none.").bytes, ErrorCode::NotFound, "There is none.", connected);
    row("409", Server::problem(409, "It exists.").bytes, ErrorCode::AlreadyExists, "It exists.", connected);
    row("410", Server::problem(410, "It is gone.").bytes, ErrorCode::NotFound, "It is gone.", connected);
    row("422", Server::problem(422, "Not allowed.").bytes, ErrorCode::InvalidArgument, "Not allowed.", connected);
    row("429", Server::problem(429, "Too often.", "Retry-After: 30\r\n").bytes, ErrorCode::Overloaded, "Too often.",
        refused);
    row("500", Server::problem(500, "A mistake.").bytes, ErrorCode::Internal, "A mistake.", connected);
    row("502 of a proxy", Server::typed("text/html", "<h1>Bad gateway</h1>", 502).bytes, ErrorCode::Unavailable,
        "the status 502", connected);
    row("503", Server::problem(503, "The database is away.", "Retry-After: 1\r\n").bytes, ErrorCode::Unavailable,
        "The database is away.", connected);
    row("504", Server::problem(504, "It took too long.").bytes, ErrorCode::Timeout, "It took too long.", connected);
    row("a problem that is none", Server::typed("application/problem+json", "{]", 500).bytes, ErrorCode::Internal,
        "the status 500", connected);
    row("a status that is none", "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", ErrorCode::Internal,
        "the status 999", connected);
}

void tst_HttpFaults::answersBecomeErrors()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, words);
    QFETCH(int, link);
    m_server->on("GET", ScriptedServer::Answer{bytes, true});
    RemoteNode node(optionsFor(*m_server));

    // What is not there is nothing unheard of but for the route that every node has.
    const bool isProblem = bytes.contains("problem+json");
    const auto settings = isProblem ? answerOf(node.settings()) : Result<LiveSettings>(LiveSettings());
    const auto info = isProblem ? Result<NodeInfo>(NodeInfo()) : answerOf(node.introduce());

    QVERIFY(!info || !settings);
    const Result<void> answer = !info ? info.error() : settings.error();
    QVERIFY2(int(answer.error().code) == code, qPrintable(sentenceOf(answer.error())));
    QVERIFY2(sentenceOf(answer.error()).contains(words), qPrintable(sentenceOf(answer.error())));
    QVERIFY(sentenceOf(answer.error()).endsWith('.'));
    QCOMPARE(int(node.link().state), link);
}

void tst_HttpFaults::aServerOfSomethingElse()
{
    m_server->on("GET", ScriptedServer::typed("text/html", "<h1>Not found</h1>", 404));
    RemoteNode node(optionsFor(*m_server));

    const auto answer = answerOf(node.introduce());

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::BadData);
    QVERIFY2(sentenceOf(answer.error()).contains("is not a Hearth node"), qPrintable(sentenceOf(answer.error())));
    QCOMPARE(node.link().state, LinkState::Refused);
}

void tst_HttpFaults::nobodyListens()
{
    RemoteNodeOptions options = optionsFor(*m_server);
    m_server.reset();
    RemoteNode node(options);

    const auto answer = answerOf(node.settings());

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Unavailable);
    QVERIFY2(sentenceOf(answer.error()).startsWith("Nothing listens at http://127.0.0.1:"),
             qPrintable(sentenceOf(answer.error())));
    QCOMPARE(node.link().state, LinkState::Lost);
}

void tst_HttpFaults::aHostThatIsNot()
{
    RemoteNodeOptions options;
    options.url = QUrl("http://no-such-host.invalid");
    options.follows = false;
    RemoteNode node(options);

    const auto answer = answerOf(node.introduce());

    QVERIFY(!answer);
    QVERIFY(answer.error().code == ErrorCode::Unavailable || answer.error().code == ErrorCode::Timeout);
    QCOMPARE(node.link().state, LinkState::Lost);
}

void tst_HttpFaults::neverAnswers()
{
    m_server->on("GET", ScriptedServer::Answer{});
    RemoteNodeOptions options = optionsFor(*m_server);
    options.timeout = 300ms;
    RemoteNode node(options);

    const auto answer = answerOf(node.introduce());

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Timeout);
    QVERIFY2(sentenceOf(answer.error()).contains("did not answer within 0.3 s"),
             qPrintable(sentenceOf(answer.error())));
    QCOMPARE(node.link().state, LinkState::Lost);
}

// Silence is not the only way to keep somebody waiting.
void tst_HttpFaults::aByteNowAndThenIsNoAnswer()
{
    QTcpServer drip;
    QVERIFY(drip.listen(QHostAddress::LocalHost));
    QTimer timer;
    connect(&drip, &QTcpServer::newConnection, &timer, [&] {
        QTcpSocket *socket = drip.nextPendingConnection();
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n");
        connect(&timer, &QTimer::timeout, socket, [socket] { socket->write(" "); });
        timer.start(20ms);
    });
    RemoteNodeOptions options;
    options.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(drip.serverPort()));
    options.follows = false;
    options.timeout = 200ms;
    RemoteNode node(options);

    QElapsedTimer elapsed;
    elapsed.start();
    const auto answer = answerOf(node.introduce());

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Timeout);
    QVERIFY2(elapsed.elapsed() >= 1'000 && elapsed.elapsed() < 10'000, qPrintable(QString::number(elapsed.elapsed())));
}

void tst_HttpFaults::anAnswerThatIsTooLong()
{
    m_server->on("GET /api/v1/samples",
                 ScriptedServer::json("{\"instance_id\":\"" + QByteArray(100 * 1024 * 1024, 'x') + "\"}"));
    m_server->on("GET /api/v1/config", ScriptedServer::json('{' + QByteArray(2 * 1024 * 1024, ' ') + '}'));
    RemoteNode node(optionsFor(*m_server));

    const auto samples = answerOf(node.samples(0, 100));
    const auto settings = answerOf(node.settings());

    QVERIFY(!samples && !settings);
    QCOMPARE(samples.error().code, ErrorCode::BadData);
    QVERIFY2(sentenceOf(samples.error()).contains("more than 64 MiB"), qPrintable(sentenceOf(samples.error())));
    QVERIFY2(sentenceOf(settings.error()).contains("more than 1 MiB"), qPrintable(sentenceOf(settings.error())));
}

// Long answers are read on another thread; the GUI's goes on meanwhile.
void tst_HttpFaults::aDayOfSamplesIsRead()
{
    constexpr std::uint64_t day = 24 * 3600;
    m_server->on("GET /api/v1/samples?since=0&limit=86400",
                 ScriptedServer::json(bytes(samplesJson("one", samplesAfter(0, day), 0))));
    RemoteNodeOptions options = optionsFor(*m_server);
    options.timeout = 60s;
    RemoteNode node(options);
    const GuiLatenessProbe probe;

    const auto samples = answerOf(node.samples(0, 1'000'000));

    QVERIFY2(samples, samples ? "" : qPrintable(sentenceOf(samples.error())));
    QCOMPARE(samples->size(), day);
    QCOMPARE(samples->back().gets, day * 10);
    QVERIFY2(probe.worst() < 500ms, qPrintable(QString::number(probe.worst().count()))); // reading takes longer
}

void tst_HttpFaults::theTokenStaysWithItsOrigin()
{
    ScriptedServer elsewhere;
    elsewhere.on("GET", nodeAnswer());
    const QByteArray location = "Location: " + elsewhere.url().toEncoded() + "/api/v1/node\r\n";
    RemoteNodeOptions options = optionsFor(*m_server);
    options.token = rightToken;
    for (const int status : {301, 302, 303, 307, 308}) {
        m_server->on("GET", ScriptedServer::json("{}", status, location));
        RemoteNode node(options);

        const auto answer = answerOf(node.introduce());

        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::BadData);
        QVERIFY2(sentenceOf(answer.error()).contains("redirect"), qPrintable(sentenceOf(answer.error())));
        QCOMPARE(m_server->requests.last().header("Authorization"), QByteArray("Bearer ") + rightToken);
    }
    QVERIFY(elsewhere.requests.isEmpty());
}

void tst_HttpFaults::aRedirectAtHomeIsFollowed()
{
    m_server->on("GET /api/v1/node", ScriptedServer::json("{}", 308, "Location: /here\r\n"));
    m_server->on("GET /here", nodeAnswer());
    RemoteNode node(optionsFor(*m_server));

    QVERIFY(answerOf(node.introduce()));
    QCOMPARE(node.info().name, std::string("eu-1"));

    m_server->on("GET /api/v1/node", ScriptedServer::json("{}", 308, "Location: /api/v1/node\r\n"));
    QVERIFY(!answerOf(node.introduce()));
}

void tst_HttpFaults::anActIsNotRedirected()
{
    m_server->on("POST", ScriptedServer::json("{}", 302, "Location: /here\r\n"));
    RemoteNode node(optionsFor(*m_server));

    const auto answer = answerOf(node.cleanUp());

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::BadData);
    QCOMPARE(m_server->requests.size(), 1);
}

void tst_HttpFaults::wrongOptionsSendNothing_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("token");
    QTest::addColumn<QString>("caFile");
    QTest::addColumn<QString>("words");
    const QString none;
    const QString good = rightToken;
    QTest::newRow("a token over plain http") << "http://node.example.org" << good << none << "plain http";
    QTest::newRow("a token to a name that looks like home")
        << "http://127.0.0.1.example.org" << good << none << "plain http";
    QTest::newRow("a token to a name that ends like home") << "http://evil-localhost" << good << none << "plain http";
    QTest::newRow("a password in the address") << "http://me:secret@127.0.0.1:PORT" << none << none << "password";
    QTest::newRow("no scheme") << "127.0.0.1:8080" << none << none << "is written as";
    QTest::newRow("another scheme") << "file:///etc/passwd" << none << none << "is written as";
    QTest::newRow("no address") << none << none << none << "is written as";
    QTest::newRow("a query") << "http://127.0.0.1:PORT/?a=b" << none << none << "?";
    QTest::newRow("a token with a line break") << "http://127.0.0.1:PORT"
                                               << "a\r\nX-Evil: 1" << none << "HEARTH_TOKEN";
    QTest::newRow("an authority that is not there") << "https://127.0.0.1:PORT" << none << "/no/such/file.pem"
                                                    << "HEARTH_CA_FILE";
    QTest::newRow("an authority that is none") << "https://127.0.0.1:PORT" << none << "/dev/null"
                                               << "no certificate";
}

void tst_HttpFaults::wrongOptionsSendNothing()
{
    QFETCH(QString, url);
    QFETCH(QString, token);
    QFETCH(QString, caFile);
    QFETCH(QString, words);
    RemoteNodeOptions options;
    options.url = QUrl(url.replace("PORT", QString::number(m_server->port())));
    options.token = token.toStdString();
    options.caFile = caFile;
    RemoteNode node(options);

    const auto answer = answerOf(node.cleanUp());

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(sentenceOf(answer.error()).contains(words), qPrintable(sentenceOf(answer.error())));
    QVERIFY(!sentenceOf(answer.error()).contains("secret"));
    QCOMPARE(node.link().state, LinkState::Refused);
    QCOMPARE(m_server->connections, 0);
}

void tst_HttpFaults::whatIsSent()
{
    m_server->on("GET", nodeAnswer());
    m_server->on("POST", ScriptedServer::problem(404, "none"));
    RemoteNodeOptions options = optionsFor(*m_server);
    options.url = QUrl(QStringLiteral("http://localhost:%1/behind/a-proxy/").arg(m_server->port()));
    options.token = rightToken;
    RemoteNode node(options);

    QVERIFY(answerOf(node.introduce()));
    (void)answerOf(node.expire(TheseUsers{{"a\"b", "ü\xE2\x80\xAE"}}));

    const ScriptedServer::Request get = m_server->requests.at(0);
    QCOMPARE(get.target, QByteArray("/behind/a-proxy/api/v1/node"));
    QCOMPARE(get.header("Authorization"), QByteArray("Bearer ") + rightToken);
    QVERIFY(get.header("Cookie").isEmpty() && get.header("Upgrade").isEmpty());
    const ScriptedServer::Request post = m_server->requests.at(1);
    QCOMPARE(post.header("Content-Type"), QByteArray("application/json"));
    QCOMPARE(post.body, QByteArray("{\"user_identities\":[\"a\\\"b\",\"ü\xE2\x80\xAE\"]}"));
}

void tst_HttpFaults::cookiesAreForgotten()
{
    const auto withCookie =
        ScriptedServer::json(bytes(nodeJson(scriptedInfo(), ApiRole::Viewer, {}, {})), 200,
                             "Set-Cookie: who=you; Path=/\r\nCache-Control: max-age=1000\r\nETag: \"1\"\r\n");
    m_server->on("GET", withCookie);
    RemoteNode node(optionsFor(*m_server));

    QVERIFY(answerOf(node.introduce()));
    QVERIFY(answerOf(node.introduce()));

    QCOMPARE(m_server->requests.size(), 2);
    QVERIFY(m_server->requests.last().header("Cookie").isEmpty());
    QVERIFY(m_server->requests.last().header("If-None-Match").isEmpty());
}

// They are shown harmlessly by whoever shows them, and are not changed before.
void tst_HttpFaults::hostileTextsAreKept()
{
    NodeInfo info = scriptedInfo();
    info.name = "<img src=x onerror=alert(1)>\n\xE2\x80\xAE=cmd|' /C calc'!A0";
    m_server->on("GET", ScriptedServer::json(bytes(nodeJson(info, ApiRole::Viewer, "<b>", {}))));
    RemoteNode node(optionsFor(*m_server));

    QVERIFY(answerOf(node.introduce()));
    QCOMPARE(node.info().name, info.name);
    QCOMPARE(node.info().roleName, std::string("<b>"));

    m_server->on("GET", ScriptedServer::problem(500, "<b>" + QByteArray("ü").repeated(5'000)));
    const auto answer = answerOf(node.introduce());
    QVERIFY(sentenceOf(answer.error()).startsWith("<b>ü"));
    QVERIFY(answer.error().detail.size() < 1'100);
    QVERIFY(!sentenceOf(answer.error()).contains(QChar::ReplacementCharacter));
}

void tst_HttpFaults::anAnswerAfterTheEndIsDropped()
{
    auto node = std::make_unique<RemoteNode>(optionsFor(*m_server));
    m_server->on("GET", [&](const ScriptedServer::Request &) {
        node.reset();
        return nodeAnswer();
    });
    m_server->on("GET /api/v1/samples", ScriptedServer::json(bytes(samplesJson("one", samplesAfter(0, 50'000), 0))));

    const auto first = node->introduce();
    const auto second = node->settings();
    const auto third = node->samples(0, 50'000);
    const auto fourth = node->refresh({"a", "b", "c", "d", "e", "f"});

    QVERIFY(QTest::qWaitFor([&] { return !node; }, longestWait));
    QVERIFY(first.isFinished() && second.isFinished() && third.isFinished() && fourth.isFinished());
    QCOMPARE(first.resultCount() + second.resultCount() + third.resultCount() + fourth.resultCount(), 0);
    QVERIFY(first.isCanceled());
    settle();
}

void tst_HttpFaults::theEndMayComeFromAnAnswer()
{
    for (const bool isGood : {true, false}) {
        m_server->on("GET", isGood ? nodeAnswer() : ScriptedServer::Answer{"garbage\r\n\r\n", true});
        auto node = std::make_unique<RemoteNode>(optionsFor(*m_server));
        QObject context;
        connect(node.get(), &NodeClient::linkChanged, &context, [&] { node.reset(); });

        const auto answer = node->introduce();

        QVERIFY(QTest::qWaitFor([&] { return !node; }, longestWait));
        QVERIFY(answer.isFinished());
    }
}

void tst_HttpFaults::eachIsAnsweredOnce()
{
    // Two answers for one request, and a rest that belongs to none.
    ScriptedServer::Answer twice = nodeAnswer();
    twice.bytes += twice.bytes + "HTTP/1.1 200";
    m_server->on("GET", twice);
    RemoteNode node(optionsFor(*m_server));

    const auto first = node.introduce();
    QVERIFY(answerOf(first));
    (void)answerOf(node.introduce());

    QCOMPARE(first.resultCount(), 1);
}

QTEST_GUILESS_MAIN(tst_HttpFaults)
#include "tst_HttpFaults.moc"
