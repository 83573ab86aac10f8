// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the role support sees of a person, and how it comes to see more.
#include "tests/support/FakeNode.h"
#include "tests/support/ManualClock.h"
#include "tests/support/Settle.h"
#include "ui/profile/MaskRow.h"
#include "ui/profile/ProfileFieldsModel.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/profile/RevealDialog.h"
#include "ui/widgets/Banner.h"

#include <QGuiApplication>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class ProfileMaskingTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        Fixture()
            : panel(node, clock)
        {
            node.theInfo.role = "support";
            node.theInfo.roleName = "maria";
            panel.resize(480, 700);
            panel.show();
            panel.activateWindow();
            look("user-0001"); // who speaks Spanish
        }
        void look(const std::string &identity)
        {
            panel.setIdentity(identity);
            settle();
        }
        QPushButton &button() { return panel.findChild<MaskRow *>()->button(); }
        QString maskText() { return panel.findChild<QLabel *>("maskText")->text(); }
        QString language() const
        {
            const auto *view = panel.findChild<QTableView *>("fields");
            return view->model()
                ->index(ProfileFieldsModel::NativeLanguage, ProfileFieldsModel::Cached)
                .data()
                .toString();
        }
        RevealDialog *openDialog()
        {
            button().click();
            settle();
            return panel.findChild<RevealDialog *>();
        }
        void reveal()
        {
            RevealDialog *dialog = openDialog();
            dialog->findChild<QLineEdit *>("reason")->setText("ticket 4711");
            dialog->revealButton().click();
            settle();
        }

        FakeNode node{20};
        ManualClock clock;
        ProfilePanel panel;
    };

