// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/ManualClock.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/ExpiryUndoOffer.h"
#include "ui/widgets/Toast.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace hearth;
using namespace std::chrono_literals;

class ExpiryUndoOfferTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        Fixture()
            : toasts(window)
            , offer(std::make_unique<ExpiryUndoOffer>(node, toasts, window, clock))
        {
            window.resize(800, 600);
            field = new QLineEdit(&window);
            other = new QPushButton(QStringLiteral("other"), &window);
            window.show();
            window.activateWindow();
            other->setFocus();
            settle();
        }
        // The users are expired, and it is told.
        void expire(std::vector<std::string> users)
        {
            const auto future = node.expire(TheseUsers{users});
            offer->offer(future.result().operator*(), QStringLiteral("%1 entries").arg(users.size()));
        }
        void pressUndo() { QTest::keyClick(window.focusWidget(), Qt::Key_Z, Qt::ControlModifier); }
        QPushButton *undoButton() const
        {
            for (QPushButton *button : window.findChildren<QPushButton *>()) {
                if (button->text().startsWith("Undo"))
                    return button;
            }
            return nullptr;
        }
        QStringList texts() const
        {
            QStringList all;
            for (const Toast *toast : window.findChildren<Toast *>()) {
                if (toast->isVisible())
                    all << toast->message().text;
            }
            return all;
        }
        bool isActive(std::size_t row) const { return node.rows.at(row).state == EntryState::Active; }

        FakeNode node{60};
        ManualClock clock;
        QWidget window;
        QLineEdit *field = nullptr;
        QPushButton *other = nullptr;
        ToastArea toasts;
        std::unique_ptr<ExpiryUndoOffer> offer;
    };

