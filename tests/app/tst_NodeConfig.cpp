// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeConfig.h"

#include <QCommandLineParser>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace Qt::StringLiterals;

namespace {

// A setting with a value that is allowed in each layer, and those that are not.
struct Known {
    const char *name;
    const char *inFile;
    const char *inEnvironment;
    const char *onCommandLine;
    const char *allowed; // what a refusal names
    QStringList refused;
    QString (*read)(const NodeConfig &);
    const char *byDefault;
};

const QStringList noNumbers{u"abc"_s, u"1e3"_s, u"12x"_s,  u" 12"_s, u"12 "_s,
                            u"-1"_s,  u"+5"_s,  u"0x10"_s, u""_s,    u"99999999999999999999"_s};

QString text(qint64 number)
{
    return QString::number(number);
}

const std::vector<Known> &knownSettings()
{
    static const std::vector<Known> all{
        {"CACHE_TTL_SECONDS", "1", "2592000", "90", "from 1 to 2592000", noNumbers + QStringList{u"0"_s, u"2592001"_s},
         [](const NodeConfig &c) { return text(c.ttl.count()); }, "1800"},
        {"CACHE_CLEANUP_INTERVAL", "1", "86400", "30", "from 1 to 86400", noNumbers + QStringList{u"0"_s, u"86401"_s},
         [](const NodeConfig &c) { return text(c.cleanupInterval.count()); }, "600"},
        {"CACHE_MAX_ENTRIES", "1", "5000000", "10", "from 1 to 1000000000", noNumbers + QStringList{u"0"_s},
         [](const NodeConfig &c) { return text(qint64(c.maxEntries)); }, "1000000"},
        {"CACHE_MAX_BYTES", "1", "4294967296", "8", "from 0 to 1125899906842624", noNumbers,
         [](const NodeConfig &c) { return text(qint64(c.maxBytes)); }, "0"},
        {"CACHE_STALE_GRACE_SECONDS", "0", "2592000", "1", "from 0 to 2592000", noNumbers + QStringList{u"2592001"_s},
         [](const NodeConfig &c) { return text(c.staleGrace.count()); }, "3600"},
        {"CACHE_STALE_RETRY_SECONDS", "1", "60", "7", "from 1 to 86400", noNumbers + QStringList{u"0"_s},
         [](const NodeConfig &c) { return text(c.staleRetry.count()); }, "5"},
        {"CACHE_NEGATIVE_TTL_SECONDS", "0", "60", "7", "from 0 to 86400", noNumbers,
         [](const NodeConfig &c) { return text(c.negativeTtl.count()); }, "5"},
        {"CACHE_REFRESH_AHEAD",
         "0.9",
         "0.75",
         "0.5",
         "from 0 to 0.9",
         {u"0.91"_s, u"1"_s, u"-0.1"_s, u"5e-1"_s, u".5"_s, u"0,5"_s, u"nan"_s, u"inf"_s, u""_s, u"0.5 "_s},
         [](const NodeConfig &c) { return QString::number(c.refreshAhead); },
         "0"},
        {"CACHE_RECHECK_QUERIES", "0", "1000", "7", "from 0 to 1000", noNumbers + QStringList{u"1001"_s},
         [](const NodeConfig &c) { return text(qint64(c.recheckQueries)); }, "10"},
        {"DATABASE_POOL_SIZE", "1", "256", "8", "from 1 to 256", noNumbers + QStringList{u"0"_s, u"257"_s},
         [](const NodeConfig &c) { return text(qint64(c.databasePoolSize)); }, "4"},
        {"DATABASE_TIMEOUT_MS", "100", "600000", "250", "from 1 to 600000", noNumbers + QStringList{u"0"_s},
         [](const NodeConfig &c) { return text(c.databaseTimeout.count()); }, "5000"},
        {"DATABASE_QUEUE", "1", "100", "7", "from 1 to 10000000", noNumbers + QStringList{u"0"_s},
         [](const NodeConfig &c) { return text(qint64(c.databaseQueue)); }, "10000"},
        {"SIMULATED_LATENCY_MS", "1", "200", "60000", "from 0 to 60000", noNumbers + QStringList{u"60001"_s},
         [](const NodeConfig &c) { return text(c.simulatedLatency.count()); }, "0"},
        {"DEFAULT_PROFILES",
         "cache",
         "off",
         "cache",
         "store, cache or off",
         {u"STORE"_s, u"yes"_s, u""_s},
         [](const NodeConfig &c) {
             return QStringList{u"store"_s, u"cache"_s, u"off"_s}[int(c.defaultProfiles)];
         },
         "store"},
        {"HEARTH_LOG",
         "debug",
         "error",
         "warning",
         "debug, info, warning or error",
         {u"trace"_s, u"INFO"_s, u""_s},
         [](const NodeConfig &c) {
             return QStringList{u"debug"_s, u"info"_s, u"warning"_s, u"error"_s}[int(c.logLevel)];
         },
         "info"},
        {"HEARTH_LOG_FORMAT",
         "json",
         "json",
         "json",
         "text or json",
         {u"xml"_s, u""_s},
         [](const NodeConfig &c) {
             return QStringList{u"text"_s, u"json"_s}[int(c.logFormat)];
         },
         "text"},
        {"LIVEKIT_URL",
         "ws://a:7880",
         "wss://b.example",
         "https://c.example",
         "wss://livekit.example.org",
         {u"ftp://x"_s, u"nonsense"_s, u"wss://"_s},
         [](const NodeConfig &c) { return c.livekitUrl; },
         ""},
        {"LIVEKIT_API_KEY",
         "keyOne",
         "keyTwo",
         "keyThree",
         "without spaces",
         {u"a b"_s},
         [](const NodeConfig &c) { return c.livekitApiKey; },
         ""},
        {"HEARTH_ALLOWED_HOSTS",
         "a.example",
         "b.example:8080",
         "[::1]:80",
         "separated by commas",
         {u"http://a"_s, u"a b"_s, u"a,,b"_s, u"a/b"_s},
         [](const NodeConfig &c) { return c.allowedHosts.join(u','); },
         ""},
        {"HEARTH_CA_FILE", "/a.pem", "/b.pem", "/c.pem", "", {}, [](const NodeConfig &c) { return c.caFile; }, ""},
    };
    return all;
}

const Known &known(const QString &name)
{
    const auto &all = knownSettings();
    return *std::find_if(all.begin(), all.end(), [&](const Known &k) { return name == QLatin1StringView(k.name); });
}

QString optionOf(const QString &name)
{
    return name.toLower().replace(u'_', u'-');
}

constexpr auto goodTokens = "viewer:0123456789abcdef,support/ana:fedcba9876543210";
constexpr auto secretWord = "s3cretWord-s3cretWord";

} // namespace

