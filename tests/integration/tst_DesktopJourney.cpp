// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What operators and support do all day, from the first press to what they see of it: once with the mouse, once with
// the keyboard only. Off-screen, and in a real window where there is an X server.
#include "tests/integration/LocalDesk.h"
#include "tests/support/FakeNode.h"
#include "ui/HeaderBar.h"
#include "ui/NodeView.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesModel.h"
#include "ui/entries/EntriesTable.h"
#include "ui/entries/EntriesToolbar.h"
#include "ui/overview/OverviewPage.h"
#include "ui/profile/ProfilePage.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/NavigationRail.h"
#include "ui/widgets/Pill.h"
#include "ui/widgets/Toast.h"

#include <QAbstractButton>
#include <QDialog>
#include <QLineEdit>
#include <QLoggingCategory>
#include <QMenu>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 30'000; // ms; what is waited for takes a few hundred
constexpr int mostTabs = 60;     // to get anywhere in a window

// The button that can be seen and whose text begins so.
QAbstractButton *buttonOf(const QWidget &parent, const QString &text)
{
    for (QAbstractButton *button : parent.findChildren<QAbstractButton *>()) {
        if (button->isVisible() && button->text().startsWith(text))
            return button;
    }
    return nullptr;
}

template <class Widget>
Widget *visibleOf(const QWidget &parent)
{
    for (Widget *widget : parent.findChildren<Widget *>()) {
        if (widget->isVisible())
            return widget;
    }
    return nullptr;
}

QDialog *openDialog()
{
    for (QWidget *widget : QApplication::topLevelWidgets()) {
        if (auto *dialog = qobject_cast<QDialog *>(widget); dialog && dialog->isVisible())
            return dialog;
    }
    return nullptr;
}

} // namespace