private Q_SLOTS:
    void anExpiryIsToldWithTheTimeToUndoIt()
    {
        Fixture f;
        QSignalSpy said(f.offer.get(), &ExpiryUndoOffer::said);

        f.expire({"user-0001", "user-0002"});

        QCOMPARE(f.texts(), QStringList{"Expired 2 entries"});
        QCOMPARE(f.undoButton()->text(), QString("Undo (30 s)"));
        QCOMPARE(said[0][0].toString(), QString("Expired 2 entries"));
        QVERIFY(f.node.undos.empty());
    }

    void aClickTakesItBack()
    {
        Fixture f;
        f.expire({"user-0001", "user-0002"});
        QVERIFY(!f.isActive(1));

        QTest::mouseClick(f.undoButton(), Qt::LeftButton);
        settle();

        QVERIFY(f.isActive(1) && f.isActive(2));
        QCOMPARE(f.node.undos, std::vector<std::string>{"undo-1"});
        QCOMPARE(f.texts(), QStringList{"Restored 2 entries"});
        QVERIFY(!f.offer->isPossible());
    }

    void theKeyTakesTheNewestBackFirst()
    {
        Fixture f;
        f.expire({"user-0001"});
        f.expire({"user-0002"});

        f.pressUndo();
        settle();
        QVERIFY(!f.isActive(1) && f.isActive(2));
        f.pressUndo();
        settle();
        f.pressUndo();
        settle();

        QVERIFY(f.isActive(1));
        QCOMPARE(f.node.undos, (std::vector<std::string>{"undo-2", "undo-1"}));
        QVERIFY(f.undoButton() == nullptr);
    }

    void whoWasReloadedMeanwhileIsCounted()
    {
        Fixture f;
        f.expire({"user-0001", "user-0002", "user-0003"});
        (void)f.node.refresh({"user-0001", "user-0002"});

        f.pressUndo();
        settle();

        QCOMPARE(f.texts(), QStringList{"Restored 1 entry, 2 were reloaded or removed meanwhile"});
    }

    void tooLateIsSaidInWords()
    {
        Fixture f;
        f.expire({"user-0001"});
        f.node.failure = Error{ErrorCode::NotFound, "There is no such expiry."};

        f.undoButton()->click();
        settle();

        QCOMPARE(f.texts(),
                 QStringList{"Too late to take the expiry of 1 entries back. The next read goes to the database."});
        QVERIFY(!f.offer->isPossible());
    }

    void aLostNodeLeavesTheOffer()
    {
        Fixture f;
        f.expire({"user-0001"});
        f.node.failure = Error{ErrorCode::Unavailable, "eu-1 cannot be reached"};
        f.pressUndo();
        settle();
        QCOMPARE(f.texts(), QStringList{"The expiry of 1 entries was not taken back. eu-1 cannot be reached."});
        QVERIFY(f.undoButton()->text().startsWith("Undo ("));

        f.node.failure.reset();
        f.pressUndo();
        settle();

        QVERIFY(f.isActive(1));
    }

    void theTimeIsTheNodes()
    {
        Fixture f;
        ExpiryOutcome outcome{412, "undo-7", f.clock.wallNow() + 12s};

        f.offer->offer(outcome, "412 entries");

        QCOMPARE(f.undoButton()->text(), QString("Undo (12 s)"));
    }

    void whenTheTimeIsOverTheKeyIsNobodys()
    {
        Fixture f;
        f.offer->offer({412, "undo-7", f.clock.wallNow() + 200ms}, "412 entries");
        QVERIFY(f.offer->isPossible());

        QTRY_VERIFY(!f.offer->isPossible());
        f.pressUndo();
        settle();

        QVERIFY(f.node.undos.empty());
        QTRY_COMPARE(f.toasts.visibleCount(), 0);
    }

    void whatCannotBeTakenBackSaysSo_data()
    {
        QTest::addColumn<QString>("undoId");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<quint64>("count");
        QTest::addColumn<QString>("text");
        QTest::newRow("the node keeps none") << "" << 30 << quint64(5) << "Expired 5 entries. This cannot be undone.";
        QTest::newRow("the answer came late")
            << "undo-1" << -1 << quint64(5) << "Expired 5 entries. This cannot be undone.";
        QTest::newRow("nothing expired") << "undo-1" << 30 << quint64(0)
                                         << "Nothing expired: none of them was active any more.";
    }

    void whatCannotBeTakenBackSaysSo()
    {
        QFETCH(QString, undoId);
        QFETCH(int, seconds);
        QFETCH(quint64, count);
        QFETCH(QString, text);
        Fixture f;

        f.offer->offer({count, undoId.toStdString(), f.clock.wallNow() + std::chrono::seconds(seconds)}, "5 entries");

        QCOMPARE(f.texts(), QStringList{text});
        QVERIFY(f.undoButton() == nullptr && !f.offer->isPossible());
    }

    void aFieldKeepsItsOwnUndo()
    {
        Fixture f;
        f.expire({"user-0001"});
        f.field->setFocus();
        QTest::keyClicks(f.field, "ana");

        f.pressUndo(); // of the typing
        settle();
        QVERIFY(f.node.undos.empty());
        QVERIFY(f.field->text().isEmpty());
        f.pressUndo();
        settle();

        QCOMPARE(f.node.undos.size(), std::size_t(1));
    }

    void aClosedToastLeavesTheKey()
    {
        Fixture f;
        f.expire({"user-0001"});
        Q_EMIT f.window.findChild<Toast *>()->closed();
        settle();

        f.pressUndo();
        settle();

        QVERIFY(f.isActive(1));
    }

    void itsEndTakesTheOfferAway()
    {
        Fixture f;
        f.expire({"user-0001"});

        f.offer.reset();
        settle();
        f.pressUndo();

        QVERIFY(f.undoButton() == nullptr);
        QVERIFY(f.node.undos.empty());
    }

    void theToastsMayGoFirst()
    {
        FakeNode node(20);
        ManualClock clock;
        QWidget window;
        auto *toasts = new ToastArea(window);
        ExpiryUndoOffer offer(node, *toasts, window, clock);
        offer.offer(node.expire(TheseUsers{{"user-0001"}}).result().operator*(), "user-0001");

        delete toasts;
        offer.undoNewest();
        settle();

        QCOMPARE(node.undos.size(), std::size_t(1));
    }
};

QTEST_MAIN(ExpiryUndoOfferTest)
#include "tst_ExpiryUndoOffer.moc"