class tst_NodeConfig : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    ConfigSources m_sources;

    QString write(const QString &name, const QString &content)
    {
        QFile file(m_folder.filePath(name));
        [[maybe_unused]] const bool open = file.open(QIODevice::WriteOnly | QIODevice::Truncate);
        file.write(content.toUtf8());
        return file.fileName();
    }
    void inFile(const QString &content)
    {
        m_sources.configFile = write(u"hearth.conf"_s, content);
        m_sources.configFileRequired = true;
    }
    void inEnvironment(const QString &name, const QString &value) { m_sources.environment.insert(name, value); }
    void onCommandLine(const QString &option, const QString &value)
    {
        m_sources.commandLine.emplace_back(option, value);
    }
    QString read(const Known &setting)
    {
        const auto config = readNodeConfig(m_sources);
        return config ? setting.read(*config) : u"refused: "_s + QString::fromStdString(config.error().detail);
    }
    // Returns: the sentence, and checks that it is one line.
    QString refusal(int exitCode)
    {
        const auto config = readNodeConfig(m_sources);
        if (config)
            return u"accepted"_s;
        if (exitCodeFor(config.error()) != exitCode)
            return u"wrong exit code"_s;
        const QString sentence = QString::fromStdString(config.error().detail);
        return sentence.contains(u'\n') ? u"more than one line"_s : sentence;
    }
    static void eachSetting()
    {
        QTest::addColumn<QString>("name");
        for (const Known &setting : knownSettings())
            QTest::newRow(setting.name) << QString::fromLatin1(setting.name);
    }

