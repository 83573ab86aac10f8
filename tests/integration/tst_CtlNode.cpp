// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// hearthctl against a real hearthd.
#include "tests/integration/PseudoTerminal.h"

#include <QFile>
#include <QTest>

using namespace hearth;

namespace {

const QString operatorToken = "operator-0123456789";
const QString supportToken = "support-0123456789";
const QString viewerToken = "viewer-0123456789";

} // namespace

class tst_CtlNode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void looks();
    void showsWhatDiffers();
    void everyVerbSpeaksJson();
    void expiresAndTakesBack();
    void asksBeforeItExpires();
    void warmsAndCancels();
    void changesTheConfiguration();
    void tellsWhatHappened();
    void rolesAreRefused();
    void supportIsNotShownWhatItMayNotSee();
    void secretsStayInside();
    void showsManyEntries();
    void watches();
    void aNodeThatGoesAwayIsSaid();
    void followingSurvivesARestart();

private:
    CtlAnswer ask(const QString &line) const
    {
        return m_ctl->call(QStringList{"--node", m_url} + line.split(' ', Qt::SkipEmptyParts));
    }
    QStringList onNode(const QString &line) const
    {
        return QStringList{"--node", m_url} + line.split(' ', Qt::SkipEmptyParts);
    }
    void start(const QString &tokens = {});

    std::unique_ptr<CtlFixture> m_ctl;
    std::unique_ptr<QProcess> m_node;
    QString m_url;
    quint16 m_port = 0; // any
};

void tst_CtlNode::init()
{
    m_ctl = std::make_unique<CtlFixture>();
    m_port = 0;
    start();
    QVERIFY(!m_url.isEmpty());
}

void tst_CtlNode::start(const QString &tokens)
{
    cleanup();
    m_node = std::make_unique<QProcess>();
    QProcessEnvironment environment = m_ctl->environment;
    if (!tokens.isEmpty())
        environment.insert("HEARTH_TOKENS", tokens);
    m_node->setProcessEnvironment(environment);
    m_node->start(HEARTHD_PROGRAM, {"--sample", "--listen", "127.0.0.1:" + QString::number(m_port), "--name", "eu-1",
                                    "--environment", "test"});
    QByteArray line;
    while (!line.endsWith('\n') && m_node->waitForReadyRead(longestCall))
        line += m_node->readAllStandardOutput();
    m_url = QString::fromUtf8(line).trimmed().section(' ', -1);
    m_ctl->environment.insert("HEARTH_TOKEN", tokens.isEmpty() ? QString() : operatorToken);
    QVERIFY(QTest::qWaitFor([this] { return ask("stats").out.contains("reachable"); }, longestCall));
}

void tst_CtlNode::cleanup()
{
    if (!m_node)
        return;
    m_node->terminate();
    m_node->waitForFinished(longestCall);
    m_node.reset();
}

void tst_CtlNode::looks()
{
    const CtlAnswer miss = ask("get sample-0001-ana");
    const CtlAnswer hit = ask("get sample-0001-ana");
    const CtlAnswer inspected = ask("inspect sample-0001-ana");
    const CtlAnswer stats = ask("stats --json");

    QVERIFY2(miss.code == 0, qPrintable(miss.err));
    QVERIFY2(miss.out.contains(QRegularExpression("served as +miss")), qPrintable(miss.out));
    QVERIFY(hit.out.contains(QRegularExpression("served as +hit")));
    QVERIFY2(inspected.out.contains("the same as what is cached"), qPrintable(inspected.out + inspected.err));
    QCOMPARE(stats.json()["cache_stats"].toObject()["hits"].toInt(), 1); // inspect was quiet
    QCOMPARE(ask("get nobody-at-all").code, 1);
    QCOMPARE(ask("inspect nobody-at-all").code, 1);
}

void tst_CtlNode::showsWhatDiffers()
{
    QCOMPARE(ask("get sample-0001-ana").code, 0);
    SqliteFile file(m_ctl->home.filePath("data/hearthd/sample.db"));
    file.run("update user_profiles set native_language = 'yo' where user_identity = 'sample-0001-ana'");

    const CtlAnswer text = ask("inspect sample-0001-ana");
    const CtlAnswer json = ask("inspect sample-0001-ana --json");

    QVERIFY2(text.out.contains("different from what is cached"), qPrintable(text.out));
    QVERIFY2(text.out.contains(QRegularExpression("^language +es \\(Spanish\\) +yo \\(Yoruba\\) +different$",
                                                  QRegularExpression::MultilineOption)),
             qPrintable(text.out));
    QCOMPARE(json.json()["database"].toObject()["differences"].toArray().first().toString(), "native_language");
}

