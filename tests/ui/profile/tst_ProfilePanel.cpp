// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/profile/ProfilePage.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace hearth;

class ProfilePanelTest final : public QObject
{
    Q_OBJECT

private:
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
        FakeNode node(20);
        ProfilePanel panel(node);
        QSignalSpy said(&panel, &ProfilePanel::notify);
        panel.show();
        panel.setIdentity("user-0003");
        settle();

        button(panel, "refresh").click();
        settle();
        button(panel, "expire").click();
        settle();

        QCOMPARE(node.refreshes, (std::vector<std::vector<std::string>>{{"user-0003"}}));
        QCOMPARE(std::get<TheseUsers>(node.expiries.at(0)).identities, std::vector<std::string>{"user-0003"});
        QCOMPARE(said.count(), 2);
        QVERIFY(!button(panel, "expire").isEnabled()); // it is expired now
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

    void thePageLooksUpByKeyboard()
    {
        FakeNode node(20);
        ProfilePage page(node);
        page.show();
        page.activateWindow();
        settle();
        QVERIFY(node.calls.empty());

        QTest::keyClicks(page.focusWidget(), " user-0003 ");
        QTest::keyClick(page.focusWidget(), Qt::Key_Return);
        settle();

        QCOMPARE(page.panel().identity(), std::string("user-0003"));
        QVERIFY(node.wasOnlyLookedAt());
    }

    void anIdentityThatCannotBeGetsASentence_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::newRow("empty") << "  ";
        QTest::newRow("too long") << QString(256, 'x');
    }
    void anIdentityThatCannotBeGetsASentence()
    {
        QFETCH(QString, typed);
        FakeNode node(20);
        ProfilePage page(node);
        page.show();

        page.lookUp(typed);
        settle();

        const auto *problem = page.findChild<QLabel *>("problem");
        QVERIFY(problem->isVisible());
        QVERIFY(problem->text().endsWith('.'));
        QVERIFY(node.calls.empty());
    }
};

QTEST_MAIN(ProfilePanelTest)
#include "tst_ProfilePanel.moc"