private Q_SLOTS:
    void init()
    {
        m_sources = {};
        m_sources.environment = QProcessEnvironment();
    }

    void everySettingIsTestedHere()
    {
        QStringList names = settingNames();
        for (const Known &setting : knownSettings())
            names.removeOne(QString::fromLatin1(setting.name));

        QCOMPARE(names, QStringList({u"DATABASE_URL"_s, u"LIVEKIT_API_SECRET"_s, u"HEARTH_TOKENS"_s,
                                     u"HEARTH_TLS_CERT"_s, u"HEARTH_TLS_KEY"_s, u"HEARTH_TOKEN"_s}));
    }

    void theLaterLayerWins_data() { eachSetting(); }
    void theLaterLayerWins()
    {
        QFETCH(QString, name);
        const Known &setting = known(name);
        const QString value = QString::fromLatin1(setting.inFile);

        QCOMPARE(read(setting), QString::fromLatin1(setting.byDefault));
        inFile(u"# a comment\n; another\n[cache]\n%1 = %2\n"_s.arg(optionOf(name), value));
        QCOMPARE(read(setting), value);
        inEnvironment(name, QString::fromLatin1(setting.inEnvironment));
        QCOMPARE(read(setting), QString::fromLatin1(setting.inEnvironment));
        onCommandLine(optionOf(name), QString::fromLatin1(setting.onCommandLine));
        QCOMPARE(read(setting), QString::fromLatin1(setting.onCommandLine));
    }

    void aWrongValueIsNamedWithWhatIsAllowed_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        for (const Known &setting : knownSettings()) {
            for (const QString &value : setting.refused)
                QTest::addRow("%s = \"%s\"", setting.name, qPrintable(value))
                    << QString::fromLatin1(setting.name) << value;
        }
    }
    void aWrongValueIsNamedWithWhatIsAllowed()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        const QString allowed = QString::fromLatin1(known(name).allowed);

        inEnvironment(name, value);
        const QString fromEnvironment = refusal(78);
        QVERIFY2(fromEnvironment.startsWith(name + u" is \"%1\": "_s.arg(value)), qPrintable(fromEnvironment));
        QVERIFY2(fromEnvironment.contains(allowed), qPrintable(fromEnvironment));

        init();
        onCommandLine(optionOf(name), value);
        const QString fromCommandLine = refusal(78);
        QVERIFY2(fromCommandLine.startsWith(u"--%1 is \"%2\": "_s.arg(optionOf(name), value)),
                 qPrintable(fromCommandLine));
        QVERIFY2(fromCommandLine.contains(allowed), qPrintable(fromCommandLine));

        init();
        inFile(u"\n%1 = \"%2\"\n"_s.arg(optionOf(name), value));
        const QString fromFile = refusal(78);
        QVERIFY2(
            fromFile.startsWith(u"%1 in %2, line 2, is \"%3\": "_s.arg(optionOf(name), m_sources.configFile, value)),
            qPrintable(fromFile));
        QVERIFY2(fromFile.contains(allowed), qPrintable(fromFile));
    }

    void aValueIsShownOnOneLine()
    {
        inEnvironment(u"CACHE_TTL_SECONDS"_s, u"1\n2"_s + QString(500, u'9'));

        const QString sentence = refusal(78);

        QVERIFY2(sentence.startsWith(u"CACHE_TTL_SECONDS is \"1\\u000a2"_s), qPrintable(sentence));
        QVERIFY2(sentence.size() < 200, qPrintable(sentence));
    }

    void anEmptyTextIsAsGoodAsNone()
    {
        inFile(u"livekit-url = wss://a.example\n"_s);
        inEnvironment(u"LIVEKIT_URL"_s, u""_s);

        QCOMPARE(read(known(u"LIVEKIT_URL"_s)), u"wss://a.example"_s);
    }

    void theFileIsChecked_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("unknown key") << u"cache-tll-seconds = 5"_s
                                     << u"cache-tll-seconds in %1, line 1, is no setting"_s;
        QTest::newRow("the environment's spelling")
            << u"CACHE_TTL_SECONDS = 5"_s
            << u"CACHE_TTL_SECONDS in %1, line 1, is no setting; allowed here is cache-ttl-seconds"_s;
        QTest::newRow("twice") << u"hearth-log = info\nhearth-log = debug"_s
                               << u"hearth-log in %1, line 2, stands there twice"_s;
        QTest::newRow("no value")
            << u"cache-ttl-seconds"_s
            << u"The configuration file \"%1\" cannot be used: line 1 is not of the form key = value"_s;
        QTest::newRow("HTML in a key") << u"<b>x = 1"_s << u"<b>x in %1, line 1, is no setting"_s;
    }
    void theFileIsChecked()
    {
        QFETCH(QString, content);
        QFETCH(QString, sentence);
        inFile(content);

        const QString refused = refusal(78);

        QVERIFY2(refused.startsWith(sentence.arg(m_sources.configFile)), qPrintable(refused));
    }

    void aFileThatNobodyNamedMayBeMissing()
    {
        m_sources.configFile = m_folder.filePath(u"none.conf"_s);
        QCOMPARE(refusal(78), u"accepted"_s);

        m_sources.configFileRequired = true;
        QCOMPARE(refusal(78),
                 u"The configuration file \"%1\" cannot be used: there is no such file"_s.arg(m_sources.configFile));
    }

    void aValueOfTheFileStandsForItself()
    {
        inFile(u"livekit-api-secret = a;b,c%40\\n#\"d\n"_s);

        const auto config = readNodeConfig(m_sources);

        QVERIFY(config);
        QCOMPARE(config->livekitApiSecret, u"a;b,c%40\\n#\"d"_s);
    }

    void aSecretMayComeFromAFile_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::newRow("LIVEKIT_API_KEY") << u"LIVEKIT_API_KEY"_s << u"devkey"_s;
        QTest::newRow("LIVEKIT_API_SECRET") << u"LIVEKIT_API_SECRET"_s << u"a secret of its own"_s.replace(u' ', u'-');
        QTest::newRow("HEARTH_TOKEN") << u"HEARTH_TOKEN"_s << u"0123456789abcdef"_s;
        QTest::newRow("HEARTH_TOKENS") << u"HEARTH_TOKENS"_s << QString::fromLatin1(goodTokens);
        QTest::newRow("DATABASE_URL") << u"DATABASE_URL"_s << u"postgresql://ana:pw@localhost/db"_s;
    }
    void aSecretMayComeFromAFile()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        const QString path = write(u"secret"_s, value + u"\n"_s);
        const auto isRead = [&] {
            const auto config = readNodeConfig(m_sources);
            if (!config)
                return false;
            return config->livekitApiKey == value || config->livekitApiSecret == value ||
                   config->clientToken == value || config->tokens.size() == 2 ||
                   (config->databaseUrl && config->databaseUrl->password() == "pw");
        };

        inEnvironment(name + u"_FILE"_s, path);
        QVERIFY(isRead());
        init();
        onCommandLine(optionOf(name) + u"-file"_s, path);
        QVERIFY(isRead());
        init();
        inFile(u"%1-file = %2"_s.arg(optionOf(name), path));
        QVERIFY(isRead());
        init();
        inEnvironment(name, value);
        QVERIFY(isRead());

        inEnvironment(name + u"_FILE"_s, path);
        QCOMPARE(refusal(78), u"%1_FILE is \"%2\", but %1 is set too; allowed is one of them"_s.arg(name, path));
        init();
        inEnvironment(name + u"_FILE"_s, m_folder.filePath(u"nowhere"_s));
        QVERIFY(refusal(78).startsWith(
            u"%1_FILE is \"%2\": there is no such file"_s.arg(name, m_folder.filePath(u"nowhere"_s))));
    }

    void aSecretIsInNoSentence_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        const QString word = QString::fromLatin1(secretWord);
        QTest::newRow("a secret with a space") << u"LIVEKIT_API_SECRET"_s << word + u" x"_s;
        QTest::newRow("a token with a space") << u"HEARTH_TOKEN"_s << word + u" x"_s;
        QTest::newRow("tokens without a role") << u"HEARTH_TOKENS"_s << word;
        QTest::newRow("tokens with an unknown role") << u"HEARTH_TOKENS"_s << word + u":x"_s;
        QTest::newRow("tokens, the second too short")
            << u"HEARTH_TOKENS"_s << u"viewer:0123456789abcdef,operator:%1"_s.arg(word.left(10));
        QTest::newRow("tokens, the same twice") << u"HEARTH_TOKENS"_s << u"viewer:%1,operator:%1"_s.arg(word);
        QTest::newRow("a database URL of an unknown kind") << u"DATABASE_URL"_s << u"mysql://u:%1@h/db"_s.arg(word);
        QTest::newRow("a database URL with a wrong port")
            << u"DATABASE_URL"_s << u"postgresql://u:%1@h:99999/db"_s.arg(word);
        QTest::newRow("a database URL with an unescaped password")
            << u"DATABASE_URL"_s << u"postgresql://u:%1/%zz@h:port/db"_s.arg(word);
    }
    void aSecretIsInNoSentence()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        const auto check = [&](const QString &sentence) {
            QVERIFY2(sentence.contains(name) || sentence.contains(optionOf(name)), qPrintable(sentence));
            QVERIFY2(sentence.contains(u"allowed"_s) || sentence.contains(u"use "_s), qPrintable(sentence));
            QVERIFY2(!sentence.contains(QString::fromLatin1(secretWord).left(10)), qPrintable(sentence));
        };

        inEnvironment(name, value);
        check(refusal(78));
        init();
        inEnvironment(name + u"_FILE"_s, write(u"secret"_s, value));
        check(refusal(78));
        init();
        inFile(u"%1 = %2"_s.arg(optionOf(name), value));
        check(refusal(78));
        init();
        onCommandLine(optionOf(name), value);
        check(refusal(2));
    }

    void aPasswordOnTheCommandLineIsRefused_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("url");
        QTest::newRow("plain") << u"database"_s << u"postgresql://u:pw@h/db"_s;
        QTest::newRow("by the long name") << u"database-url"_s << u"postgres://u:pw@h/db"_s;
        QTest::newRow("as a parameter") << u"database"_s << u"postgresql://u@h/db?password=pw"_s;
        QTest::newRow("malformed") << u"database"_s << u"postgresql:/u:pw@h/db"_s;
        QTest::newRow("with an @ in it") << u"database"_s << u"postgresql://u:p@w@h/db"_s;
    }
    void aPasswordOnTheCommandLineIsRefused()
    {
        QFETCH(QString, option);
        QFETCH(QString, url);
        onCommandLine(option, url);

        QCOMPARE(refusal(2), u"--%1 must not hold a password, where everybody on this machine can read it: use "
                             "DATABASE_URL, DATABASE_URL_FILE or ~/.pgpass"_s.arg(option));
    }

    void aDatabaseWithoutPasswordMayStandThere_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("postgresql") << u"postgresql://ana@localhost:5433/db"_s;
        QTest::newRow("sqlite") << u"sqlite:///tmp/a:b@c.db"_s;
    }
    void aDatabaseWithoutPasswordMayStandThere()
    {
        QFETCH(QString, url);
        onCommandLine(u"database"_s, url);

        QCOMPARE(refusal(2), u"accepted"_s);
    }

    void tokensAreReadOneByOne()
    {
        inEnvironment(u"HEARTH_TOKENS"_s, QString::fromLatin1(goodTokens));

        const auto config = readNodeConfig(m_sources);

        QVERIFY(config);
        QCOMPARE(config->tokens.size(), std::size_t(2));
        QCOMPARE(config->tokens[0].role, Role::Viewer);
        QCOMPARE(config->tokens[0].name, QString());
        QCOMPARE(config->tokens[1].role, Role::Support);
        QCOMPARE(config->tokens[1].name, u"ana"_s);
        QCOMPARE(config->tokens[1].token, u"fedcba9876543210"_s);
    }

    void certificateWithoutKeyIsRefused()
    {
        inEnvironment(u"HEARTH_TLS_CERT"_s, u"/cert.pem"_s);
        QCOMPARE(refusal(78), u"HEARTH_TLS_CERT is \"/cert.pem\", but HEARTH_TLS_KEY is not set: allowed is both or "
                              "neither"_s);
        inEnvironment(u"HEARTH_TLS_KEY"_s, u"/key.pem"_s);
        QCOMPARE(refusal(78), u"accepted"_s);
    }

    void theHelpIsAManual()
    {
        QCommandLineParser parser;
        addSettings(parser);

        const QString help = parser.helpText().simplified();

        for (const QString &name : settingNames()) {
            QVERIFY2(help.contains(name), qPrintable(name));
            QVERIFY2(help.contains(u"--"_s + optionOf(name)), qPrintable(name));
        }
        QVERIFY2(help.contains(u"a whole number from 1 to 2592000 (seconds); default 1800."_s), qPrintable(help));
    }

    void theParserTellsWhatWasGiven()
    {
        QCommandLineParser parser;
        addSettings(parser);
        const QString file = write(u"a.conf"_s, u"hearth-log = debug"_s);
        parser.process(QStringList{u"hearth"_s, u"--config"_s, file, u"--cache-ttl-seconds"_s, u"5"_s,
                                   u"--database=sqlite:///a.db"_s});

        ConfigSources sources = settingsSources(parser, u"/nowhere"_s);
        sources.environment = QProcessEnvironment();
        const auto config = readNodeConfig(sources);

        QVERIFY(config);
        QCOMPARE(config->ttl, std::chrono::seconds(5));
        QCOMPARE(config->logLevel, LogLevel::Debug);
        QVERIFY(config->databaseUrl);
        QVERIFY(sources.configFileRequired);
    }

    void theUsersFileIsWhereXdgSays()
    {
        QProcessEnvironment environment;
        environment.insert(u"HOME"_s, u"/home/ana"_s);
        QCOMPARE(userConfigFile(environment), u"/home/ana/.config/hearth/hearth.conf"_s);
        environment.insert(u"XDG_CONFIG_HOME"_s, u"/etc/ana"_s);
        QCOMPARE(userConfigFile(environment), u"/etc/ana/hearth/hearth.conf"_s);
        environment.insert(u"XDG_CONFIG_HOME"_s, u"relative"_s);
        QCOMPARE(userConfigFile(environment), u"/home/ana/.config/hearth/hearth.conf"_s);
    }
};

QTEST_GUILESS_MAIN(tst_NodeConfig)
#include "tst_NodeConfig.moc"