private Q_SLOTS:
    void supportSeesThatItIsMasked()
    {
        Fixture f;

        QCOMPARE(f.language(), QString("masked"));
        QCOMPARE(f.maskText(), QString("Language, voice and preferences are masked for the role support."));
        QCOMPARE(f.button().text(), QString("Reveal…"));
        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void operatorsAreOfferedNothing()
    {
        Fixture f;
        f.node.theInfo.role = "operator";

        f.look("user-0002");

        QVERIFY(!f.panel.findChild<MaskRow *>()->isVisible());
        QVERIFY(!f.button().isEnabled());
        QCOMPARE(f.language(), QString("French"));
    }

    void nobodyToUnmaskNothingToReveal()
    {
        Fixture f;

        f.look("nobody");

        QVERIFY(!f.panel.findChild<MaskRow *>()->isVisible());
    }

    void aReasonIsNeededAndSaidToBeLogged()
    {
        Fixture f;

        RevealDialog *dialog = f.openDialog();

        QVERIFY(dialog->findChild<QLabel *>("logged")->text().contains("support/maria"));
        QVERIFY(dialog->findChild<QLabel *>("what")->text().contains("user-0001"));
        QVERIFY(!dialog->revealButton().isEnabled());
        auto *reason = dialog->findChild<QLineEdit *>("reason");
        reason->setText("   ");
        QVERIFY(!dialog->revealButton().isEnabled());
        reason->setText(QString(300, 'a'));
        QCOMPARE(reason->text().size(), 200);
        QVERIFY(dialog->revealButton().isEnabled());
        QCOMPARE(dialog->findChild<QLabel *>("left")->text(), QString("0 characters left"));
        QVERIFY(f.node.reveals.empty());
    }

    void aReasonOfSeveralLinesBecomesOne()
    {
        Fixture f;
        RevealDialog *dialog = f.openDialog();
        dialog->findChild<QLineEdit *>("reason")->setText(" ticket\n4711\t now ");

        dialog->revealButton().click();
        settle();

        QCOMPARE(f.node.reveals.at(0).second, std::string("ticket 4711 now"));
    }

    void itIsRevealedByKeyboard()
    {
        Fixture f;
        f.panel.findChild<QTableView *>("fields")->setFocus();

        QTest::keyClick(f.panel.focusWidget(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        settle();
        auto *dialog = f.panel.findChild<RevealDialog *>();
        QVERIFY(dialog != nullptr);
        QTest::keyClicks(dialog->focusWidget(), "ticket 4711");
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Return);
        settle();

        QVERIFY(f.panel.isRevealed());
        QCOMPARE(f.language(), QString("Spanish"));
        QCOMPARE(f.node.reveals, (std::vector<std::pair<std::string, std::string>>{{"user-0001", "ticket 4711"}}));
        QCOMPARE(f.maskText(), QString("Revealed for 60 s more. The node has logged it."));
    }

    void afterAMinuteItIsMaskedAgain()
    {
        Fixture f;
        f.reveal();
        f.clock.advance(59s);
        QTRY_COMPARE(f.maskText(), QString("Revealed for 1 s more. The node has logged it."));
        QCOMPARE(f.language(), QString("Spanish"));

        f.clock.advance(1s);
        QTRY_COMPARE(f.language(), QString("masked"));

        QVERIFY(!f.panel.isRevealed());
        QVERIFY(f.panel.view()->cached->nativeLanguage.empty());
        QCOMPARE(f.button().text(), QString("Reveal…"));
    }

    void aMinuteGoesByWhileNobodySeesThePage()
    {
        Fixture f;
        f.reveal();
        f.panel.hide();

        f.clock.advance(60s);

        QTRY_VERIFY(!f.panel.isRevealed());
        QVERIFY(f.panel.view()->cached->nativeLanguage.empty());
    }

    void anotherLookMasksItAgain()
    {
        Fixture f;
        f.reveal();
        f.look("user-0002");
        QCOMPARE(f.language(), QString("masked"));
        f.look("user-0001");
        QCOMPARE(f.language(), QString("masked"));

        f.reveal();
        f.panel.lookUp("user-0001"); // the same, but a new look
        QCOMPARE(f.language(), QString("masked"));
        settle();

        QVERIFY(!f.panel.isRevealed());
    }

    void itCanBeMaskedAtOnce()
    {
        Fixture f;
        f.reveal();
        QCOMPARE(f.button().text(), QString("Mask again"));

        f.button().click();

        QCOMPARE(f.language(), QString("masked"));
    }

    void aMaskedAnswerThatIsUnderWayTakesNothingAway()
    {
        Fixture f;
        RevealDialog *dialog = f.openDialog();
        dialog->findChild<QLineEdit *>("reason")->setText("ticket 4711");
        f.node.holdAnswers = true;
        f.panel.reload();
        dialog->revealButton().click();
        f.node.answerLast();
        settle();
        QCOMPARE(f.language(), QString("Spanish"));

        f.node.answerAll();
        settle();
        f.panel.reload();
        settle();

        QCOMPARE(f.language(), QString("Spanish"));
        QCOMPARE(f.node.waiting(), std::size_t(0)); // it does not look while it is revealed
    }

    void aRevealOfSomebodyWhoIsLeftShowsNothing()
    {
        Fixture f;
        RevealDialog *dialog = f.openDialog();
        dialog->findChild<QLineEdit *>("reason")->setText("ticket 4711");
        f.node.holdAnswers = true;
        dialog->revealButton().click();
        f.panel.setIdentity("user-0002");
        f.node.answerAll();
        settle();

        QVERIFY(!f.panel.isRevealed());
        QCOMPARE(f.panel.view()->identity, std::string("user-0002"));
        QCOMPARE(f.language(), QString("masked"));
    }

    void theSummaryStaysMasked()
    {
        Fixture f;
        f.reveal();
        QCOMPARE(f.language(), QString("Spanish"));

        const QString summary = f.panel.summary();

        QVERIFY(summary.contains("Cache holds: masked"));
        QVERIFY(!summary.contains("Spanish") && !summary.contains("Celeste"));
    }

    void aRefusalIsSaidInTheDialog()
    {
        Fixture f;
        RevealDialog *dialog = f.openDialog();
        dialog->findChild<QLineEdit *>("reason")->setText("ticket 4711");
        f.node.failure = Error{ErrorCode::Unavailable, "eu-1 cannot be reached"};

        dialog->revealButton().click();
        settle();

        QVERIFY(dialog->isVisible());
        QCOMPARE(dialog->findChild<Banner *>()->sentence(), QString("eu-1 cannot be reached."));
        QVERIFY(dialog->revealButton().isEnabled());
        QVERIFY(dialog->height() >= dialog->layout()->totalMinimumHeightForWidth(dialog->width())); // nothing is cut
        QVERIFY(!f.panel.isRevealed());
    }

    void aHostileNameIsShownAsItIs()
    {
        FakeNode node(1);
        RevealDialog dialog(node, "<b>ana</b>\xE2\x80\xAE" + std::string(200, 'w'));

        const auto *what = dialog.findChild<QLabel *>("what");

        QCOMPARE(what->textFormat(), Qt::PlainText);
        QVERIFY(what->text().contains(QString::fromUtf8("<b>ana</b>⟨U+202E⟩")));
        QVERIFY(dialog.sizeHint().width() < 800);
    }
};

QTEST_MAIN(ProfileMaskingTest)
#include "tst_ProfileMasking.moc"
