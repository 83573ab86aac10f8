// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The program hearth from outside, as a person or a script meets it: exit codes, words, pictures, and that it leaves
// a database as it found it.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QProcess>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <signal.h>

namespace {

constexpr int longestRun = 60'000; // ms; a run takes a few seconds

struct Ended {
    int code = -1;
    QString output;
    QString errors;
};

} // namespace

class tst_DesktopProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        QVERIFY(m_home->isValid());
        m_environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"DATABASE_URL", "DATABASE_URL_FILE", "CACHE_TTL_SECONDS", "CACHE_CLEANUP_INTERVAL",
                                 "DISPLAY", "WAYLAND_DISPLAY"})
            m_environment.remove(QString::fromLatin1(name));
        set("HOME", m_home->path());
        set("XDG_DATA_HOME", m_home->filePath("data"));
        set("XDG_CONFIG_HOME", m_home->filePath("config"));
        set("XDG_RUNTIME_DIR", m_home->path());
        set("QT_QPA_PLATFORM", "offscreen");
    }

    void helpAndVersionNeedNoDisplay()
    {
        m_environment.remove("QT_QPA_PLATFORM");

        const Ended help = run({"--help"});
        const Ended version = run({"--version"});

        QCOMPARE(help.code, 0);
        QVERIFY2(help.output.contains("CACHE_TTL_SECONDS"), qPrintable(help.output));
        QCOMPARE(version.code, 0);
        QVERIFY(version.output.startsWith("hearth "));
    }

    void withoutDisplaySaysSo()
    {
        m_environment.remove("QT_QPA_PLATFORM");

        const Ended ended = run({});

        QCOMPARE(ended.code, 69);
        QVERIFY2(ended.errors.contains("no display"), qPrintable(ended.errors));
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("variable"); // NAME=value in the environment
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("words"); // what the one line must name
        const QString none;
        QTest::newRow("an unknown option") << QStringList{"--frobnicate"} << none << 2 << QStringList{"frobnicate"};
        QTest::newRow("an unknown page") << QStringList{"--page", "moon"} << none << 2
                                         << QStringList{"moon", "overview"};
        QTest::newRow("a stray word") << QStringList{"moon"} << none << 2 << QStringList{"moon"};
        QTest::newRow("a TTL of zero") << QStringList{} << "CACHE_TTL_SECONDS=0" << 78
                                       << QStringList{"CACHE_TTL_SECONDS", "0", "1"};
        QTest::newRow("a TTL over 30 days")
            << QStringList{} << "CACHE_TTL_SECONDS=2592001" << 78 << QStringList{"CACHE_TTL_SECONDS", "2592001"};
        QTest::newRow("a TTL that is no number")
            << QStringList{} << "CACHE_TTL_SECONDS=soon" << 78 << QStringList{"CACHE_TTL_SECONDS", "soon"};
        QTest::newRow("a cleanup interval of zero")
            << QStringList{"--cache-cleanup-interval", "0"} << none << 78 << QStringList{"cache-cleanup-interval", "0"};
        QTest::newRow("a URL of another database")
            << QStringList{} << "DATABASE_URL=mysql://h/db" << 78 << QStringList{"DATABASE_URL", "mysql"};
        QTest::newRow("a malformed URL") << QStringList{} << "DATABASE_URL=postgresql://h:port/db" << 78
                                         << QStringList{"DATABASE_URL"};
        QTest::newRow("a password on the command line")
            << QStringList{"--database", "postgresql://u:geheim@h/db"} << none << 2 << QStringList{"DATABASE_URL"};
        QTest::newRow("traffic on a database of others")
            << QStringList{"--simulated-traffic"} << "DATABASE_URL=postgresql://127.0.0.1:1/db" << 2
            << QStringList{"traffic"};
        QTest::newRow("a node without a scheme") << QStringList{"--connect", "eu-1.example.org"} << none << 2
                                                 << QStringList{"--connect", "http://HOST:PORT"};
        QTest::newRow("a node with a password")
            << QStringList{"--connect", "https://ana:geheim@eu-1.example.org"} << none << 2 << QStringList{"token"};
        QTest::newRow("a token over plain http") << QStringList{"--connect", "http://eu-1.example.org"}
                                                 << "HEARTH_TOKEN=geheim-0123456789abcdef" << 2 << QStringList{"https"};
        QTest::newRow("traffic on a node elsewhere")
            << QStringList{"--connect", "http://127.0.0.1:1", "--simulated-traffic"} << none << 2
            << QStringList{"traffic", "node"};
    }

    void refuses()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, variable);
        QFETCH(int, code);
        QFETCH(QStringList, words);
        if (!variable.isEmpty())
            m_environment.insert(variable.section('=', 0, 0), variable.section('=', 1));

        const Ended ended = run(arguments);

        QCOMPARE(ended.code, code);
        QCOMPARE(ended.errors.trimmed().count('\n'), 0);
        for (const QString &word : words)
            QVERIFY2(ended.errors.contains(word), qPrintable(ended.errors));
        QVERIFY(!ended.errors.contains("geheim"));
        QVERIFY(!QFile::exists(sampleFile()));
    }

    void sampleDatabaseShowsLife()
    {
        const QString picture = m_home->filePath("overview.png");

        const Ended ended = run({"--screenshot", picture, "--after", "5", "--simulated-traffic", "--print-stats",
                                 "--cache-ttl-seconds", "1", "--cache-cleanup-interval", "2"});

        QVERIFY2(ended.code == 0, qPrintable(ended.errors));
        QCOMPARE(QImage(picture).size(), QSize(1440, 900));
        QVERIFY(QFile::exists(sampleFile()));
        QVERIFY2(number(ended.output, "gets") > 100, qPrintable(ended.output));
        QVERIFY2(number(ended.output, "hits") > 50, qPrintable(ended.output));
        QVERIFY2(number(ended.output, "active entries") > 0, qPrintable(ended.output));
        QVERIFY2(number(ended.output, "removed") > 0, qPrintable(ended.output));
        QVERIFY2(ended.errors.contains(QRegularExpression("Cache cleanup: removed \\d+ expired entries, \\d+ active "
                                                          "entries remaining")),
                 qPrintable(ended.errors));
        QVERIFY2(ended.errors.contains(QRegularExpression("INFO  Cached user profile for \\S+ \\(1 s TTL\\)")),
                 qPrintable(ended.errors.left(2'000)));
    }

    void eachPageHasAPicture_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("theme");
        for (const char *page : {"overview", "entries", "profile"}) {
            for (const char *theme : {"light", "dark"})
                QTest::addRow("%s, %s", page, theme) << QString::fromLatin1(page) << QString::fromLatin1(theme);
        }
    }

    void eachPageHasAPicture()
    {
        QFETCH(QString, page);
        QFETCH(QString, theme);
        const QString picture = m_home->filePath("page.png");

        const Ended ended =
            run({"--screenshot", picture, "--after", "1", "--page", page, "--theme", theme, "--size", "1280x800"});

        QVERIFY2(ended.code == 0, qPrintable(ended.errors));
        const QImage image(picture);
        QCOMPARE(image.size(), QSize(1280, 800));
        QCOMPARE(qGray(image.pixel(640, 780)) < 128, theme == "dark");
    }

    void postgresIsOnlyRead()
    {
        const QString url = qEnvironmentVariable("HEARTH_TEST_POSTGRES_URL");
        QVERIFY2(!url.isEmpty(), "HEARTH_TEST_POSTGRES_URL is not set: run the tests with ./test");
        psql(url, "create schema if not exists public");
        m_environment.insert("DATABASE_URL", url);
        QCOMPARE(run({"--screenshot", m_home->filePath("a.png"), "--after", "1"}).code, 0); // creates what is missing
        psql(url, "insert into user_profiles(user_identity) values ('ana'), ('bob') on conflict do nothing");
        const QString before = everything(url);

        const Ended ended = run({"--screenshot", m_home->filePath("b.png"), "--after", "2", "--print-stats", "--page",
                                 "profile", "--user", "ana"});

        QVERIFY2(ended.code == 0, qPrintable(ended.errors));
        QVERIFY2(ended.output.contains("reachable"), qPrintable(ended.output));
        QVERIFY(!ended.output.contains("hearth:hearth"));
        QVERIFY(!ended.errors.contains("hearth:hearth"));
        QCOMPARE(everything(url), before);
        QVERIFY(!before.isEmpty());
    }

    void badDatabaseOpensTheWindowAndSaysWhy_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("state");
        QTest::newRow("nobody listens") << "postgresql://127.0.0.1:1/db"
                                        << "unreachable";
        QTest::newRow("a file that is no database") << "sqlite://FILE"
                                                    << "unusable";
        QTest::newRow("a folder that is not there") << "sqlite:///nowhere/at/all.db"
                                                    << "un";
    }

    void badDatabaseOpensTheWindowAndSaysWhy()
    {
        QFETCH(QString, url);
        QFETCH(QString, state);
        QFile file(m_home->filePath("text.db"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8'192, 'x'));
        file.close();
        m_environment.insert("DATABASE_URL", url.replace("FILE", file.fileName()));

        const Ended ended =
            run({"--screenshot", m_home->filePath("bad.png"), "--after", "2", "--print-stats", "--page", "overview"});

        QVERIFY2(ended.code == 0, qPrintable(ended.errors));
        QVERIFY2(ended.output.contains(state), qPrintable(ended.output));
        QVERIFY2(ended.errors.contains("WARN"), qPrintable(ended.errors));
        QCOMPARE(QFile(file.fileName()).size(), 8'192); // nobody's file was harmed
    }

    void aNodeThatIsNotThereIsNoReasonToEnd()
    {
        const QString picture = m_home->filePath("lost.png");

        const Ended ended = run({"--connect", "http://127.0.0.1:1", "--screenshot", picture, "--after", "2"});

        QVERIFY2(ended.code == 0, qPrintable(ended.errors));
        QVERIFY(!QImage(picture).isNull());
        QVERIFY(!QFile::exists(sampleFile())); // no cache of its own runs beside
    }

    void terminationEndsInOrder()
    {
        QProcess program;
        program.setProcessEnvironment(m_environment);
        program.setReadChannel(QProcess::StandardError);
        program.start(HEARTH_PROGRAM, {"--simulated-traffic"});
        QVERIFY(program.waitForStarted());
        QByteArray log;
        while (!log.contains("Cached user profile")) {
            QVERIFY(program.waitForReadyRead(longestRun));
            log += program.readAllStandardError();
        }
        program.terminate();

        QVERIFY(program.waitForFinished(longestRun));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 0);
        const QFileInfoList histories = QDir(m_home->filePath("data/hearth/history")).entryInfoList(QDir::Files);
        QCOMPARE(histories.size(), 1);
        QCOMPARE(histories.first().permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void aPictureRemembersNothing()
    {
        const Ended ended = run({"--screenshot", m_home->filePath("picture.png"), "--after", "1"});

        QVERIFY2(ended.code == 0, qPrintable(ended.errors));
        QVERIFY(QFile::exists(sampleFile()));
        QVERIFY(!QFile::exists(m_home->filePath("data/hearth/history")));
    }

private:
    void set(const char *name, const QString &value) { m_environment.insert(QString::fromLatin1(name), value); }
    QString sampleFile() const { return m_home->filePath("data/hearth/sample.db"); }

    Ended run(const QStringList &arguments)
    {
        QProcess program;
        program.setProcessEnvironment(m_environment);
        program.start(HEARTH_PROGRAM, arguments);
        if (!program.waitForFinished(longestRun)) {
            program.kill();
            program.waitForFinished();
            return {};
        }
        return {program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -2,
                QString::fromUtf8(program.readAllStandardOutput()), QString::fromUtf8(program.readAllStandardError())};
    }

    // The number behind a name in the statistics; -1 without it.
    static qint64 number(const QString &statistics, const QString &name)
    {
        const QRegularExpression line("^  " + QRegularExpression::escape(name) + " +([0-9,]+)",
                                      QRegularExpression::MultilineOption);
        const QRegularExpressionMatch match = line.match(statistics);
        return match.hasMatch() ? match.captured(1).remove(',').toLongLong() : -1;
    }

    QString psql(const QString &url, const QString &sql)
    {
        QProcess program;
        program.start("psql", {"-X", "-A", "-t", "-q", url, "-c", sql});
        program.waitForFinished(longestRun);
        return QString::fromUtf8(program.readAllStandardOutput() + program.readAllStandardError());
    }

    // Every row of the three tables with the transaction that wrote it.
    QString everything(const QString &url)
    {
        return psql(url, "select xmin, ctid, user_profiles.* from user_profiles order by id") +
               psql(url, "select xmin, ctid, rooms.* from rooms order by id") +
               psql(url, "select xmin, ctid, voice_avatars.* from voice_avatars order by id");
    }

    std::unique_ptr<QTemporaryDir> m_home;
    QProcessEnvironment m_environment;
};

QTEST_GUILESS_MAIN(tst_DesktopProgram)
#include "tst_DesktopProgram.moc"
