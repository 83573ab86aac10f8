// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/ManualClock.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/profile/TtlLine.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/EmptyState.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class ProfilePanelTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        Fixture()
            : panel(node, clock)
            , said(&panel, &ProfilePanel::notify)
        {
            panel.resize(480, 700);
            panel.show();
        }
        void look(const std::string &identity)
        {
            panel.setIdentity(identity);
            settle();
        }
        QString timeToLive() const { return panel.findChild<TtlLine *>()->text(); }

        FakeNode node{20};
        ManualClock clock;
        ProfilePanel panel;
        QSignalSpy said;
    };
    static QPushButton &button(QWidget &widget, const char *name)
    {
        return *widget.findChild<QPushButton *>(QLatin1String(name));
    }
    static QString verdict(QWidget &widget) { return widget.findChild<Banner *>("verdict")->title(); }

private Q_SLOTS:
    void showsAUserAndOnlyLooks()
    {
        FakeNode node(20);
        ProfilePanel panel(node);
        panel.show();

        panel.setIdentity("user-0003");
        settle();

        QCOMPARE(panel.findChild<ElidedLabel *>("name")->text(), QString("user-0003"));
        QVERIFY(panel.view().has_value());
        QVERIFY(!verdict(panel).isEmpty());
        QVERIFY(node.wasOnlyLookedAt());
    }

    void anAnswerAboutSomebodyElseIsDropped()
    {
        FakeNode node(20);
        node.holdAnswers = true;
        ProfilePanel panel(node);
        panel.setIdentity("user-0003");
        panel.setIdentity("user-0004");

        node.answerLast();
        node.answerNext();
        settle();

        QCOMPARE(panel.view()->identity, std::string("user-0004"));
    }

    void oneQuestionIsUnderWayAtATime()
    {
        FakeNode node(20);
        node.holdAnswers = true;
        ProfilePanel panel(node);
        panel.setIdentity("user-0003");

        panel.reload();
        panel.reload();

        QCOMPARE(node.callsOf("profile"), std::size_t(1));
    }

    void refreshAndExpireAreForThisUserAlone()
    {
        Fixture f;
        f.look("user-0003");

        button(f.panel, "refresh").click();
        settle();
        button(f.panel, "expire").click();
        settle();

        QCOMPARE(f.node.refreshes, (std::vector<std::vector<std::string>>{{"user-0003"}}));
        QCOMPARE(std::get<TheseUsers>(f.node.expiries.at(0)).identities, std::vector<std::string>{"user-0003"});
        QCOMPARE(f.said.count(), 1);
        QVERIFY(!button(f.panel, "expire").isEnabled()); // it is expired now
    }

    void whoIsNotCachedCanBeLoaded()
    {
        FakeNode node(20);
        ProfileView view = node.madeUpProfile("user-0003");
        view.entry.reset();
        view.cached = nullptr;
        node.profiles["user-0003"] = view;
        ProfilePanel panel(node);
        panel.show();

        panel.setIdentity("user-0003");
        settle();

        QCOMPARE(button(panel, "refresh").text(), QString("Load into cache"));
        QVERIFY(button(panel, "refresh").isEnabled());
        QVERIFY(!button(panel, "expire").isVisible());
    }

    void aNodeThatDoesNotAnswerKeepsWhatWasShown()
    {
        FakeNode node(20);
        ProfilePanel panel(node);
        panel.show();
        panel.setIdentity("user-0003");
        settle();
        node.failure = Error{ErrorCode::Unavailable, "the node is gone"};

        panel.reload();
        settle();

        QCOMPARE(verdict(panel), QString("The node did not answer."));
        QVERIFY(panel.view().has_value());
    }

    void htmlInAnIdentityIsShownLiterally()
    {
        FakeNode node(1);
        node.rows[0].identity = "<b>ada</b>";
        node.rows[0].language = "<i>xx</i>";
        ProfilePanel panel(node);
        panel.show();

        panel.setIdentity("<b>ada</b>");
        settle();

        QCOMPARE(panel.findChild<ElidedLabel *>("name")->shownText(), QString("<b>ada</b>"));
        for (const QLabel *label : panel.findChildren<QLabel *>()) {
            if (!label->text().isEmpty())
                QCOMPARE(label->textFormat(), Qt::PlainText);
        }
    }

    void aLongNameWidensNothing()
    {
        FakeNode node(1);
        node.rows[0].identity = std::string(255, 'w');
        ProfilePanel panel(node);
        panel.resize(360, 600);
        panel.show();

        panel.setIdentity(node.rows[0].identity);
        settle();

        QVERIFY(panel.minimumSizeHint().width() <= 360);
        QVERIFY(panel.findChild<ElidedLabel *>("name")->isElided());
    }

    void theTimeGoesByWithoutAskingAnybody()
    {
        Fixture f;
        f.look("user-0003"); // cached 291 s before noon
        const std::size_t asked = f.node.calls.size();
        QCOMPARE(f.timeToLive(), QString("25:09 left of 30:00 · 4 min 51 s old"));

        f.clock.advance(9s);
        QTRY_COMPARE(f.timeToLive(), QString("25:00 left of 30:00 · 5 min old"));
        f.clock.advance(26min);
        QTRY_COMPARE(f.timeToLive(), QString("expired 1:00 ago · 31 min old"));

        QCOMPARE(verdict(f.panel), QString("Expired."));
        QVERIFY(!button(f.panel, "expire").isEnabled());
        QCOMPARE(f.panel.findChild<TtlLine *>()->fraction(), 0.0);
        QVERIFY(f.node.calls.size() <= asked + 1); // a busy machine may have come to the next look
    }

    void theTipsTellTheTimesInUtc()
    {
        Fixture f;

        f.look("user-0003");

        QCOMPARE(f.panel.findChild<TtlLine *>()->toolTip(),
                 QString("cached 2026-01-01 11:55:09 UTC\nexpires 2026-01-01 12:25:09 UTC"));
    }

    void anUnknownUserIsAState()
    {
        Fixture f;

        f.look("nobody & <b>nothing</b>");

        QCOMPARE(f.panel.findChild<EmptyState *>()->title(), QString("“nobody & <b>nothing</b>” is unknown"));
        QVERIFY(f.panel.findChild<EmptyState *>()->isVisible());
        QVERIFY(!button(f.panel, "refresh").isEnabled());
        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void anUnknownUserWithAPastShowsIt()
    {
        Fixture f;
        ProfileView view;
        view.identity = "gone";
        view.agreement = Agreement::Absent;
        view.events = f.node.madeUpProfile("user-0003").events;
        f.node.profiles["gone"] = view;

        f.look("gone");

        QCOMPARE(verdict(f.panel), QString("Unknown user."));
        QVERIFY(!f.panel.findChild<EmptyState *>()->isVisible());
    }

    void anUnreachableDatabaseIsAState()
    {
        Fixture f;
        ProfileView view = f.node.madeUpProfile("user-0003");
        view.agreement = Agreement::Unreachable;
        view.stored = nullptr;
        view.databaseProblem = "connection refused";
        f.node.profiles["user-0003"] = view;

        f.look("user-0003");

        QCOMPARE(verdict(f.panel), QString("The database cannot be asked."));
        QVERIFY(f.panel.findChild<QTableView *>("fields")->isVisible()); // what is cached is shown all the same
        QVERIFY(f.panel.findChildren<QDialog *>().isEmpty());
    }

    void anExpiryIsOfferedToBeTakenBack()
    {
        Fixture f;
        QSignalSpy expired(&f.panel, &ProfilePanel::expired);
        f.look("user-0003");

        button(f.panel, "expire").click();
        settle();

        QCOMPARE(expired.count(), 1);
        QCOMPARE(expired[0][0].value<ExpiryOutcome>().undoId, std::string("undo-1"));
        QCOMPARE(expired[0][1].toString(), QString("user-0003"));
        QVERIFY(f.said.isEmpty()); // who offers it says so
    }

    void inProductionAnExpiryAsksForTheName()
    {
        Fixture f;
        f.node.theInfo.environment = "production";
        f.node.theInfo.name = "eu-1";
        QSignalSpy expired(&f.panel, &ProfilePanel::expired);
        f.look("user-0003");
        QCOMPARE(button(f.panel, "expire").text(), QString("Expire…"));

        button(f.panel, "expire").click();
        settle();
        auto *dialog = f.panel.findChild<ForceExpiryDialog *>();
        QVERIFY(dialog != nullptr && f.node.expiries.empty());
        QTest::keyClicks(dialog->findChild<QLineEdit *>("nameCheck"), "eu-1");
        dialog->actionButton().click();
        settle();

        QCOMPARE(expired.count(), 1);
        QCOMPARE(f.node.expiries.size(), std::size_t(1));
        QVERIFY(!button(f.panel, "expire").isEnabled()); // it looked again
        button(f.panel, "refresh").click();              // which destroys nothing
        settle();
        QCOMPARE(f.node.refreshes.size(), std::size_t(1));
    }

    void itActsByItsKeys()
    {
        Fixture f;
        f.look("user-0003");
        f.panel.activateWindow();
        f.panel.findChild<QTableView *>("fields")->setFocus();
        settle();

        QTest::keyClick(f.panel.focusWidget(), Qt::Key_F5);
        settle();
        QTest::keyClick(f.panel.focusWidget(), Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
        settle();
        QTest::keyClick(f.panel.focusWidget(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);

        QCOMPARE(f.node.refreshes.size(), std::size_t(1));
        QCOMPARE(f.node.expiries.size(), std::size_t(1));
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("User: user-0003"));
    }

    void nobodyShownCannotBeActedOnByKey()
    {
        Fixture f;
        f.panel.activateWindow();
        f.panel.setFocus();

        QTest::keyClick(&f.panel, Qt::Key_F5);
        QTest::keyClick(&f.panel, Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
        settle();

        QVERIFY(f.node.calls.empty());
    }

    void anAnswerAboutSomebodyWhoIsLeftChangesNothing()
    {
        Fixture f;
        f.look("user-0003");
        f.node.holdAnswers = true;
        button(f.panel, "refresh").click();
        f.panel.setIdentity("user-0004");
        f.node.answerLast(); // what is cached of user-0004
        settle();
        button(f.panel, "refresh").click();
        QVERIFY(!button(f.panel, "refresh").isEnabled());

        f.node.answerNext(); // user-0003 was refreshed
        settle();

        QCOMPARE(f.said.count(), 1);
        QVERIFY(!button(f.panel, "refresh").isEnabled()); // user-0004 is not yet
        f.node.answerAll();
        settle();
        f.node.answerAll();
        settle();
        QVERIFY(button(f.panel, "refresh").isEnabled());
    }

    void anAnswerFromBeforeAnActIsDropped()
    {
        Fixture f;
        f.look("user-0003");
        f.node.holdAnswers = true;
        f.panel.reload();
        button(f.panel, "expire").click();

        f.node.answerLast(); // it is expired, and looked at again
        settle();
        f.node.answerLast();
        settle();
        f.node.answerNext(); // what was asked before
        settle();

        QVERIFY(f.panel.view()->entry->state == EntryState::Expired);
    }

    void whatHappensToTheUserIsSeenAtOnce()
    {
        Fixture f;
        f.look("user-0003");
        const std::size_t asked = f.node.callsOf("profile");
        Event event;
        event.kind = EventKind::Restored;
        event.user = "user-0004";

        f.node.say(event);
        QCOMPARE(f.node.callsOf("profile"), asked);
        event.user = "user-0003";
        f.node.say(event);

        QCOMPARE(f.node.callsOf("profile"), asked + 1);
    }

    void whatARoleMayNotIsDisabledWithTheReason()
    {
        Fixture f;
        f.node.theInfo.role = "support";

        f.look("user-0003");

        for (const char *name : {"refresh", "expire"}) {
            QVERIFY(!button(f.panel, name).isEnabled());
            QCOMPARE(button(f.panel, name).toolTip(), QString("Your role on this node, support, may look but not act. "
                                                              "Somebody with the role operator can."));
            QCOMPARE(button(f.panel, name).accessibleDescription(), button(f.panel, name).toolTip());
        }
    }

    void aRoleThatMayNotSeeUsersIsToldSo()
    {
        Fixture f;
        f.node.theInfo.role = "viewer";
        f.node.failure = Error{ErrorCode::PermissionDenied, "The role viewer may not do this."};

        f.look("user-0003");

        QCOMPARE(f.panel.findChild<EmptyState *>()->title(), QString("Your role may not see users"));
    }

    void aLostNodeIsSaidAndFoundAgain()
    {
        Fixture f;
        f.look("user-0003");

        f.node.say(NodeLink{LinkState::Lost, "eu-1 cannot be reached", {}});
        QCOMPARE(verdict(f.panel), QString("The node did not answer."));
        QVERIFY(f.panel.findChild<Banner *>("verdict")->sentence().startsWith("eu-1 cannot be reached. What is shown"));
        QVERIFY(!button(f.panel, "refresh").isEnabled());
        f.node.say(NodeLink{});
        settle();

        QCOMPARE(verdict(f.panel), QString("In step."));
        QVERIFY(button(f.panel, "refresh").isEnabled());
    }
};

QTEST_MAIN(ProfilePanelTest)
#include "tst_ProfilePanel.moc"
