// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/WarmUsersDialog.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/SegmentedControl.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDropEvent>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
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
        QPlainTextEdit *list() { return dialog.findChild<QPlainTextEdit *>("list"); }
        QString write(const char *name, const QByteArray &bytes)
        {
            QFile file(folder.filePath(QLatin1String(name)));
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
                qFatal("the list was not written");
            return file.fileName();
        }
        void drop(const QString &path)
        {
            QMimeData data;
            data.setUrls({QUrl::fromLocalFile(path)});
            QWidget *viewport = list()->viewport();
            const QPoint place = viewport->rect().center();
            QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(viewport, &enter);
            QVERIFY(enter.isAccepted());
            QDropEvent dropped(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(viewport, &dropped);
        }
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
        QTemporaryDir folder;
        FakeNode node{60};
        WarmUsersDialog dialog;
        QSignalSpy said;
    };

private Q_SLOTS:
    // It may stay open while the window shows another node.
    void itsTitleNamesTheNodeElsewhere()
    {
        FakeNode node(0);
        QCOMPARE(WarmUsersDialog(node).windowTitle(), QString("Warm users"));

        node.theInfo.embedded = false;
        node.theInfo.name = "eu-1";

        QCOMPARE(WarmUsersDialog(node).windowTitle(), QString("Warm users on eu-1"));
    }

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
        QTRY_COMPARE(f.text("estimate"), QString("412 users, 388 not cached, 4 queries"));

        QVERIFY(f.text("listSummary").startsWith("3 users · 1 duplicate left out\nLine 4 left out"));
        QCOMPARE(std::get<TheseIdentities>(f.node.estimates.back().whom).identities.size(), std::size_t(3));
        QCOMPARE(f.startButton()->text(), QString("Warm 388 users"));
        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void oneQueryIsOneInWords()
    {
        Fixture f;
        f.node.theEstimate = {412, 24, 388, 1};

        f.type("ana");

        QTRY_COMPARE(f.text("estimate"), QString("412 users, 388 not cached, one query"));
    }

    void theDatabaseCanBeSpared()
    {
        Fixture f;
        auto *limit = f.dialog.findChild<QCheckBox *>("isLimited");
        auto *perSecond = f.dialog.findChild<QSpinBox *>("perSecond");
        QVERIFY(!limit->isChecked() && !perSecond->isEnabled());
        QCOMPARE(perSecond->value(), 500);
        f.dialog.findChild<SegmentedControl *>()->setCurrentIndex(3);
        f.node.theEstimate = {4'120, 0, 4'120, 83};

        limit->click();
        QTRY_COMPARE(f.text("estimate"), QString("4,120 users, 4,120 not cached, 83 queries, about 9 s"));
        f.startButton()->click();
        settle();

        QCOMPARE(f.node.estimates.back().perSecond, std::size_t(500));
        QCOMPARE(f.node.warmUps.back().perSecond, std::size_t(500));
        QVERIFY(std::holds_alternative<ActiveRoomUsers>(f.node.warmUps.back().whom));
        QVERIFY(!limit->isEnabled() && !perSecond->isEnabled()); // while it runs
        WarmStatus end = f.status(WarmState::Done, 388);
        end.failed = 1;
        end.failedUsers = {"bob"};
        f.say(end);
        f.dialog.findChild<QPushButton *>("retry")->click();
        settle();
        QCOMPARE(f.node.warmUps.back().perSecond, std::size_t(500)); // a retry spares it, too
    }

    void theMostRecentALanguageAndTheRoomsAreAsked()
    {
        Fixture f;

        f.dialog.findChild<SegmentedControl *>()->setCurrentIndex(1);
        QTRY_COMPARE(f.node.estimates.size(), std::size_t(1));
        f.dialog.findChild<SegmentedControl *>()->setCurrentIndex(2);
        QTRY_COMPARE(f.node.estimates.size(), std::size_t(2));

        QCOMPARE(std::get<RecentUsers>(f.node.estimates[0].whom).count, std::size_t(100));
        QCOMPARE(std::get<UsersOfLanguage>(f.node.estimates[1].whom).code, std::string("en"));
        f.dialog.findChild<SegmentedControl *>()->setCurrentIndex(3);
        QTRY_COMPARE(f.node.estimates.size(), std::size_t(3));
        QVERIFY(std::holds_alternative<ActiveRoomUsers>(f.node.estimates[2].whom));
        QCOMPARE(f.node.estimates[2].perSecond, std::size_t(0));
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

    void anEstimateThatIsNotWantedAnyMoreIsGivenUp_data()
    {
        QTest::addColumn<QString>("act");
        for (const char *act : {"another choice", "closed"})
            QTest::newRow(act) << QString::fromLatin1(act);
    }

    void anEstimateThatIsNotWantedAnyMoreIsGivenUp()
    {
        QFETCH(QString, act);
        struct Watched : FakeNode {
            QFuture<Result<WarmEstimate>> estimateWarmUp(const WarmRequest &request) override
            {
                answers.push_back(FakeNode::estimateWarmUp(request));
                return answers.back();
            }
            std::vector<QFuture<Result<WarmEstimate>>> answers;
        } node;
        WarmUsersDialog dialog(node);
        dialog.show();
        node.holdAnswers = true;
        dialog.findChild<SegmentedControl *>()->setCurrentIndex(1);
        QTRY_COMPARE(node.answers.size(), std::size_t(1));
        QVERIFY(!node.answers[0].isCanceled());

        if (act == QLatin1String("closed"))
            dialog.reject();
        else
            dialog.findChild<SegmentedControl *>()->setCurrentIndex(2);

        QVERIFY(node.answers[0].isCanceled());
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

    void progressBeforeAnybodyIsKnownSaysSo()
    {
        Fixture f;
        f.startAJob();
        WarmStatus status;
        status.jobId = 1;

        f.say(status);

        QCOMPARE(f.text("progressText"), QString("Finding out who they are …"));
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

    // Of a group that broke off nobody knows the names: it begins again, and skips who is cached.
    void whoFailedWithoutANameIsRetriedWithTheGroup_data()
    {
        QTest::addColumn<int>("named");
        QTest::newRow("nobody is named") << 0;
        QTest::newRow("some are named") << 2;
    }

    void whoFailedWithoutANameIsRetriedWithTheGroup()
    {
        QFETCH(int, named);
        Fixture f;
        f.dialog.findChild<SegmentedControl *>()->setCurrentIndex(2);
        QTRY_VERIFY(f.startButton()->isEnabled());
        f.startButton()->click();
        settle();
        WarmStatus end = f.status(WarmState::Failed, 100);
        end.failed = 288;
        end.problem = "The database sent nothing for 5 s.";
        for (int i = 0; i < named; ++i)
            end.failedUsers.push_back("user-" + std::to_string(i));
        f.say(end);
        auto *retry = f.dialog.findChild<QPushButton *>("retry");
        QCOMPARE(retry->text(), QString("Try again"));
        QCOMPARE(f.dialog.findChild<QPlainTextEdit *>("failures")->isVisible(), named > 0);
        if (named > 0)
            QCOMPARE(f.text("moreFailures"), QString("and 286 more"));

        retry->click();
        settle();

        QCOMPARE(f.node.warmUps.size(), std::size_t(2));
        QVERIFY(std::holds_alternative<UsersOfLanguage>(f.node.warmUps[1].whom));
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

    void aDroppedFileIsReadInsteadOfTheText()
    {
        Fixture f;
        const QString path = f.write("users.csv", "identity,hits\nana,4\nbob,5\nbob,6\n");

        f.drop(path);
        QTRY_COMPARE(f.text("estimate"), QString("412 users, 388 not cached, 4 queries"));

        QCOMPARE(f.text("listSummary"), QString("2 users · 1 duplicate left out"));
        QCOMPARE(f.dialog.findChild<ElidedLabel *>("fileName")->text(), QString("users.csv"));
        QVERIFY(!f.list()->isVisible());
        QCOMPARE(std::get<TheseIdentities>(f.node.estimates.back().whom).identities,
                 (std::vector<std::string>{"ana", "bob"}));
        f.startButton()->click();
        settle();
        QCOMPARE(std::get<TheseIdentities>(f.node.warmUps.back().whom).identities.size(), std::size_t(2));
    }

    void aFileCanBeLeftForTyping()
    {
        Fixture f;
        f.type("chi");
        f.drop(f.write("users.txt", "ana\nbob\n"));
        QTRY_COMPARE(f.text("listSummary"), QString("2 users"));

        f.dialog.findChild<QPushButton *>("typeInstead")->click();
        QTRY_COMPARE(f.text("listSummary"), QString("1 user"));

        QVERIFY(f.list()->isVisible() && f.dialog.focusWidget() == f.list());
        QTRY_COMPARE(std::get<TheseIdentities>(f.node.estimates.back().whom).identities,
                     std::vector<std::string>{"chi"});
    }

    void aFileThatCannotBeReadSaysWhy()
    {
        Fixture f;

        f.drop(f.write("users.bin", "a\xFF"));

        QTRY_COMPARE(f.text("listSummary"), QString("The file users.bin is not UTF-8 text. Save it as UTF-8."));
        QTRY_COMPARE(f.text("estimate"), QString("Name somebody to warm."));
        QVERIFY(!f.startButton()->isEnabled());
    }

    void aListTooLongToBeEditedIsNotPutIntoTheField()
    {
        Fixture f;
        QString many;
        for (int i = 0; i < 50'000; ++i)
            many += QStringLiteral("user-%1\n").arg(i);
        QGuiApplication::clipboard()->setText(many);

        f.list()->paste();

        QTRY_COMPARE(f.text("listSummary"), QString("50,000 users"));
        QVERIFY(f.list()->document()->isEmpty());
        QTRY_VERIFY(f.startButton()->isEnabled());
    }

    void aLostNodeIsSaidAndTheProgressGoesOn()
    {
        Fixture f;
        f.startAJob();
        f.say(f.status(WarmState::Running, 97));

        f.node.say(NodeLink{LinkState::Lost, "eu-1 cannot be reached", {}});
        QVERIFY(f.text("progressText").startsWith("97 of 388 · 97 /s · about 3 s left\nThe node does not answer."));
        QVERIFY(f.dialog.isRunning());
        f.node.say(NodeLink{});
        QCOMPARE(f.text("progressText"), QString("97 of 388 · 97 /s · about 3 s left"));
        f.say(f.status(WarmState::Running, 200));

        QVERIFY(f.text("progressText").startsWith("200 of 388"));
    }

    void aLostNodeIsAskedForAnEstimateWhenItIsBack()
    {
        Fixture f;
        f.node.say(NodeLink{LinkState::Lost, "eu-1 cannot be reached", {}});
        f.type("ana");
        QTRY_COMPARE(f.text("estimate"), QString("The node does not answer now. Hearth keeps trying."));
        QVERIFY(!f.startButton()->isEnabled());

        f.node.say(NodeLink{});

        QTRY_VERIFY(f.startButton()->isEnabled());
    }

    void whoMayNotIsToldWhyAndAsksNothing()
    {
        FakeNode node(60);
        node.theInfo.role = "support";
        WarmUsersDialog dialog(node);
        dialog.show();

        dialog.findChild<QPlainTextEdit *>("list")->setPlainText("ana");
        const auto *estimate = dialog.findChild<QLabel *>("estimate");
        QTRY_VERIFY(estimate->text().startsWith("Your role on this node, support, may look but not act."));

        QVERIFY(!dialog.findChild<QPushButton *>("start")->isEnabled());
        QVERIFY(node.calls.empty());
    }

    void productionAsksNoName()
    {
        FakeNode node(60);
        node.theInfo.environment = "production";
        WarmUsersDialog dialog(node);

        QVERIFY(dialog.findChild<QLineEdit *>("nameCheck") == nullptr); // it destroys nothing
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
