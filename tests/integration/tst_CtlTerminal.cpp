// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// hearthctl watch and others on a pseudo-terminal.
#include "app/ctl/CellText.h"
#include "tests/integration/PseudoTerminal.h"

#include <QFile>
#include <QTest>

using namespace hearth;

namespace {

const QByteArray enterScreen = "\033[?1049h";
const QByteArray leaveScreen = "\033[?1049l";
const QByteArray showCursor = "\033[?25h";

QProcessEnvironment with(const QString &name, const QString &value)
{
    QProcessEnvironment environment;
    environment.insert(name, value);
    return environment;
}

QChar stateOf(pid_t process)
{
    QFile file(QString("/proc/%1/stat").arg(process));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).section(") ", 1).front() : QChar();
}

} // namespace

class tst_CtlTerminal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drawsAndRestores()
    {
        PseudoTerminal terminal(m_ctl, {"watch", "--sample"});

        QVERIFY(terminal.shows("q quit"));
        QVERIFY(terminal.shows("\033[J"));
        const QStringList picture = terminal.lastPicture();
        QVERIFY(!terminal.isRestored());
        terminal.type("q");

        QCOMPARE(terminal.finish(), 0);
        QCOMPARE(picture.size(), 24);
        for (const QString &line : picture)
            QVERIFY2(displayWidth(line.toStdString()) <= 80, qPrintable(line));
        QVERIFY2(picture[0].startsWith("Hearth  this program's own cache"), qPrintable(picture[0]));
        QVERIFY(picture.join('\n').contains("database  reachable  sqlite://"));
        QVERIFY(terminal.seen().contains(enterScreen));
        QVERIFY(terminal.seen().indexOf(leaveScreen) > terminal.seen().lastIndexOf("q quit"));
        QVERIFY(terminal.seen().contains(showCursor));
        QVERIFY(terminal.isRestored());
    }

    void restoresWhateverEndsIt_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("code");
        QTest::newRow("SIGTERM") << SIGTERM << 0;
        QTest::newRow("SIGINT") << SIGINT << 0;
        QTest::newRow("SIGHUP") << SIGHUP << 0;
        QTest::newRow("SIGQUIT") << SIGQUIT << -SIGQUIT;
        QTest::newRow("SIGSEGV") << SIGSEGV << -SIGSEGV;
        QTest::newRow("SIGABRT") << SIGABRT << -SIGABRT;
        QTest::newRow("Ctrl+C") << 0 << 0;
    }

    void restoresWhateverEndsIt()
    {
        QFETCH(const int, number);
        QFETCH(const int, code);
        PseudoTerminal terminal(m_ctl, {"watch", "--sample"});
        QVERIFY(terminal.shows("q quit"));

        if (number > 0)
            terminal.send(number);
        else
            terminal.type("\x03");

        QCOMPARE(terminal.finish(), code);
        QVERIFY(terminal.seen().contains(leaveScreen) && terminal.seen().contains(showCursor));
        QVERIFY(terminal.isRestored());
    }

    void stoppedItGivesTheTerminalBack()
    {
        PseudoTerminal terminal(m_ctl, {"watch", "--sample"});
        QVERIFY(terminal.shows("q quit"));

        terminal.type("\x1a"); // Ctrl+Z
        QVERIFY(QTest::qWaitFor([&] { return stateOf(terminal.pid()) == 'T'; }, longestCall));
        QVERIFY(terminal.shows(leaveScreen));
        QVERIFY(terminal.isRestored());
        terminal.forget();
        terminal.send(SIGCONT);

        QVERIFY(terminal.shows(enterScreen) && terminal.shows("q quit"));
        QVERIFY(!terminal.isRestored());
        terminal.type("q");
        QCOMPARE(terminal.finish(), 0);
    }

    void followsTheSizeOfTheTerminal()
    {
        PseudoTerminal terminal(m_ctl, {"watch", "--sample"});
        QVERIFY(terminal.shows("q quit"));
        for (const auto &[columns, rows] : {std::pair(40, 20), {132, 50}, {10, 5}}) {
            terminal.resize(static_cast<unsigned short>(columns), static_cast<unsigned short>(rows));
            QVERIFY(QTest::qWaitFor(
                [&, wanted = rows] {
                    terminal.forget();
                    return terminal.shows("\033[J") && terminal.lastPicture().size() == wanted;
                },
                longestCall));
            const QStringList picture = terminal.lastPicture();
            for (const QString &line : picture)
                QVERIFY2(displayWidth(line.toStdString()) <= columns, qPrintable(line));
        }
        terminal.type("q");
        QCOMPARE(terminal.finish(), 0);
    }

    void keysDoWhatTheyShould()
    {
        PseudoTerminal terminal(m_ctl, {"watch", "--sample"});
        QVERIFY(terminal.shows("q quit"));

        terminal.type(" ");
        QVERIFY(terminal.shows("[paused]"));
        QVERIFY(terminal.shows("space go on"));
        terminal.type(" c");
        QVERIFY(terminal.shows("Remove 0 expired entries now? [y/n]"));
        terminal.type("n");
        terminal.forget();
        QVERIFY(terminal.shows("c clean up"));
        QVERIFY(!terminal.seen().contains("removed 0 of 0"));
        terminal.type("\033[A"); // an arrow is none of them
        terminal.type("c");
        QVERIFY(terminal.shows("[y/n]"));
        terminal.type("y");
        QVERIFY(terminal.shows("removed 0 of 0 entries"));
        terminal.type("q");
        QCOMPARE(terminal.finish(), 0);
    }

    void noColourWhereNobodyWantsIt()
    {
        static const QRegularExpression colour("\033\\[3[0-9]m");
        PseudoTerminal coloured(m_ctl, {"stats", "--sample"});
        PseudoTerminal plain(m_ctl, {"stats", "--sample"}, with("NO_COLOR", "1"));

        QCOMPARE(coloured.finish(), 0);
        QCOMPARE(plain.finish(), 0);
        QVERIFY(QString::fromUtf8(coloured.seen()).contains(colour));
        QVERIFY(!plain.seen().contains('\033'));
    }

    void anAsciiTerminalGetsAscii()
    {
        PseudoTerminal terminal(m_ctl, {"watch", "--sample"}, with("LC_ALL", "C"));
        QVERIFY(terminal.shows("q quit"));
        terminal.type("q");

        QCOMPARE(terminal.finish(), 0);
        for (const char c : terminal.seen())
            QVERIFY(static_cast<unsigned char>(c) < 0x80);
        PseudoTerminal list(m_ctl, {"get", "--sample", "sample-0001-ana"}, with("LC_ALL", "C"));
        QCOMPARE(list.finish(), 0);
        for (const char c : list.seen())
            QVERIFY2(static_cast<unsigned char>(c) < 0x80, list.seen().constData());
    }

    void aDumbTerminalGetsLines()
    {
        PseudoTerminal terminal(m_ctl, {"watch", "--sample", "--count", "2"}, with("TERM", "dumb"));

        QCOMPARE(terminal.finish(), 0);
        QVERIFY(!terminal.seen().contains('\033'));
        QCOMPARE(terminal.seen().count("hit rate"), 2);
    }

    void warmingShowsHowFarItIs()
    {
        PseudoTerminal terminal(m_ctl, {"warm", "--sample", "--recent", "500"});

        QCOMPARE(terminal.finish(), 0);
        QVERIFY2(terminal.seen().contains("\r["), terminal.seen().constData());
        QVERIFY(terminal.seen().contains("of 500"));
        QVERIFY(terminal.seen().contains("\r\033[K")); // and it is gone in the end
    }

private:
    CtlFixture m_ctl;
};

QTEST_GUILESS_MAIN(tst_CtlTerminal)
#include "tst_CtlTerminal.moc"