class tst_DesktopJourney : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false")); }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_desk = std::make_unique<LocalDesk>(LocalDesk::sampleOptions(*m_folder));
        m_other = std::make_unique<FakeNode>(7);
        m_other->theInfo.name = "eu-2";
        m_desk->nodes.add(*m_other);
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->isReachable(), patience);
        activate(window());
    }
    void cleanup()
    {
        m_desk.reset();
        m_other.reset();
        m_folder.reset();
    }

    void findsAUserAndLooksAtThem_data() { hands(); }
    void findsAUserAndLooksAtThem()
    {
        warm(50);
        const Stats before = m_desk->runtime.stats();
        goTo("Entries", Qt::Key_2);
        QTRY_COMPARE_WITH_TIMEOUT(entries().model().rowCount(), 50, patience);

        QWidget *search = visibleOf<QLineEdit>(entries().toolbar());
        if (isByMouse())
            click(search);
        else
            QTest::keyClick(focused(), Qt::Key_F, Qt::ControlModifier);
        QCOMPARE(focused(), search);
        const QString identity = QString::fromStdString(entries().model().entry(17).identity);
        QTest::keyClicks(focused(), identity.toUpper());
        QTRY_COMPARE_WITH_TIMEOUT(entries().model().rowCount(), 1, patience);
        if (isByMouse()) {
            clickRow(0);
        } else {
            tabTo(window(), &entries().table());
            QTest::keyClick(focused(), Qt::Key_Down);
            QTest::keyClick(focused(), Qt::Key_Return);
        }

        const ProfilePanel &panel = entries().profile();
        QTRY_VERIFY_WITH_TIMEOUT(panel.view() && panel.view()->agreement == Agreement::Same, patience);
        QCOMPARE(QString::fromStdString(panel.identity()), identity);
        QCOMPARE(m_desk->runtime.stats().gets, before.gets);
    }

    void looksAUserUp_data() { hands(); }
    void looksAUserUp()
    {
        goTo("Profile", Qt::Key_3);
        auto &page = *window().findChild<ProfilePage *>();
        QTRY_COMPARE_WITH_TIMEOUT(focused(), visibleOf<QLineEdit>(page), patience); // ready to be typed into

        QTest::keyClicks(focused(), "sample-0001-ana");
        if (isByMouse())
            click(buttonOf(page, "Look up"));
        else
            QTest::keyClick(focused(), Qt::Key_Return);

        QTRY_VERIFY_WITH_TIMEOUT(page.panel().view() && page.panel().view()->stored, patience);
        QCOMPARE(page.panel().identity(), std::string("sample-0001-ana"));
    }

    void warmsFiftyUsers_data() { hands(); }
    void warmsFiftyUsers()
    {
        if (isByMouse())
            click(buttonOf(header(), "Warm"));
        else
            QTest::keyClick(focused(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(openDialog(), patience);
        QDialog &dialog = *openDialog();
        activate(dialog);

        QAbstractButton *recent = buttonOf(dialog, "Most recent");
        QVERIFY(recent);
        if (isByMouse()) {
            click(recent);
        } else {
            tabTo(dialog, buttonOf(dialog, "From a list"));
            QTest::keyClick(focused(), Qt::Key_Right);
        }
        auto *count = dialog.findChild<QSpinBox *>("recent");
        QTRY_VERIFY_WITH_TIMEOUT(count && count->isVisible(), patience);
        if (isByMouse())
            click(count->findChild<QLineEdit *>());
        else
            tabTo(dialog, count);
        QTest::keyClick(focused(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(focused(), "50");
        QAbstractButton *start = dialog.findChild<QAbstractButton *>("start");
        QTRY_VERIFY_WITH_TIMEOUT(start && start->isEnabled() && start->text().contains("50"), patience);
        press(dialog, start);

        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, std::uint64_t(50), patience);
        QCOMPARE(m_desk->node.stats().gets, std::uint64_t(0));
    }

    void forcesTheExpiryOfASelection_data() { hands(); }
    void forcesTheExpiryOfASelection()
    {
        warm(50);
        goTo("Entries", Qt::Key_2);
        QTRY_COMPARE_WITH_TIMEOUT(entries().model().rowCount(), 50, patience);

        if (isByMouse()) {
            clickRow(1);
            clickRow(3, Qt::ShiftModifier);
            click(buttonOf(entries().toolbar(), "Expire"));
        } else {
            tabTo(window(), &entries().table());
            QTest::keyClick(focused(), Qt::Key_Down);
            QTest::keyClick(focused(), Qt::Key_Down, Qt::ShiftModifier);
            QTest::keyClick(focused(), Qt::Key_Down, Qt::ShiftModifier);
            QTest::keyClick(focused(), Qt::Key_E);
        }
        const auto selected = entries().table().selectedCount();
        QVERIFY2(selected == 3, qPrintable(QString::number(selected)));
        QTRY_VERIFY_WITH_TIMEOUT(openDialog(), patience);
        activate(*openDialog());
        QTRY_VERIFY_WITH_TIMEOUT(buttonOf(*openDialog(), "Expire 3"), patience);
        QTRY_VERIFY_WITH_TIMEOUT(buttonOf(*openDialog(), "Expire 3")->isEnabled(), patience);
        press(*openDialog(), buttonOf(*openDialog(), "Expire 3"));

        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().expiredEntries, std::uint64_t(3), patience);
        QCOMPARE(m_desk->node.stats().activeEntries, std::uint64_t(47));
        QTRY_VERIFY_WITH_TIMEOUT(!openDialog(), patience);
    }

    void cleansUp_data() { hands(); }
    void cleansUp()
    {
        warm(20);
        m_desk->node.expire(TheseUsers{{firstEntry()}});
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().expiredEntries, std::uint64_t(1), patience);

        if (isByMouse())
            click(buttonOf(header(), "Clean up"));
        else
            QTest::keyClick(focused(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);

        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().totalEntries(), std::uint64_t(19), patience);
        QTRY_VERIFY_WITH_TIMEOUT(toast().startsWith("Removed 1 expired, 19 remain"), patience);
    }

    void switchesNodesAndBack_data() { hands(); }
    void switchesNodesAndBack()
    {
        chooseNode(1);
        QTRY_COMPARE_WITH_TIMEOUT(&window().currentView().node(), static_cast<NodeClient *>(m_other.get()), patience);
        QVERIFY2(window().windowTitle().contains("eu-2"), qPrintable(window().windowTitle()));
        goTo("Entries", Qt::Key_2);
        QTRY_COMPARE_WITH_TIMEOUT(entries().model().rowCount(), 7, patience);

        chooseNode(0);

        QTRY_COMPARE_WITH_TIMEOUT(&window().currentView().node(), static_cast<NodeClient *>(&m_desk->node), patience);
        QVERIFY(m_other->wasOnlyLookedAt());
    }

    void freezesAndGoesBackToNow_data() { hands(); }
    void freezesAndGoesBackToNow()
    {
        goTo("Overview", Qt::Key_1);
        auto &overview = *window().currentView().findChild<OverviewPage *>();
        QSignalSpy sampled(&m_desk->node, &NodeClient::sampled);
        QTRY_VERIFY_WITH_TIMEOUT(sampled.count() >= 2, patience); // there is a picture

        if (isByMouse()) {
            click(buttonOf(overview, "Freeze"));
        } else {
            tabTo(window(), &overview);
            QTest::keyClick(focused(), Qt::Key_Space);
        }
        QVERIFY(overview.isFrozen());
        sampled.clear();
        QTRY_VERIFY_WITH_TIMEOUT(sampled.count() >= 2, patience); // recording goes on

        if (isByMouse()) {
            QAbstractButton *back = nullptr;
            for (const char *text : {"+", "Back", "back"})
                back = back ? back : buttonOf(overview, text);
            click(back);
        } else {
            QTest::keyClick(focused(), Qt::Key_Space);
        }
        QVERIFY(!overview.isFrozen());
    }

private:
    static void hands()
    {
        QTest::addColumn<bool>("byMouse");

        QTest::newRow("by mouse") << true;
        QTest::newRow("by keyboard") << false;
    }
    static bool isByMouse() { return *static_cast<bool *>(QTest::qData("byMouse", qMetaTypeId<bool>())); }

    MainWindow &window() const { return *m_desk->window; }
    EntriesBrowser &entries() const { return *window().currentView().findChild<EntriesBrowser *>(); }
    HeaderBar &header() const { return *window().currentView().findChild<HeaderBar *>(); }
    QString toast() const
    {
        const auto toasts = window().findChildren<Toast *>();
        return toasts.isEmpty() ? QString() : toasts.constLast()->message().text;
    }
    static QWidget *focused()
    {
        QWidget *widget = QApplication::focusWidget();
        return widget ? widget : QApplication::activeWindow();
    }
    // Without a window manager nobody else does.
    static void activate(QWidget &window)
    {
        window.activateWindow();
        // Not qWaitForWindowActive(): for that a dialog is active as soon as the window below it is.
        QTRY_COMPARE_WITH_TIMEOUT(QApplication::activeWindow(), &window, patience);
    }
    static void click(QWidget *widget)
    {
        QVERIFY(widget);
        QVERIFY2(widget->isVisible() && widget->isEnabled(), qPrintable(widget->objectName()));
        QTest::mouseClick(widget, Qt::LeftButton);
    }
    void clickRow(int row, Qt::KeyboardModifiers modifiers = {}) const
    {
        const QRect cell = entries().table().visualRect(entries().model().index(row, EntriesModel::User));
        QTest::mouseClick(entries().table().viewport(), Qt::LeftButton, modifiers, cell.center());
    }
    // With the Tab key, as often as it takes.
    static void tabTo(QWidget &where, QWidget *target)
    {
        QVERIFY(target);
        for (int i = 0; i < mostTabs && !isFocused(target); ++i)
            QTest::keyClick(where.focusWidget() ? where.focusWidget() : &where, Qt::Key_Tab);
        QVERIFY2(isFocused(target), qPrintable(target->metaObject()->className() + QString(" is not reached by Tab")));
    }
    static bool isFocused(const QWidget *target)
    {
        return target->hasFocus() || (target->focusProxy() && target->focusProxy()->hasFocus());
    }
    static void press(QWidget &where, QAbstractButton *button)
    {
        if (isByMouse())
            return click(button);
        tabTo(where, button);
        QTest::keyClick(focused(), Qt::Key_Space);
    }
    void goTo(const QString &page, Qt::Key digit)
    {
        if (isByMouse())
            click(buttonOf(*window().findChild<NavigationRail *>(), page));
        else
            QTest::keyClick(focused(), digit, Qt::ControlModifier);
        QVERIFY2(window().currentView().page() == digit - Qt::Key_1, qPrintable(page));
    }
    void chooseNode(int number)
    {
        if (!isByMouse()) {
            QTest::keyClick(focused(), Qt::Key(Qt::Key_1 + number), Qt::ControlModifier | Qt::AltModifier);
            return;
        }
        QTest::mouseClick(header().findChild<Pill *>(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(qobject_cast<QMenu *>(QApplication::activePopupWidget()), patience);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        const QRect place = menu->actionGeometry(menu->actions().at(number));
        QTest::mouseClick(menu, Qt::LeftButton, {}, place.center());
    }
    void warm(std::size_t count)
    {
        m_desk->node.warmUp({RecentUsers{count}});
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, std::uint64_t(count), patience);
    }
    std::string firstEntry() const
    {
        std::string first;
        m_desk->runtime.services().cache.forEach(
            [&first](std::string_view key, const PackedProfile &, const EntryFacts &) { first = key; });
        return first;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeNode> m_other;
    std::unique_ptr<LocalDesk> m_desk;
};

QTEST_MAIN(tst_DesktopJourney)
#include "tst_DesktopJourney.moc"
