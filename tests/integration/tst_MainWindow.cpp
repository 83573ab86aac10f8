// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The window over the real core and a real database file: the buttons do what they say, the pages show it, and
// nothing keeps the GUI thread waiting.
#include "tests/integration/LocalDesk.h"
#include "tests/support/FakeNode.h"
#include "tests/support/GuiLatenessProbe.h"
#include "tests/support/Settle.h"
#include "ui/HeaderBar.h"
#include "ui/NodeView.h"
#include "ui/StatusLine.h"
#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/dialogs/InstallTriggersDialog.h"
#include "ui/dialogs/WarmUsersDialog.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesModel.h"
#include "ui/profile/ProfilePage.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/StatTile.h"
#include "ui/widgets/Toast.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 20'000; // ms; what is waited for takes a few hundred

QAction *actionOf(const MainWindow &window, const QString &text)
{
    const auto actions = window.findChildren<QAction *>();
    const auto found =
        std::find_if(actions.begin(), actions.end(), [&](const QAction *action) { return action->text() == text; });
    return found == actions.end() ? nullptr : *found;
}

QString toastOf(const MainWindow &window)
{
    const auto toasts = window.findChildren<Toast *>();
    return toasts.isEmpty() ? QString() : toasts.constLast()->message().text;
}

// The window over a node whose state the test decides.
struct FakeDesk {
    FakeDesk()
        : settings(folder.filePath("settings.ini"), QSettings::IniFormat)
        , theme(*qApp)
        , window((nodes.add(node), nodes), theme, settings)
    {
        window.resize(1280, 800);
        window.show();
    }
    void say(const InvalidationState &changes)
    {
        node.theStats.changes = changes;
        node.say(Sample());
        settle();
    }

    QTemporaryDir folder;
    FakeNode node;
    NodeDirectory nodes;
    QSettings settings;
    ThemeController theme;
    MainWindow window;
};

struct Desk : LocalDesk {
    explicit Desk(const DatabaseUrl &url, bool isSample = true)
        : LocalDesk({.database = {.url = url, .timeout = 2s, .fillWithSamples = isSample, .retryInterval = 200ms},
                     .profiles = {}})
    {
    }

    QAction *action(const QString &text) const { return actionOf(*window, text); }
    QString toast() const { return toastOf(*window); }
    bool isReachable() const { return node.stats().database.state == DatabaseState::Reachable; }
};

} // namespace

