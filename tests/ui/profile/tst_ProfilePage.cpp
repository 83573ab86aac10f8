// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/ManualClock.h"
#include "tests/support/Settle.h"
#include "ui/profile/ProfilePage.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/profile/RecentLookUps.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTest>

using namespace hearth;

class ProfilePageTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        Fixture()
            : page(node, clock)
        {
            page.resize(900, 700);
            page.show();
            page.activateWindow();
            settle();
        }
        QLineEdit &field() { return *page.findChild<QLineEdit *>("identity"); }
        void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
        {
            QWidget *popup = QApplication::activePopupWidget();
            QTest::keyClick(popup != nullptr ? popup : page.focusWidget(), key, modifiers);
            settle();
        }
        void lookUp(const QString &identity)
        {
            field().clear();
            QTest::keyClicks(page.focusWidget(), identity);
            if (QWidget *popup = QApplication::activePopupWidget())
                popup->hide();
            press(Qt::Key_Return);
        }
        std::string shown() { return page.panel().identity(); }

        FakeNode node{20};
        ManualClock clock;
        ProfilePage page;
    };

private Q_SLOTS:
    void itLooksUpByKeyboardAndOnlyLooks()
    {
        Fixture f;
        QVERIFY(f.node.calls.empty());

        QTest::keyClicks(f.page.focusWidget(), " user-0003 ");
        f.press(Qt::Key_Return);

        QCOMPARE(f.shown(), std::string("user-0003"));
        QCOMPARE(f.field().text(), QString("user-0003"));
        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void whatIsPastedIsTrimmed()
    {
        Fixture f;
        QGuiApplication::clipboard()->setText(QString::fromUtf8("\n\t user-0003\xC2\xA0\r\n"));

        f.field().paste();
        f.press(Qt::Key_Return);

        QCOMPARE(f.shown(), std::string("user-0003"));
    }

    void escapeClearsTheFieldAndThenThePage()
    {
        Fixture f;
        f.lookUp("user-0003");

        f.press(Qt::Key_Escape);
        QVERIFY(f.field().text().isEmpty());
        QCOMPARE(f.shown(), std::string("user-0003"));
        f.press(Qt::Key_Escape);

        QVERIFY(f.shown().empty());
        QCOMPARE(f.page.findChild<QStackedWidget *>()->currentIndex(), 0);
    }

    void thePanelsKeysWorkFromTheField()
    {
        Fixture f;
        QSignalSpy expired(&f.page, &ProfilePage::expired);
        f.lookUp("user-0003");
        QVERIFY(f.field().hasFocus());

        f.press(Qt::Key_F5);
        f.press(Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);

        QCOMPARE(f.node.refreshes.size(), std::size_t(1));
        QCOMPARE(f.node.expiries.size(), std::size_t(1));
        QCOMPARE(expired.count(), 1);
    }

    void recentLookUpsAreOfferedByTheDownKey()
    {
        Fixture f;
        f.press(Qt::Key_Down);
        QVERIFY(QApplication::activePopupWidget() == nullptr); // there are none yet
        f.lookUp("user-0003");
        f.lookUp("nobody");

        f.press(Qt::Key_Down);
        QVERIFY(QApplication::activePopupWidget() != nullptr);
        f.press(Qt::Key_Down);
        f.press(Qt::Key_Down);
        f.press(Qt::Key_Return);

        QCOMPARE(f.shown(), std::string("user-0003"));
        QCOMPARE(f.field().text(), QString("user-0003"));
    }

    void escapeClosesTheOfferFirst()
    {
        Fixture f;
        f.lookUp("user-0003");
        f.press(Qt::Key_Down);

        f.press(Qt::Key_Escape);

        QVERIFY(QApplication::activePopupWidget() == nullptr);
        QCOMPARE(f.field().text(), QString("user-0003"));
    }

    void recentLookUpsAreOfferedWhileTyping()
    {
        Fixture f;
        f.lookUp("user-0003");
        f.lookUp("user-0004");
        f.field().clear();

        QTest::keyClicks(f.page.focusWidget(), "0003");
        settle();
        QWidget *popup = QApplication::activePopupWidget();
        QVERIFY(popup != nullptr);

        QCOMPARE(qobject_cast<QAbstractItemView *>(popup)->model()->rowCount(), 1);
    }

    void recentLookUpsAreOfThisWindowOnly()
    {
        Fixture first;
        first.lookUp("user-0003");

        Fixture second;

        QCOMPARE(second.page.findChild<RecentLookUps *>()->rowCount(), 0);
    }

    void anIdentityThatCannotBeGetsASentence_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::newRow("empty") << "  ";
        QTest::newRow("too long") << QString(256, 'x');
        QTest::newRow("two lines") << "ana\nbob";
    }
    void anIdentityThatCannotBeGetsASentence()
    {
        QFETCH(QString, typed);
        Fixture f;

        f.page.lookUp(typed);
        settle();

        const auto *problem = f.page.findChild<QLabel *>("problem");
        QVERIFY(problem->isVisible());
        QVERIFY(problem->text().endsWith('.'));
        QVERIFY(f.node.calls.empty());
        QCOMPARE(f.page.findChild<RecentLookUps *>()->rowCount(), 0);
    }

    void lookingAgainIsANewLook()
    {
        Fixture f;
        f.lookUp("user-0003");

        f.press(Qt::Key_Return);

        QCOMPARE(f.node.callsOf("profile"), std::size_t(2));
        QCOMPARE(f.page.findChild<RecentLookUps *>()->rowCount(), 1);
    }

    void everythingFocusableHasAName()
    {
        Fixture f;
        f.node.theInfo.role = "support";
        f.lookUp("user-0003");

        for (const QWidget *widget : f.page.findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || qobject_cast<const QLabel *>(widget))
                continue;
            const auto *button = qobject_cast<const QAbstractButton *>(widget);
            const QString name =
                widget->accessibleName().isEmpty() && button ? button->text() : widget->accessibleName();
            QVERIFY2(!name.isEmpty(), widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(ProfilePageTest)
#include "tst_ProfilePage.moc"
