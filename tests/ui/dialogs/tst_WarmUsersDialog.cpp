// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/WarmUsersDialog.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/SegmentedControl.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class WarmUsersDialogTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        Fixture()
            : dialog(node)
            , said(&dialog, &WarmUsersDialog::notify)
        {
            dialog.show();
            settle();
        }
        void type(const QString &text) { dialog.findChild<QPlainTextEdit *>("list")->setPlainText(text); }
        QString text(const char *label) { return dialog.findChild<QLabel *>(QLatin1String(label))->text(); }
        QPushButton *button(const QString &words)
        {
            for (QPushButton *candidate : dialog.findChildren<QPushButton *>()) {
                if (candidate->text() == words)
                    return candidate;
            }
            return nullptr;
        }
        QPushButton *startButton() { return dialog.findChild<QPushButton *>("start"); }
        // A job of 388 users runs.
        void startAJob()
        {
            type("ana");
            QTRY_VERIFY(startButton()->isEnabled());
            startButton()->click();
            settle();
        }
        WarmStatus status(WarmState state, std::uint64_t done)
        {
            WarmStatus status;
            status.jobId = 1;
            status.state = state;
            status.requested = 388;
            status.done = done;
            status.warmed = done;
            status.elapsed = 1s;
            return status;
        }
        void say(const WarmStatus &status)
        {
            node.say(status);
            settle();
        }
        FakeNode node{60};
        WarmUsersDialog dialog;
        QSignalSpy said;
    };

