// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/CleanUpAction.h"

#include <QSignalSpy>
#include <QTest>
#include <QWidget>

using namespace hearth;

class CleanUpActionTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theResultIsOneSentence()
    {
        FakeNode node;
        CleanUpAction action(node);
        QSignalSpy said(&action, &CleanUpAction::notify);

        action.trigger();
        settle();

        QCOMPARE(said.count(), 1);
        QCOMPARE(said[0][0].toString(), QString("Removed 3 expired, 12 remain · 0.4 ms"));
        QVERIFY(said[0][1].value<Tone>() == Tone::Ok);
    }

    void whatStaysForAnOutageIsSaid()
    {
        FakeNode node;
        node.theCleanup.keptStale = 5;
        CleanUpAction action(node);
        QSignalSpy said(&action, &CleanUpAction::notify);

        action.trigger();
        settle();

        QCOMPARE(said[0][0].toString(), QString("Removed 3 expired, 12 remain · 0.4 ms · 5 expired kept, because the "
                                                "database is away"));
        QVERIFY(said[0][1].value<Tone>() == Tone::Warning);
    }

    void oneRunsAtATime()
    {
        FakeNode node;
        node.holdAnswers = true;
        CleanUpAction action(node);

        action.trigger();
        QVERIFY(!action.isEnabled());
        action.trigger();
        node.answerAll();
        settle();

        QCOMPARE(node.callsOf("cleanUp"), std::size_t(1));
        QVERIFY(action.isEnabled());
    }

    void aFailureIsSaidInWords()
    {
        FakeNode node;
        node.failure = Error{ErrorCode::Unavailable, "eu-1 cannot be reached"};
        CleanUpAction action(node);
        QSignalSpy said(&action, &CleanUpAction::notify);

        action.trigger();
        settle();

        QCOMPARE(said[0][0].toString(), QString("Nothing was cleaned up. eu-1 cannot be reached."));
        QVERIFY(said[0][1].value<Tone>() == Tone::Error);
        QVERIFY(action.isEnabled());
    }

    void whoMayNotIsToldWhy_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<bool>("may");
        QTest::newRow("viewer") << "viewer" << false;
        QTest::newRow("support") << "support" << false;
        QTest::newRow("service") << "service" << true;
        QTest::newRow("operator") << "operator" << true;
        QTest::newRow("not known yet") << "" << true;
    }

    void whoMayNotIsToldWhy()
    {
        QFETCH(QString, role);
        QFETCH(bool, may);
        FakeNode node;
        node.theInfo.role = role.toStdString();

        const CleanUpAction action(node);

        QCOMPARE(action.isEnabled(), may);
        QCOMPARE(action.toolTip().contains("Your role on this node"), !may);
    }

    void aLostNodeDisablesItUntilItIsBack()
    {
        FakeNode node;
        CleanUpAction action(node);

        node.say(NodeLink{LinkState::Lost, "eu-1 cannot be reached", {}});
        QVERIFY(!action.isEnabled());
        QCOMPARE(action.toolTip(), QString("The node does not answer now. Hearth keeps trying."));
        node.say(NodeLink{});

        QVERIFY(action.isEnabled());
    }

    void itWorksByItsKeyAndAsksNoName()
    {
        FakeNode node;
        node.theInfo.environment = "production";
        CleanUpAction action(node);
        QWidget window;
        window.addAction(&action);
        window.show();
        window.activateWindow();
        settle();

        QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        settle();

        QCOMPARE(node.callsOf("cleanUp"), std::size_t(1));
    }
};

QTEST_MAIN(CleanUpActionTest)
#include "tst_CleanUpAction.moc"