void tst_CtlNode::everyVerbSpeaksJson()
{
    for (const char *line :
         {"stats", "entries", "get sample-0001-ana", "inspect sample-0001-ana", "warm sample-0005-aisha",
          "warm --recent 3 --dry-run", "expire --all --dry-run", "expire sample-0001-ana --yes",
          "refresh sample-0001-ana", "remove sample-0001-ana", "cleanup", "config", "config set ttl_seconds=900",
          "events", "audit", "erase sample-0005-aisha", "watch --count 1"}) {
        const CtlAnswer answer = ask(QString::fromLatin1(line) + " --json");
        QVERIFY2(answer.code == 0, qPrintable(QString(line) + ": " + answer.err));
        QVERIFY2(answer.out.count('\n') == 1 && !answer.json().isEmpty(), qPrintable(QString(line) + answer.out));
    }
}

void tst_CtlNode::expiresAndTakesBack()
{
    QCOMPARE(ask("warm --recent 20").code, 0);

    const CtlAnswer preview = ask("expire --all --dry-run --json");
    const CtlAnswer expired = ask("expire --all --yes --json");
    const QString undo = expired.json()["undo_id"].toString();

    QCOMPARE(preview.json()["expired"].toInt(), 20);
    QCOMPARE(preview.json()["examples"].toArray().size(), 10);
    QVERIFY2(expired.json()["expired"].toInt() == 20 && !undo.isEmpty(), qPrintable(expired.out + expired.err));
    QVERIFY(ask("stats").out.contains(QRegularExpression("expired entries +20\n")));
    const CtlAnswer restored = ask("expire --undo " + undo);
    QVERIFY2(restored.out.contains("Restored 20 entries, skipped 0"), qPrintable(restored.out + restored.err));
    QVERIFY(ask("stats").out.contains(QRegularExpression("active entries +20\n")));
    QCOMPARE(ask("expire --undo " + undo).code, 1);
    QVERIFY(ask("expire sample-0001-ana --yes").code <= 1);
    QCOMPARE(ask("expire --language es --state active --yes").code, 0);
}

void tst_CtlNode::asksBeforeItExpires()
{
    QCOMPARE(ask("warm --recent 20").code, 0);
    QCOMPARE(ask("expire --all").code, 2);

    PseudoTerminal no(*m_ctl, onNode("expire --all"));
    QVERIFY2(no.shows("Expire 20 entries of node eu-1 (test)?"), no.seen().constData());
    no.type("n\n");
    QCOMPARE(no.finish(), 1);
    QVERIFY(ask("stats").out.contains(QRegularExpression("active entries +20\n")));

    PseudoTerminal interrupted(*m_ctl, onNode("expire --all"));
    QVERIFY(interrupted.shows("[y/N]"));
    interrupted.type("\x03");
    QVERIFY(interrupted.finish() != 0);
    QVERIFY(ask("stats").out.contains(QRegularExpression("active entries +20\n")));

    PseudoTerminal yes(*m_ctl, onNode("expire --all"));
    QVERIFY(yes.shows("[y/N]"));
    yes.type("y\n");
    QCOMPARE(yes.finish(), 0);
    QVERIFY(yes.seen().contains("Expired 20 entries."));
    QVERIFY(ask("stats").out.contains(QRegularExpression("active entries +0\n")));
}

void tst_CtlNode::warmsAndCancels()
{
    const CtlAnswer estimate = ask("warm --language es --dry-run --json");
    const CtlAnswer warmed = ask("warm --language es --json");

    QVERIFY2(warmed.code == 0, qPrintable(warmed.err));
    QVERIFY(warmed.json()["warmed"].toInt() > 0);
    QCOMPARE(warmed.json()["warmed"], estimate.json()["to_load"]);
    QCOMPARE(ask("warm nobody-at-all").code, 1);
    QCOMPARE(ask("warm --active-rooms --json").code, 0);

    const auto cached = [this] {
        return ask("stats --json").json()["cache_stats"].toObject()["total_entries"].toInt();
    };
    const int before = cached();
    const auto slow = m_ctl->start(onNode("warm --recent 500 --rate 20"));
    QVERIFY(QTest::qWaitFor([&] { return cached() > before; }, longestCall));
    ::kill(static_cast<pid_t>(slow->processId()), SIGINT);
    const CtlAnswer cancelled = CtlFixture::finish(*slow);
    QVERIFY2(cancelled.code == 1, qPrintable(cancelled.out + cancelled.err));
    QVERIFY2(cancelled.out.contains("cancelled"), qPrintable(cancelled.out + cancelled.err));
}