class tst_MainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_desk = std::make_unique<Desk>(sampleUrl());
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->isReachable(), patience);
    }
    void cleanup()
    {
        m_desk.reset();
        m_folder.reset();
    }

    void warmingTheMostRecentShowsThemAsEntries()
    {
        warm(50);

        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, 50u, patience);
        QCOMPARE(m_desk->node.stats().gets, 0u); // warming is no reading
        m_desk->window->showPage("entries");
        QTRY_COMPARE_WITH_TIMEOUT(entries().model().rowCount(), 50, patience);
    }

    void cleanUpNowSaysWhatItDid()
    {
        warm(20);
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, 20u, patience);
        bool expired = false;
        m_desk->node.expire(AllUsers{}).then(this, [&expired](const Result<ExpiryOutcome> &outcome) {
            expired = outcome && outcome->expired == 20;
        });
        QTRY_VERIFY_WITH_TIMEOUT(expired, patience);

        m_desk->action("Clean up now")->trigger();

        QTRY_VERIFY_WITH_TIMEOUT(m_desk->toast().startsWith("Removed 20 expired, 0 remain"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().totalEntries(), 0u, patience);
    }

    void forceExpiryOfEveryoneNamesTheCountFirst()
    {
        warm(30);
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, 30u, patience);

        m_desk->action("Force expiry…")->trigger();
        auto *dialog = m_desk->window->findChild<ForceExpiryDialog *>();
        QVERIFY(dialog);
        QPushButton *button = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((button = buttonWith(*dialog, "30")) && button->isEnabled(), patience);
        button->click();

        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().expiredEntries, 30u, patience);
        QCOMPARE(m_desk->node.stats().activeEntries, 0u);

        QTRY_COMPARE_WITH_TIMEOUT(m_desk->toast(), QString("Expired 30 entries"), patience);
        m_desk->window->activateWindow(); // as a window manager does
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window.get()));
        QTest::keyClick(m_desk->window.get(), Qt::Key_Z, Qt::ControlModifier);

        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, 30u, patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->toast(), QString("Restored 30 entries"), patience);
    }

    void lookingAtAUserChangesNothing()
    {
        warm(10);
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, 10u, patience);
        const Stats before = m_desk->runtime.stats();

        m_desk->window->showUser("sample-0001");
        m_desk->window->showPage("entries");
        QTRY_VERIFY_WITH_TIMEOUT(entries().model().rowCount() == 10, patience);
        const QString identity = entries().model().index(0, 0).data().toString();
        m_desk->window->showUser(identity);
        QSignalSpy sampled(&m_desk->node, &NodeClient::sampled);
        QTRY_VERIFY_WITH_TIMEOUT(sampled.count() >= 2, patience);

        const Stats after = m_desk->runtime.stats();
        QCOMPARE(after.gets, before.gets);
        QCOMPARE(after.loads, before.loads);
        QCOMPARE(after.activeEntries, before.activeEntries);
    }

    void pagesAreReachedByKeyboard()
    {
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window.get()));

        QTest::keyClick(m_desk->window.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(entries().isVisible());
        QTest::keyClick(m_desk->window.get(), Qt::Key_1, Qt::ControlModifier);
        QVERIFY(!entries().isVisible());
        QCOMPARE(m_desk->window->currentView().page(), 0);
        QTest::keyClick(m_desk->window.get(), Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(m_desk->window->currentView().page(), 2);
    }

    void simulatedTrafficSaysThatItIsOnAndStops()
    {
        QAction *traffic = m_desk->action("Simulated traffic");
        QVERIFY(traffic && traffic->isCheckable() && !traffic->isChecked());

        traffic->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->node.traffic().on, patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->node.stats().hits > 0, patience);
        QVERIFY(traffic->isChecked());

        traffic->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_desk->node.traffic().on, patience);
        QVERIFY(!traffic->isChecked());
    }

    void noWidgetThatTakesFocusIsNameless()
    {
        for (const char *page : {"overview", "entries", "profile"}) {
            m_desk->window->showPage(page);
            for (const QWidget *widget : m_desk->window->findChildren<QWidget *>()) {
                if (!widget->isVisible() || widget->focusProxy() || !(widget->focusPolicy() & Qt::TabFocus))
                    continue;
                const auto *button = qobject_cast<const QAbstractButton *>(widget);
                const bool isNamed = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
                QVERIFY2(isNamed,
                         qPrintable(
                             QString("%1: %2 %3").arg(page, widget->metaObject()->className(), widget->objectName())));
            }
        }
    }

    void buttonsOfTheHeaderAreNotCutInTheSmallestWindow()
    {
        m_desk->action("Simulated traffic")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->node.traffic().on, patience);
        auto *header = m_desk->window->findChild<HeaderBar *>();

        for (const int width : {960, 1'280, 1'920}) {
            m_desk->window->resize(width, 800);
            QCoreApplication::processEvents();
            for (const QAbstractButton *button : header->findChildren<QAbstractButton *>())
                QVERIFY2(button->width() >= button->sizeHint().width(),
                         qPrintable(QString("%1: %2").arg(width).arg(button->text())));
        }
    }

    void triggersAreOfferedOnlyWhereNothingButTheyAreMissing()
    {
        FakeDesk desk;
        const QAction *install = actionOf(desk.window, "Install change triggers…");
        QVERIFY(install && !install->isEnabled());

        desk.say({InvalidationMode::Listening, {}});
        QVERIFY(!install->isEnabled());
        QVERIFY2(install->toolTip().contains("are there"), qPrintable(install->toolTip()));
        desk.say({InvalidationMode::Polling, "The database is behind a <b>pooler</b>."});
        QVERIFY(!install->isEnabled());
        QVERIFY2(install->toolTip().contains("&lt;b&gt;"), qPrintable(install->toolTip()));
        desk.say({InvalidationMode::Sampled, "The triggers are not installed.", true});
        QVERIFY(install->isEnabled());
        QVERIFY(desk.node.wasOnlyLookedAt());
    }

    void triggersAreInstalledByTheButtonOnlyAndAToastSaysSo()
    {
        FakeDesk desk;
        desk.say({InvalidationMode::Polling, "The triggers are not installed.", true});

        actionOf(desk.window, "Install change triggers…")->trigger();
        settle();
        QCOMPARE(desk.node.callsOf("installTriggers"), std::size_t(0));
        desk.window.findChild<InstallTriggersDialog *>()->findChild<QPushButton *>("install")->click();
        settle();

        QCOMPARE(desk.node.callsOf("installTriggers"), std::size_t(1));
        QVERIFY2(toastOf(desk.window).contains("installed"), qPrintable(toastOf(desk.window)));
    }

    void theStatusLineLeavesNothingOutButTheEndOfALongAction()
    {
        FakeDesk desk;
        desk.say({InvalidationMode::Listening, {}});
        desk.window.resize(960, 600);
        auto *status = desk.window.findChild<StatusLine *>();
        auto *action = status->findChild<ElidedLabel *>("action");

        status->showAction(QString("Saved /home/ada/") + QString(200, 'x') + "/hearth-overview.png");
        settle();

        QCOMPARE(desk.window.width(), 960);
        for (const QLabel *label : status->findChildren<QLabel *>())
            QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        QVERIFY(action->isElided());
        QVERIFY(action->toolTip().contains("hearth-overview.png"));
        QVERIFY(action->geometry().right() < status->width());
    }

    void anSqliteDatabaseSaysWhyThereAreNoTriggers()
    {
        const QAction *install = m_desk->action("Install change triggers…");

        QTRY_VERIFY2_WITH_TIMEOUT(install->toolTip().contains("SQLite"), qPrintable(install->toolTip()), patience);
        QVERIFY(!install->isEnabled());
    }

    void tabGoesFromTheFieldToWhatWasFound()
    {
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window.get()));
        m_desk->window->showPage("profile");
        m_desk->window->showUser("sample-0001-ana");
        auto *page = m_desk->window->findChild<ProfilePage *>();
        auto *panel = page->findChild<ProfilePanel *>();
        const auto *name = panel->findChild<QWidget *>("name");
        QTRY_VERIFY_WITH_TIMEOUT(name->isVisible(), patience);
        page->focusField();

        QTest::keyClick(m_desk->window->focusWidget(), Qt::Key_Tab); // "Look up"
        QTest::keyClick(m_desk->window->focusWidget(), Qt::Key_Tab);

        QVERIFY(panel->isAncestorOf(m_desk->window->focusWidget()));
    }

    void busyTrafficDoesNotBlockTheWindow()
    {
        m_desk->window->showPage("entries");
        warm(500);
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->node.stats().activeEntries, 500u, patience);
        m_desk->action("Simulated traffic")->trigger();
        QSignalSpy sampled(&m_desk->node, &NodeClient::sampled);

        GuiLatenessProbe probe;
        for (const char *page : {"overview", "entries", "profile", "overview"}) {
            m_desk->window->showPage(page);
            const auto count = sampled.count();
            QTRY_VERIFY_WITH_TIMEOUT(sampled.count() > count, patience);
        }

        QVERIFY2(probe.worst() < 500ms, qPrintable(QString::number(probe.worst().count()) + " ms"));
        qInfo("greatest lateness of the GUI thread: %lld ms", static_cast<long long>(probe.worst().count()));
    }

    void aFileThatIsNoDatabaseIsSaidInWordsAndRecovers()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("profiles.db"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8'192, 'x'));
        file.close();
        Desk desk(DatabaseUrl::sqliteFile(file.fileName().toStdString()), false);

        auto *banner = desk.window->findChild<Banner *>();
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
        QCOMPARE(banner->tone(), Tone::Error);
        QVERIFY2(banner->sentence().contains("profiles.db"), qPrintable(banner->sentence()));

        QVERIFY(QFile::remove(file.fileName())); // a person mends it
        QTRY_VERIFY_WITH_TIMEOUT(desk.isReachable(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!banner->isVisible(), patience);
    }

private:
    DatabaseUrl sampleUrl() const { return DatabaseUrl::sqliteFile(m_folder->filePath("sample.db").toStdString()); }
    EntriesBrowser &entries() const { return *m_desk->window->findChild<EntriesBrowser *>(); }

    void warm(std::size_t count)
    {
        bool accepted = false;
        m_desk->node.warmUp({RecentUsers{count}}).then(this, [&accepted](const Result<std::uint64_t> &job) {
            accepted = bool(job);
        });
        QTRY_VERIFY_WITH_TIMEOUT(accepted, patience);
    }

    static QPushButton *buttonWith(const QWidget &parent, const QString &text)
    {
        for (QPushButton *button : parent.findChildren<QPushButton *>()) {
            if (button->isVisible() && button->text().contains(text))
                return button;
        }
        return nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Desk> m_desk;
};

QTEST_MAIN(tst_MainWindow)
#include "tst_MainWindow.moc"
