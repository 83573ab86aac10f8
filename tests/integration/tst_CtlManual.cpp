// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The man pages and the completion, held to what --help says.
#include "tests/integration/CtlFixture.h"

#include <QFile>
#include <QSet>
#include <QStandardPaths>
#include <QTest>

using namespace hearth;

namespace {

QString read(const QString &path)
{
    QFile file(QStringLiteral(HEARTH_SOURCE_DIR "/packaging/") + path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// As a reader sees it.
QString page(const QString &name)
{
    return read("man/" + name).replace("\\-", "-");
}

// "--node", "-h", … of a list of options.
QStringList optionsOf(const QString &help)
{
    static const QRegularExpression line("^  (-[^ ].*?)(?:  .*)?$", QRegularExpression::MultilineOption);
    static const QRegularExpression option("(?<![A-Za-z-])--?[a-z][a-z-]*");
    QStringList options;
    for (auto match = line.globalMatch(help); match.hasNext();) {
        for (auto name = option.globalMatch(match.next().captured(1)); name.hasNext();)
            options << name.next().captured();
    }
    options.removeDuplicates();
    return options;
}

bool mentions(const QString &text, const QString &option)
{
    return text.contains(QRegularExpression("(?<![a-z-])" + QRegularExpression::escape(option) + "(?![a-z-])"));
}

QString helpOf(const QString &program, const QStringList &arguments = {"--help"})
{
    QProcess process;
    process.start(program, arguments);
    process.waitForFinished(longestCall);
    return QString::fromUtf8(process.readAllStandardOutput());
}

QStringList verbs()
{
    static const QRegularExpression verb("^  ([a-z-]+)  +[A-Z]", QRegularExpression::MultilineOption);
    const QString list = helpOf(HEARTHCTL_PROGRAM).section("Verbs:", 1).section("Options:", 0, 0);
    QStringList names;
    for (auto match = verb.globalMatch(list); match.hasNext();)
        names << match.next().captured(1);
    return names;
}

// What bash would offer for a line.
QStringList completions(const QStringList &words)
{
    QStringList quoted;
    for (const QString &word : words)
        quoted << '\'' + word + '\'';
    const QString script = QString("source '%1'; COMP_WORDS=(hearthctl %2); COMP_CWORD=%3; _hearthctl 2>/dev/null; "
                                   "printf '%s\\n' \"${COMPREPLY[@]}\"")
                               .arg(HEARTH_SOURCE_DIR "/packaging/completions/hearthctl", quoted.join(' '))
                               .arg(words.size());
    return helpOf("bash", {"--norc", "-c", script}).split('\n', Qt::SkipEmptyParts);
}

} // namespace

class tst_CtlManual : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyOptionIsInThePage_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("name");
        QTest::newRow("hearth") << HEARTH_PROGRAM << "hearth.1";
        QTest::newRow("hearthd") << HEARTHD_PROGRAM << "hearthd.8";
        QTest::newRow("hearthctl") << HEARTHCTL_PROGRAM << "hearthctl.1";
    }

    void everyOptionIsInThePage()
    {
        QFETCH(const QString, program);
        QFETCH(const QString, name);
        const QStringList options = optionsOf(helpOf(program));
        const QString text = page(name) + page("hearth.conf.5"); // the settings, which are options too

        QVERIFY2(options.size() > 20, qPrintable(options.join(' ')));
        for (const QString &option : options)
            QVERIFY2(mentions(text, option), qPrintable(option));
    }

    void everySettingIsInThePage()
    {
        static const QRegularExpression environment("Environment:\\s+([A-Z_]+)");
        const QString help = helpOf(HEARTHCTL_PROGRAM).replace(QRegularExpression("\\s+"), " ");
        const QString text = page("hearth.conf.5");
        int count = 0;
        for (auto match = environment.globalMatch(help); match.hasNext(); ++count) {
            const QString name = match.next().captured(1);
            QVERIFY2(text.contains(name.endsWith("_FILE") ? name.chopped(5) : name), qPrintable(name));
        }
        QVERIFY(count > 20);
    }

    void everyVerbIsInThePageWithItsOptions()
    {
        const QString text = page("hearthctl.1");
        QVERIFY(verbs().size() >= 16);
        for (const QString &verb : verbs()) {
            QVERIFY2(text.contains(QRegularExpression("(\\.B |\\\\fB)" + verb + "\\b")), qPrintable(verb));
            for (const QString &option : optionsOf(helpOf(HEARTHCTL_PROGRAM, {verb, "--help"})))
                QVERIFY2(mentions(text, option), qPrintable(verb + ' ' + option));
        }
    }

    void completesVerbsAndOptions()
    {
        for (const QString &verb : verbs()) {
            QVERIFY2(completions({verb.left(2)}).contains(verb), qPrintable(verb));
            const QStringList offered = completions({verb, "--"});
            for (const QString &option : optionsOf(helpOf(HEARTHCTL_PROGRAM, {verb, "--help"}))) {
                if (option.startsWith("--"))
                    QVERIFY2(offered.contains(option), qPrintable(verb + ' ' + option));
            }
        }
        const QStringList offered = completions({"--"});
        for (const QString &option : optionsOf(helpOf(HEARTHCTL_PROGRAM))) {
            if (option.startsWith("--"))
                QVERIFY2(offered.contains(option), qPrintable(option));
        }
        QCOMPARE(completions({"entries", "--state", "a"}), QStringList{"active"});
        QVERIFY(completions({"config", "s"}).contains("set"));
        QVERIFY(!completions({"entries", "--li"}).contains("--recent"));
    }

    void completesEveryKindOfEvent()
    {
        const QString help = helpOf(HEARTHCTL_PROGRAM, {"events", "--help"}).replace(QRegularExpression("\\s+"), " ");
        const QStringList kinds = help.section("Only of this kind: ", 1).section(". --user", 0, 0).split(", ");
        const QStringList offered = completions({"events", "--kind", ""});

        QCOMPARE(QSet<QString>(offered.begin(), offered.end()), QSet<QString>(kinds.begin(), kinds.end()));
    }

    void thePagesAreWellFormed_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"hearth.1", "hearthd.8", "hearthctl.1", "hearth.conf.5"})
            QTest::newRow(name) << name;
    }

    void thePagesAreWellFormed()
    {
        QFETCH(const QString, name);
        const QString text = read("man/" + name);
        for (const char *section :
             {".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH EXAMPLES", ".SH SEE ALSO"})
            QVERIFY2(text.contains(section), section);
        QVERIFY2(!QStandardPaths::findExecutable("groff").isEmpty(), "groff lints it (Debian: groff-base)");
        QProcess groff;
        groff.setProcessChannelMode(QProcess::MergedChannels);
        groff.start("groff", {"-man", "-ww", "-z", "-Tutf8", HEARTH_SOURCE_DIR "/packaging/man/" + name});
        QVERIFY(groff.waitForFinished(longestCall));
        QCOMPARE(QString::fromUtf8(groff.readAll()), QString());
    }
};

QTEST_GUILESS_MAIN(tst_CtlManual)
#include "tst_CtlManual.moc"