void tst_CtlNode::changesTheConfiguration()
{
    const CtlAnswer changed = ask("config set ttl_seconds=90 refresh_ahead=0.5");

    QVERIFY2(changed.code == 0, qPrintable(changed.err));
    QVERIFY(changed.err.contains("until the node restarts"));
    QCOMPARE(ask("config --json").json()["ttl_seconds"].toInt(), 90);
    const CtlAnswer refused = ask("config set ttl_seconds=0");
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.err.contains("ttl_seconds"), qPrintable(refused.err));
}

void tst_CtlNode::tellsWhatHappened()
{
    QCOMPARE(ask("get sample-0001-ana").code, 0);
    QCOMPARE(ask("expire sample-0001-ana --yes").code, 0);

    const CtlAnswer events = ask("events --kind expired --json");
    const CtlAnswer audit = ask("audit --json");
    const int next = events.json()["next"].toInt();

    QCOMPARE(events.json()["events"].toArray().last().toObject()["user"].toString(), "sample-0001-ana");
    for (const QJsonValue event : audit.json()["events"].toArray())
        QVERIFY(!event.toObject()["who"].toString().isEmpty());
    QVERIFY(!audit.json()["events"].toArray().isEmpty());
    QVERIFY(ask("events --kind expired --json --since " + QString::number(next)).json()["events"].toArray().isEmpty());
    QVERIFY(ask("events --user sample-0001-ana").out.contains("sample-0001-ana"));

    const auto follower = m_ctl->start(onNode("events --kind cleanup --follow"));
    QVERIFY(follower->waitForReadyRead(longestCall));
    follower->readAllStandardOutput();
    QCOMPARE(ask("cleanup").code, 0);
    QVERIFY(follower->waitForReadyRead(longestCall));
    QVERIFY(follower->readAllStandardOutput().contains("cleanup"));
    ::kill(static_cast<pid_t>(follower->processId()), SIGINT);
    QCOMPARE(CtlFixture::finish(*follower).code, 0);
}

void tst_CtlNode::rolesAreRefused()
{
    start("operator:" + operatorToken + ",viewer/vera:" + viewerToken);
    QCOMPARE(ask("entries").code, 0);

    m_ctl->environment.insert("HEARTH_TOKEN", viewerToken);
    QCOMPARE(ask("stats").code, 0);
    const CtlAnswer refused = ask("entries");
    QCOMPARE(refused.code, 1);
    QVERIFY2(!refused.err.isEmpty(), "");
    m_ctl->environment.insert("HEARTH_TOKEN", "wrong-0123456789");
    QCOMPARE(ask("stats").code, 1);
    m_ctl->environment.remove("HEARTH_TOKEN");
    QCOMPARE(ask("stats").code, 1);
    QFile secret(m_ctl->home.filePath("token"));
    QVERIFY(secret.open(QIODevice::WriteOnly));
    secret.write(operatorToken.toUtf8() + '\n');
    secret.close();
    m_ctl->environment.insert("HEARTH_TOKEN_FILE", secret.fileName());
    QCOMPARE(ask("entries").code, 0);
}

void tst_CtlNode::supportIsNotShownWhatItMayNotSee()
{
    start("operator:" + operatorToken + ",support/sam:" + supportToken);
    QCOMPARE(ask("get sample-0001-ana").code, 0);
    m_ctl->environment.insert("HEARTH_TOKEN", supportToken);

    const CtlAnswer entries = ask("entries");
    const CtlAnswer inspected = ask("inspect sample-0001-ana");
    const CtlAnswer json = ask("inspect sample-0001-ana --json");

    QVERIFY2(entries.out.contains(QRegularExpression("sample-0001-ana +\\(masked\\) +\\(masked\\) +active")),
             qPrintable(entries.out + entries.err));
    QVERIFY2(inspected.out.contains(QRegularExpression("choices +\\(masked\\) +\\(masked\\)")),
             qPrintable(inspected.out + inspected.err));
    QVERIFY(!inspected.out.contains("Spanish") && !inspected.out.contains("formal"));
    QVERIFY2(json.json()["entry"].toObject()["native_language"].isNull(), qPrintable(json.out));
    QCOMPARE(ask("get sample-0001-ana").code, 1);
}

