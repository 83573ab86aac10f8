// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/dialogs/RemoveDialog.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

using namespace hearth;

class ForceExpiryDialogTest final : public QObject
{
    Q_OBJECT

private:
    static EntriesTarget users(std::initializer_list<const char *> names)
    {
        TheseUsers these;
        for (const char *name : names)
            these.identities.emplace_back(name);
        return these;
    }
    static void press(QWidget &dialog, Qt::Key key)
    {
        QWidget *focus = dialog.focusWidget() != nullptr ? dialog.focusWidget() : &dialog;
        QTest::keyClick(focus, key);
        settle();
    }

private Q_SLOTS:
    void theButtonNamesTheExactCount()
    {
        FakeNode node(60); // of which 50 are active
        ForceExpiryDialog dialog(node, AllUsers{});
        QVERIFY(!dialog.actionButton().isEnabled());

        settle();

        QCOMPARE(dialog.actionButton().text(), QString("Expire 50 entries"));
        QVERIFY(dialog.actionButton().isEnabled());
        QVERIFY(!dialog.actionButton().isDefault());
        QCOMPARE(dialog.examplesText().count('\n'), 9);
        QVERIFY(node.wasOnlyLookedAt());
    }

    // How to take it back comes with the answer: who leaves before it would lose that.
    void itStaysUntilTheNodeHasAnswered()
    {
        FakeNode node(60);
        ForceExpiryDialog dialog(node, AllUsers{});
        QSignalSpy expired(&dialog, &ForceExpiryDialog::expired);
        dialog.show();
        settle();
        node.holdAnswers = true;
        dialog.actionButton().click();

        press(dialog, Qt::Key_Escape);
        dialog.close();

        QVERIFY(dialog.isVisible());
        for (const QRadioButton *choice : dialog.findChildren<QRadioButton *>())
            QVERIFY(!choice->isEnabled());
        node.answerAll();
        settle();
        QCOMPARE(expired.count(), 1);
        QVERIFY(!dialog.isVisible());
    }

    void anotherChoiceAsksAnew()
    {
        FakeNode node(60);
        EntriesFilter spanish;
        spanish.language = "es";
        ForceExpiryDialog dialog(node, users({"user-0001"}), {MatchingUsers{spanish}});
        settle();
        QCOMPARE(dialog.actionButton().text(), QString("Expire 1 entry"));
        const auto choices = dialog.findChildren<QRadioButton *>();
        QCOMPARE(choices.size(), 3);

        choices[1]->click();
        settle();
        QCOMPARE(dialog.actionButton().text(), QString("Expire 10 entries"));
        choices[2]->click();
        settle();

        QCOMPARE(dialog.actionButton().text(), QString("Expire 50 entries"));
    }

    void aCountThatComesLateIsDropped()
    {
        FakeNode node(60);
        node.holdAnswers = true;
        ForceExpiryDialog dialog(node, users({"user-0001"}));
        dialog.findChildren<QRadioButton *>()[1]->click();

        node.answerLast();
        node.answerNext();
        settle();

        QCOMPARE(dialog.actionButton().text(), QString("Expire 50 entries"));
    }

    void expiresWhatWasShownAndSaysSo()
    {
        FakeNode node(60);
        ForceExpiryDialog dialog(node, users({"user-0001", "user-0002"}));
        QSignalSpy expired(&dialog, &ForceExpiryDialog::expired);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        dialog.show();
        settle();

        dialog.actionButton().click();
        QTRY_COMPARE(accepted.count(), 1);

        QCOMPARE(node.expiries.size(), std::size_t(1));
        QCOMPARE(std::get<TheseUsers>(node.expiries[0]).identities.size(), std::size_t(2));
        QCOMPARE(expired.count(), 1);
        QCOMPARE(expired[0][0].value<ExpiryOutcome>().expired, 2U);
        QCOMPARE(expired[0][0].value<ExpiryOutcome>().undoId, std::string("undo-1"));
        QCOMPARE(expired[0][1].toString(), QString("2 entries"));
    }

    void nothingToExpireCannotBePressed()
    {
        FakeNode node(60);
        ForceExpiryDialog dialog(node, users({"user-0005"})); // expired already

        settle();

        QVERIFY(!dialog.actionButton().isEnabled());
        QVERIFY(dialog.countText().contains("nothing to expire"));
    }

