// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/NodeNotice.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class tst_NodeNotice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsSaidWhenAllIsWell()
    {
        QVERIFY(!noticeFor(m_own, {}, reachable()));
        QVERIFY(!noticeFor(m_remote, {}, reachable()));
    }

    void aNodeThatWasNotAskedYetIsNothingToWorryAbout()
    {
        QVERIFY(!noticeFor(m_remote, {LinkState::Connecting, "It was not asked yet.", {}}, {}));
    }

    void aLostNodeIsSaidBeforeItsDatabase()
    {
        Stats stats = reachable();
        stats.database.state = DatabaseState::Unreachable;

        const auto notice = noticeFor(m_remote, {LinkState::Lost, "It does not listen.", {}}, stats);

        QVERIFY(notice);
        QCOMPARE(notice->tone, Tone::Error);
        QVERIFY(notice->title.contains("eu-1"));
        QVERIFY2(notice->sentence.startsWith("It does not listen. What is shown is the last"),
                 qPrintable(notice->sentence));
        QVERIFY(!notice->isDismissible);
    }

    void aRefusalSaysWhyAndThatItIsTriedAgain()
    {
        const auto notice = noticeFor(m_remote, {LinkState::Refused, "The token is not known there.", {}}, {});

        QVERIFY(notice);
        QVERIFY2(notice->sentence.startsWith("The token is not known there. Check the address, HEARTH_TOKEN"),
                 qPrintable(notice->sentence));
    }

    void anAwayDatabaseSaysWhatGoesOn()
    {
        Stats stats = reachable();
        stats.database.state = DatabaseState::Unreachable;
        stats.database.problem = "The connection was refused.";
        stats.database.nextStep = "Check that it runs.";
        stats.database.circuit.state = CircuitState::Open;
        stats.staleGrace = 1h;

        const auto own = noticeFor(m_own, {}, stats);
        const auto remote = noticeFor(m_remote, {}, stats);

        QVERIFY(own && remote);
        for (const char *words : {"The connection was refused. Check that it runs.", "go on being served", "1 h",
                                  "circuit breaker is open", "Hearth keeps trying"})
            QVERIFY2(own->sentence.contains(words), qPrintable(own->sentence));
        QVERIFY2(remote->sentence.contains("The node keeps trying"), qPrintable(remote->sentence));
    }

    void whatIsGoodToKnowCanBeDismissed()
    {
        Stats stats = reachable();
        stats.database.notice = "The role may only read.";

        const auto notice = noticeFor(m_own, {}, stats);

        QVERIFY(notice && notice->isDismissible);
        QCOMPARE(notice->tone, Tone::Warning);
    }

    void dataInItIsMadeVisible()
    {
        NodeInfo node = m_remote;
        node.name = "eu\u202E<b>1</b>";
        Stats stats = reachable();
        stats.database.notice = "line\nbreak";

        QVERIFY(noticeFor(node, {LinkState::Lost, "a\u202Eb", {}}, stats)->title.contains("U+202E"));
        QVERIFY(noticeFor(node, {LinkState::Lost, "a\u202Eb", {}}, stats)->sentence.contains("U+202E"));
        QVERIFY(!noticeFor(node, {}, stats)->sentence.contains('\n'));
    }

private:
    static Stats reachable()
    {
        Stats stats;
        stats.database.state = DatabaseState::Reachable;
        return stats;
    }
    static NodeInfo remoteInfo()
    {
        NodeInfo info;
        info.name = "eu-1";
        info.instanceId = "1";
        info.embedded = false;
        return info;
    }

    const NodeInfo m_own;
    const NodeInfo m_remote = remoteInfo();
};

QTEST_GUILESS_MAIN(tst_NodeNotice)
#include "tst_NodeNotice.moc"