void tst_CtlNode::secretsStayInside()
{
    start("operator:" + operatorToken);
    const auto watcher = m_ctl->start(onNode("watch"));
    QVERIFY(watcher->waitForReadyRead(longestCall));
    QFile commandLine(QString("/proc/%1/cmdline").arg(watcher->processId()));
    QVERIFY(commandLine.open(QIODevice::ReadOnly));
    QVERIFY(!commandLine.readAll().contains(operatorToken.toUtf8()));
    ::kill(static_cast<pid_t>(watcher->processId()), SIGTERM);
    const CtlAnswer answer = CtlFixture::finish(*watcher);
    QCOMPARE(answer.code, 0);
    m_ctl->environment.insert("HEARTH_LOG", "debug");
    for (const char *line : {"stats", "entries", "get nobody-at-all", "config --json"}) {
        const CtlAnswer said = ask(line);
        QVERIFY2(!(said.out + said.err).contains(operatorToken), line);
    }
}

void tst_CtlNode::showsManyEntries()
{
    QCOMPARE(ask("warm --recent 500").code, 0);

    QCOMPARE(ask("entries").out.count('\n'), 101);
    QCOMPARE(ask("entries --limit 0 --json").json()["entries"].toArray().size(), 500);
    const QJsonArray sorted =
        ask("entries --limit 0 --json --sort native_language --descending").json()["entries"].toArray();
    for (qsizetype i = 1; i < sorted.size(); ++i)
        QVERIFY(sorted[i - 1].toObject()["native_language"].toString() >=
                sorted[i].toObject()["native_language"].toString());
    const CtlAnswer some = ask("entries --search 0001 --json");
    QCOMPARE(some.json()["total"].toInt(), 1);
    const QString text = ask("entries --limit 0").out;
    for (const QChar c : text)
        QVERIFY(c == '\n' || (c.category() != QChar::Other_Control && c.category() != QChar::Other_Format) ||
                c == QChar(0x200D) || c == QChar(0x200C));
}

void tst_CtlNode::watches()
{
    QCOMPARE(ask("warm --recent 20").code, 0);
    PseudoTerminal terminal(*m_ctl, onNode("watch"), {}, 120, 40);

    QVERIFY(terminal.shows("node eu-1 (test)"));
    QVERIFY(terminal.shows("warm"));
    QVERIFY(terminal.shows("entries, 0 to 20"));
    terminal.type("q");
    QCOMPARE(terminal.finish(), 0);
    QVERIFY(terminal.isRestored());
}

void tst_CtlNode::aNodeThatGoesAwayIsSaid()
{
    const auto watcher = m_ctl->start(onNode("watch"));
    QVERIFY(watcher->waitForReadyRead(longestCall));
    cleanup();
    QByteArray said;
    while (!said.contains("  ! ") && watcher->waitForReadyRead(longestCall))
        said += watcher->readAllStandardOutput();
    QVERIFY2(said.contains("  ! "), said.constData());
    ::kill(static_cast<pid_t>(watcher->processId()), SIGINT);
    QCOMPARE(CtlFixture::finish(*watcher).code, 0);
    QCOMPARE(ask("stats").code, 69);
}

void tst_CtlNode::followingSurvivesARestart()
{
    m_port = m_url.section(':', -1).toUShort();
    QCOMPARE(ask("cleanup").code, 0);
    const auto follower = m_ctl->start(onNode("events --kind cleanup --follow --json"));
    QVERIFY(follower->waitForReadyRead(longestCall));
    follower->readAllStandardOutput();
    cleanup();
    QVERIFY(QTest::qWaitFor(
        [&] {
            follower->waitForReadyRead(100);
            return !follower->readAllStandardError().isEmpty();
        },
        longestCall));
    start();

    QByteArray said;
    while (!said.contains(R"("kind":"cleanup")") && follower->waitForReadyRead(longestCall))
        said += follower->readAllStandardOutput();
    QVERIFY2(said.contains(R"("kind":"cleanup")"), said.constData());
    ::kill(static_cast<pid_t>(follower->processId()), SIGINT);
    QCOMPARE(CtlFixture::finish(*follower).code, 0);
}

QTEST_GUILESS_MAIN(tst_CtlNode)
#include "tst_CtlNode.moc"