    void aFailureStaysInTheDialog()
    {
        FakeNode node(60);
        ForceExpiryDialog dialog(node, AllUsers{});
        QSignalSpy finished(&dialog, &QDialog::finished);
        dialog.show();
        settle();
        node.failure = Error{ErrorCode::Unavailable, "the node is gone"};

        dialog.actionButton().click();
        settle();

        QCOMPARE(finished.count(), 0);
        QVERIFY(dialog.actionButton().isEnabled());
        QStringList texts;
        for (const QLabel *label : dialog.findChildren<QLabel *>())
            texts << label->text();
        QVERIFY(texts.contains("The node is gone."));
    }

    void enterDestroysNothing()
    {
        FakeNode node(60);
        ForceExpiryDialog dialog(node, AllUsers{});
        dialog.show();
        settle();

        press(dialog, Qt::Key_Return);

        QVERIFY(node.wasOnlyLookedAt());
        QVERIFY(!dialog.isVisible());
    }

    void worksByKeyboardAlone()
    {
        FakeNode node(60);
        ForceExpiryDialog dialog(node, users({"user-0001"}));
        dialog.show();
        dialog.activateWindow();
        settle();

        press(dialog, Qt::Key_Down); // everyone
        for (int i = 0; i < 10 && !dialog.actionButton().hasFocus(); ++i)
            press(dialog, Qt::Key_Tab);
        QVERIFY(dialog.actionButton().hasFocus());
        press(dialog, Qt::Key_Space);

        QCOMPARE(node.expiries.size(), std::size_t(1));
        QVERIFY(std::holds_alternative<AllUsers>(node.expiries[0]));
    }

    void htmlInANameIsShownLiterally()
    {
        FakeNode node(1);
        node.rows[0].identity = "<b>ada</b>\xE2\x80\xAE";
        ForceExpiryDialog dialog(node, AllUsers{});

        settle();

        QCOMPARE(dialog.examplesText(), QString::fromUtf8("<b>ada</b>⟨U+202E⟩"));
        for (const QLabel *label : dialog.findChildren<QLabel *>()) {
            if (!label->text().isEmpty())
                QCOMPARE(label->textFormat(), Qt::PlainText);
        }
    }

    void forOneUserThereIsNothingToChoose()
    {
        FakeNode node(60);
        node.theInfo.environment = "production";
        node.theInfo.name = "eu-1";
        ForceExpiryDialog dialog(node, "user-0001");
        QSignalSpy expired(&dialog, &ForceExpiryDialog::expired);
        dialog.show();
        dialog.activateWindow();
        settle();
        QVERIFY(dialog.findChildren<QRadioButton *>().isEmpty());
        QCOMPARE(dialog.examplesText(), QString("user-0001"));
        QCOMPARE(dialog.actionButton().text(), QString("Expire 1 entry"));
        QVERIFY(!dialog.actionButton().isEnabled());

        QTest::keyClicks(dialog.focusWidget(), "eu-1"); // the name is asked for first
        QVERIFY(dialog.actionButton().isEnabled());
        dialog.actionButton().click();
        settle();

        QCOMPARE(std::get<TheseUsers>(node.expiries.at(0)).identities, std::vector<std::string>{"user-0001"});
        QCOMPARE(expired[0][1].toString(), QString("user-0001"));
    }

    void productionWantsItsNameTyped()
    {
        FakeNode node(60);
        node.theInfo.environment = "production";
        node.theInfo.name = "eu-1";
        RemoveDialog dialog(node, {"user-0001"});
        QVERIFY(!dialog.actionButton().isEnabled());

        dialog.findChild<QLineEdit *>("nameCheck")->setText("eu-1");

        QVERIFY(dialog.actionButton().isEnabled());
    }

    void removingNamesTheCountAndDoesIt()
    {
        FakeNode node(60);
        RemoveDialog dialog(node, {"user-0001", "user-0005"});
        QSignalSpy said(&dialog, &ActionDialog::notify);
        dialog.show();
        QCOMPARE(dialog.actionButton().text(), QString("Remove 2 entries"));
        QVERIFY(!dialog.actionButton().isDefault());

        dialog.actionButton().click();
        settle();

        QCOMPARE(node.rows.size(), std::size_t(58));
        QCOMPARE(said[0][0].toString(), QString("Removed 2 entries from the cache."));
    }
};

QTEST_MAIN(ForceExpiryDialogTest)
#include "tst_ForceExpiryDialog.moc"
