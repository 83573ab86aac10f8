// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Toast.h"

#include <QPushButton>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class ToastTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        Fixture()
            : area(host)
        {
            host.resize(800, 600);
            host.show();
        }
        static ToastMessage undoable(std::chrono::milliseconds time)
        {
            ToastMessage message;
            message.text = QStringLiteral("Expired 412 entries");
            message.actionText = QStringLiteral("Undo");
            message.actionUntil = QDeadlineTimer(time);
            return message;
        }
        QPushButton *button() const { return host.findChild<QPushButton *>(); }
        bool shows(const QString &text) const
        {
            const auto toasts = host.findChildren<Toast *>();
            return std::any_of(toasts.begin(), toasts.end(),
                               [&](const Toast *toast) { return toast->message().text == text && toast->isVisible(); });
        }

        QWidget host;
        ToastArea area;
    };

private Q_SLOTS:
    void theSecondsThatAreLeftAreCountedDown()
    {
        Fixture f;

        f.area.show(Fixture::undoable(2s));
        QCOMPARE(f.button()->text(), QString("Undo (2 s)"));
        const int width = f.button()->width();

        QTRY_COMPARE(f.button()->text(), QString("Undo (1 s)"));
        QCOMPARE(f.button()->width(), width);
        QCOMPARE(f.button()->accessibleName(), QString("Undo"));
        QTRY_COMPARE(f.area.visibleCount(), 0);
    }

    void nothingHoldsACountdownUp()
    {
        Fixture f;
        f.host.activateWindow();
        f.area.show(Fixture::undoable(300ms));

        f.button()->setFocus(Qt::TabFocusReason);

        QTRY_COMPARE(f.area.visibleCount(), 0);
    }

    void aCountdownWaitsForNobody()
    {
        Fixture f;
        for (const char *text : {"first", "second", "third", "fourth"})
            f.area.show(QString::fromLatin1(text));

        f.area.show(Fixture::undoable(60s));

        QVERIFY(f.shows("Expired 412 entries"));
        QVERIFY(!f.shows("first")); // the oldest made room
        QVERIFY(f.shows("third"));
        QCOMPARE(f.area.visibleCount(), ToastArea::maximumVisible);
        QCOMPARE(f.area.waitingCount(), 1);
    }

    void aFloodTakesNoCountdownAway()
    {
        Fixture f;
        for (int i = 0; i < 4; ++i)
            f.area.show(Fixture::undoable(60s)); // the fourth has to wait

        for (int i = 0; i < 100; ++i)
            f.area.show(QStringLiteral("flood"));

        QCOMPARE(f.area.waitingCount(), ToastArea::maximumWaiting);
        f.button()->click();
        QCOMPARE(f.host.findChildren<QPushButton *>(QString(), Qt::FindChildrenRecursively).size(), 4); // one is going
        QVERIFY(!f.shows("flood"));
    }

    void whatIsOverIsNotShown()
    {
        Fixture f;

        f.area.show(Fixture::undoable(0ms));

        QCOMPARE(f.area.visibleCount(), 0);
        QCOMPARE(f.area.waitingCount(), 0);
    }

    void itCanBeClosedByItsNumberShownOrWaiting()
    {
        Fixture f;
        const quint64 first = f.area.show(QStringLiteral("first"));
        f.area.show(QStringLiteral("second"));
        f.area.show(QStringLiteral("third"));
        const quint64 fourth = f.area.show(QStringLiteral("fourth"));

        f.area.close(fourth);
        QCOMPARE(f.area.waitingCount(), 0);
        f.area.close(first);
        f.area.close(first);
        f.area.close(4'711);

        QCOMPARE(f.area.visibleCount(), 2);
        QVERIFY(!f.shows("first") && f.shows("second"));
    }
};

QTEST_MAIN(ToastTest)
#include "tst_Toast.moc"