private Q_SLOTS:
    void nobodyNamedCannotBeStarted()
    {
        Fixture f;

        QTRY_COMPARE(f.text("estimate"), QString("Name somebody to warm."));

        QVERIFY(!f.startButton()->isEnabled());
        QVERIFY(f.node.calls.empty());
    }

    void theListIsCountedAndEstimated()
    {
        Fixture f;

        f.type("ana\nbob, chi\nana\nbad\x01");
        QTRY_COMPARE(f.text("estimate"), QString("412 users, 388 not cached, about 4 queries"));

        QVERIFY(f.text("listSummary").startsWith("3 users · 1 duplicate left out\nLine 4 left out"));
        QCOMPARE(std::get<TheseIdentities>(f.node.estimates.back().whom).identities.size(), std::size_t(3));
        QCOMPARE(f.startButton()->text(), QString("Warm 388 users"));
        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void theMostRecentAndALanguageAreAsked()
    {
        Fixture f;

        f.dialog.findChild<SegmentedControl *>()->setCurrentIndex(1);
        QTRY_COMPARE(f.node.estimates.size(), std::size_t(1));
        f.dialog.findChild<SegmentedControl *>()->setCurrentIndex(2);
        QTRY_COMPARE(f.node.estimates.size(), std::size_t(2));

        QCOMPARE(std::get<RecentUsers>(f.node.estimates[0].whom).count, std::size_t(100));
        QCOMPARE(std::get<UsersOfLanguage>(f.node.estimates[1].whom).code, std::string("en"));
    }

    void anEstimateOfSomethingElseIsDropped()
    {
        Fixture f;
        f.node.holdAnswers = true;
        f.type("ana");
        QTRY_COMPARE(f.node.waiting(), std::size_t(1));
        f.type("");

        f.node.answerAll();
        QTRY_COMPARE(f.text("estimate"), QString("Name somebody to warm."));

        QVERIFY(!f.startButton()->isEnabled());
    }

    void everybodyCachedNeedsNoStart()
    {
        Fixture f;
        f.node.theEstimate = {12, 12, 0, 0};

        f.type("ana");
        QTRY_COMPARE(f.text("estimate"), QString("12 users, all of them cached already"));

        QVERIFY(!f.startButton()->isEnabled());
    }

    void progressShowsCountsRateAndTimeLeft()
    {
        Fixture f;
        f.startAJob();

        f.say(f.status(WarmState::Running, 97));

        QCOMPARE(f.text("progressText"), QString("97 of 388 · 97 /s · about 3 s left"));
        QVERIFY(f.dialog.isRunning());
        QVERIFY(!f.startButton()->isVisible());
    }

    void progressOfAnotherJobIsNotShown()
    {
        Fixture f;
        f.startAJob();
        WarmStatus other = f.status(WarmState::Done, 388);
        other.jobId = 99;

        f.say(other);

        QVERIFY(f.dialog.isRunning());
    }

    void aJobThatEndsBeforeItsNumberIsKnownIsSeenToEnd()
    {
        Fixture f;
        f.type("ana");
        QTRY_VERIFY(f.startButton()->isEnabled());
        f.node.holdAnswers = true;
        f.startButton()->click();
        f.say(f.status(WarmState::Done, 388));
        QVERIFY(f.dialog.isRunning());

        f.node.answerAll();
        settle();

        QVERIFY(!f.dialog.isRunning());
        QCOMPARE(f.dialog.findChild<Banner *>()->title(), QString("The users are warm."));
    }

    void cancelIsPassedOn()
    {
        Fixture f;
        f.startAJob();

        f.button("Cancel the warm-up")->click();
        f.say(f.status(WarmState::Cancelled, 97));

        QCOMPARE(f.node.cancelledJobs, std::vector<std::uint64_t>{1});
        QCOMPARE(f.dialog.findChild<Banner *>()->title(), QString("The warm-up was cancelled."));
        QVERIFY(!f.dialog.isRunning());
    }

    void theFailedCanBeRetried()
    {
        Fixture f;
        f.startAJob();
        WarmStatus end = f.status(WarmState::Done, 388);
        end.failed = 2;
        end.failedUsers = {"<b>ana</b>", "bob"};
        f.say(end);
        QCOMPARE(f.dialog.findChild<QPlainTextEdit *>("failures")->toPlainText(), QString("<b>ana</b>\nbob"));

        f.button("Retry the failed")->click();
        settle();

        QCOMPARE(f.node.warmUps.size(), std::size_t(2));
        QCOMPARE(std::get<TheseIdentities>(f.node.warmUps[1].whom).identities, end.failedUsers);
        QVERIFY(f.dialog.isRunning());
    }

    void closingLeavesTheJobRunningAndTellsItsEnd()
    {
        Fixture f;
        f.startAJob();
        f.say(f.status(WarmState::Running, 97));

        f.dialog.reject();
        QCOMPARE(f.said.count(), 1);
        QVERIFY(f.said[0][0].toString().startsWith("The warm-up goes on: 97 of 388"));
        QVERIFY(f.node.cancelledJobs.empty());
        f.say(f.status(WarmState::Done, 388));

        QCOMPARE(f.said.count(), 2);
        QCOMPARE(f.said[1][0].toString(), QString("The users are warm. 388 users warmed, in 1 s."));
    }

    void aRefusalIsSaidInWords()
    {
        Fixture f;
        f.type("ana");
        QTRY_VERIFY(f.startButton()->isEnabled());
        f.node.failure = Error{ErrorCode::Overloaded, ""};

        f.startButton()->click();
        settle();

        QVERIFY(!f.dialog.isRunning());
        QCOMPARE(f.dialog.findChild<Banner *>()->sentence(),
                 QString("Too many loads are waiting. Try again in a moment."));
    }

    void worksByKeyboardAlone()
    {
        Fixture f;
        f.dialog.activateWindow();
        settle();
        QTest::keyClicks(f.dialog.focusWidget(), "ana,bob");
        QTRY_VERIFY(f.startButton()->isEnabled());

        for (int i = 0; i < 12 && !f.startButton()->hasFocus(); ++i)
            QTest::keyClick(f.dialog.focusWidget(), Qt::Key_Tab);
        QVERIFY(f.startButton()->hasFocus());
        QTest::keyClick(f.dialog.focusWidget(), Qt::Key_Space);
        settle();
        QCOMPARE(f.dialog.focusWidget()->property("text").toString(), QString("Cancel the warm-up"));
        QTest::keyClick(f.dialog.focusWidget(), Qt::Key_Space);
        settle();

        QCOMPARE(f.node.warmUps.size(), std::size_t(1));
        QCOMPARE(f.node.cancelledJobs.size(), std::size_t(1));
    }
};

QTEST_MAIN(WarmUsersDialogTest)
#include "tst_WarmUsersDialog.moc"
