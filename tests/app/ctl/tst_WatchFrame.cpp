// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/WatchFrame.h"

#include <QRegularExpression>
#include <QTest>

using namespace hearth;

namespace {

WatchState aState()
{
    WatchState state;
    state.node = "node eu-1 (production)";
    state.time = "12:00:01";
    state.stats.activeEntries = 1'412;
    state.stats.expiredEntries = 3;
    state.stats.gets = 100;
    state.stats.hits = 97;
    state.stats.database.state = DatabaseState::Reachable;
    state.stats.database.displayUrl = "postgresql://hearth:***@db/app";
    for (std::uint64_t i = 1; i <= 30; ++i) {
        Sample sample;
        sample.seq = i;
        sample.gets = 10;
        sample.hits = i % 11;
        sample.activeEntries = i;
        state.samples.push_back(sample);
    }
    Event event;
    event.kind = EventKind::Cleanup;
    event.detail = "removed 3, 12 remain";
    state.events = {event};
    return state;
}

QString textOf(const std::vector<std::string> &lines)
{
    QString text;
    for (const std::string &line : lines)
        text += QString::fromStdString(line) + '\n';
    return text;
}

} // namespace

class tst_WatchFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsTheTerminalExactly_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");

        for (const auto &[columns, rows] :
             {std::pair(80, 24), {120, 40}, {40, 30}, {20, 10}, {300, 90}, {1, 1}, {8, 3}})
            QTest::addRow("%d x %d", columns, rows) << columns << rows;
    }

    void fillsTheTerminalExactly()
    {
        QFETCH(const int, columns);
        QFETCH(const int, rows);

        for (const Charset charset : {Charset::Utf8, Charset::Ascii}) {
            TextStyle style;
            style.charset = charset;
            const auto lines = watchFrame(aState(), style, columns, rows);

            QCOMPARE(int(lines.size()), rows);
            for (const std::string &line : lines)
                QVERIFY2(displayWidth(line) <= columns, line.c_str());
        }
    }

    void saysWhatMatters()
    {
        const QString text = textOf(watchFrame(aState(), {}, 80, 24));

        for (const char *expected :
             {"node eu-1 (production)", "12:00:01", "1,412", "97 %", "reachable", "postgresql://hearth:***@db/app",
              "hit rate", "entries, 0 to 30", "removed 3", "q quit", "space pause", "c clean up"})
            QVERIFY2(text.contains(expected), qPrintable(QString(expected) + '\n' + text));
    }

    void asciiTerminalsGetAscii()
    {
        TextStyle style;
        style.charset = Charset::Ascii;
        WatchState state = aState();
        state.events.front().user = "José";
        const QString text = textOf(watchFrame(state, style, 80, 24));

        QVERIFY2(!text.contains(QRegularExpression("[^\\x00-\\x7E]")), qPrintable(text));
        QVERIFY(text.contains("Jos<U+00E9>"));
    }

    void dataCannotDraw()
    {
        WatchState state = aState();
        state.node = "node \033[2J";
        state.events.front().user = "eve\033]0;title\a";
        state.stats.database.problem = "no\r\nway";
        state.message = "\u202Eback";
        const QString text = textOf(watchFrame(state, {}, 80, 24));

        QVERIFY(!text.contains('\033') && !text.contains('\r') && !text.contains('\a') &&
                !text.contains(QChar(0x202E)));
        QVERIFY(!QString::fromStdString(watchLine(state)).contains('\033'));
    }

    void anOutageIsSaid()
    {
        WatchState state = aState();
        state.link = {LinkState::Lost, "The node does not answer; trying again in 2 s.", {}};
        state.stats.database.state = DatabaseState::Unreachable;
        state.stats.database.problem = "The database does not answer.";
        const QString text = textOf(watchFrame(state, {}, 80, 24));

        QVERIFY(text.contains("! The node does not answer"));
        QVERIFY(text.contains("! The database does not answer."));
        QVERIFY(QString::fromStdString(watchLine(state)).contains("! The node does not answer"));
    }

    void aQuestionTakesTheLastLine()
    {
        WatchState state = aState();
        state.question = "Remove 3 expired entries now?";

        QVERIFY(QString::fromStdString(watchFrame(state, {}, 80, 24).back())
                    .startsWith("Remove 3 expired entries now? [y/n]"));
    }

    void aLineSaysTheSame()
    {
        QCOMPARE(watchLine(aState()), std::string("12:00:01  active 1,412  expired 3  hit rate 97 %  gets 10 /s  "
                                                  "database reachable\n"));
    }
};

QTEST_GUILESS_MAIN(tst_WatchFrame)
#include "tst_WatchFrame.moc"
