// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The frame around the pages of a node elsewhere: who it is, how it is, what may be done there; lost, refused, found
// again, replaced; several of them in one window.
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/HeaderBar.h"
#include "ui/MainWindow.h"
#include "ui/NodeActions.h"
#include "ui/NodeView.h"
#include "ui/StatusLine.h"
#include "ui/dialogs/WarmUsersDialog.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Pill.h"
#include "ui/widgets/StatTile.h"
#include "ui/widgets/Toast.h"

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// A node elsewhere whose link the test decides.
class FarNode final : public FakeNode
{
public:
    explicit FarNode(const char *name = "eu-1")
    {
        theInfo.name = name;
        theInfo.environment = "staging";
        theInfo.embedded = false;
        theInfo.sampleDatabase = false;
        theInfo.url = "https://eu-1.example.org";
        theInfo.role = "operator";
        theStats.database.kind = "postgresql";
        theStats.activeEntries = 12;
    }
    NodeLink link() const override { return theLink; }
    void become(LinkState state, const std::string &problem = {}, WallTime since = noon())
    {
        theLink = {state, problem, since};
        Q_EMIT linkChanged(theLink);
        settle();
    }

    NodeLink theLink;
};

} // namespace

class tst_NodeView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<QSettings>(m_folder->filePath("settings.ini"), QSettings::IniFormat);
        m_theme = std::make_unique<ThemeController>(*qApp);
        m_node = std::make_unique<FarNode>();
        m_nodes = std::make_unique<NodeDirectory>();
        m_nodes->add(*m_node);
    }
    void cleanup()
    {
        m_window.reset();
        m_nodes.reset();
        m_other.reset();
        m_node.reset();
    }

    void theFrameSaysWhichNodeInWhichRole()
    {
        open();

        const QString said = nodePill().text();

        for (const char *word : {"eu-1", "staging", "operator"})
            QVERIFY2(said.contains(word), qPrintable(said));
        QVERIFY2(nodePill().toolTip().contains("https://eu-1.example.org"), qPrintable(nodePill().toolTip()));
        QVERIFY(m_window->windowTitle().contains("eu-1"));
    }

    void whatIsNotKnownYetIsNotShownAsZero()
    {
        m_node->theLink = {LinkState::Connecting, "It was not asked yet.", {}};
        m_node->theStats = {};
        open();

        QVERIFY2(nodePill().text().contains("connecting"), qPrintable(nodePill().text()));
        QVERIFY(!databasePill().isVisible());
        QVERIFY(!banner().isVisible());
        for (const QPushButton *button : m_window->findChild<HeaderBar *>()->findChildren<QPushButton *>())
            QVERIFY2(!button->isEnabled() && button->toolTip().contains("not reached yet"), qPrintable(button->text()));
        for (const StatTile *tile : m_window->findChildren<StatTile *>())
            QVERIFY2(!tile->value().contains(QRegularExpression("[0-9]")), qPrintable(tile->value()));
        for (const QLabel *label : m_window->findChild<StatusLine *>()->findChildren<QLabel *>())
            QVERIFY2(!label->isVisible() || !label->text().startsWith("TTL"), qPrintable(label->text()));
    }

    void aLostNodeIsSaidWithoutADialogAndAToastSaysThatItIsBack()
    {
        open();

        m_node->become(LinkState::Lost, "It does not listen there.");

        QVERIFY(banner().isVisible());
        QVERIFY(banner().title().contains("eu-1"));
        QVERIFY2(nodePill().text().contains("not answering"), qPrintable(nodePill().text()));
        QVERIFY(!databasePill().isVisible()); // only the node knows
        QVERIFY(!QApplication::activeModalWidget());
        QCOMPARE(toast(), QString());

        m_node->become(LinkState::Connected, {}, FakeNode::noon() + 42s);

        QVERIFY(!banner().isVisible());
        QVERIFY(databasePill().isVisible());
        QVERIFY2(toast().contains("answers again, after 42 s"), qPrintable(toast()));
    }

    void theFirstConnectionIsNoNews()
    {
        m_node->theLink = {LinkState::Connecting, "It was not asked yet.", {}};
        open();

        m_node->become(LinkState::Connected);

        QCOMPARE(toast(), QString());
        QVERIFY(databasePill().isVisible());
    }

    void aNodeThatWasStartedAnewIsSaid()
    {
        open();
        m_node->become(LinkState::Lost, "It does not listen there.");

        m_node->theInfo.instanceId = "fake-2";
        m_node->become(LinkState::Connected);

        QVERIFY2(toast().contains("started anew"), qPrintable(toast()));
    }

    void nothingCanBeDoneToANodeThatDoesNotAnswer()
    {
        open();
        const NodeActions &actions = m_window->currentView().actions();
        QVERIFY(actions.warmUsers().isEnabled() && actions.cleanUp().isEnabled());

        m_node->become(LinkState::Lost, "It does not listen there.");

        for (const QAction *action : {&actions.warmUsers(), &actions.forceExpiry(), &actions.cleanUp()}) {
            QVERIFY(!action->isEnabled());
            QVERIFY2(action->toolTip().contains("does not answer"), qPrintable(action->toolTip()));
        }
        m_node->become(LinkState::Connected);
        QVERIFY(actions.warmUsers().isEnabled());
    }

    void aRoleThatOnlyLooksIsToldWhatItTakes()
    {
        m_node->theInfo.role = "viewer";
        open();
        const NodeActions &actions = m_window->currentView().actions();

        QVERIFY(!actions.forceExpiry().isEnabled());
        QVERIFY2(actions.forceExpiry().toolTip().contains("operator"), qPrintable(actions.forceExpiry().toolTip()));
        QVERIFY2(nodePill().text().contains("viewer"), qPrintable(nodePill().text()));
    }

    void trafficAndTriggersAreForAnOwnCache()
    {
        m_node->theStats.changes = {InvalidationMode::Sampled, "The triggers are not installed.", true};
        open();
        const NodeActions &actions = m_window->currentView().actions();

        QVERIFY(!actions.simulatedTraffic().isEnabled());
        QVERIFY(!actions.installTriggers().isEnabled());
        QVERIFY2(actions.installTriggers().toolTip().contains("hearthctl install-triggers"),
                 qPrintable(actions.installTriggers().toolTip()));
    }

    void anotherNodeIsShownOnTheSamePageAndTheFirstGoesOnRecording()
    {
        addOther();
        open();
        m_window->showPage("entries");

        m_window->showNode(1);

        QVERIFY2(nodePill().text().contains("us-1"), qPrintable(nodePill().text()));
        QCOMPARE(m_window->currentView().page(), 1);
        QVERIFY(m_window->windowTitle().contains("us-1"));
        const NodeView *first = m_window->findChildren<NodeView *>().constFirst();
        m_node->become(LinkState::Lost, "It does not listen there.");
        QVERIFY(!banner().isVisible()); // of another node
        m_window->showNode(0);
        QCOMPARE(&m_window->currentView(), first);
        QVERIFY(banner().isVisible());
    }

    void keysActOnTheNodeThatIsShown()
    {
        addOther();
        open();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));

        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY2(nodePill().text().contains("us-1"), qPrintable(nodePill().text()));
        QTest::keyClick(m_window.get(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        settle();

        QCOMPARE(m_other->callsOf("cleanUp"), std::size_t(1));
        QCOMPARE(m_node->callsOf("cleanUp"), std::size_t(0));
        QVERIFY2(toast().startsWith("Removed 3 expired, 12 remain"), qPrintable(toast()));
    }

    void whatWasDoneIsListedAnew()
    {
        open();
        m_window->showPage("entries");
        settle();
        const std::size_t asked = m_node->callsOf("entries");

        m_window->currentView().actions().cleanUp().trigger();
        settle();

        QVERIFY(m_node->callsOf("entries") > asked);
        QVERIFY(m_node->queries.back().maxAge < 1s); // not an answer from before
    }

    void theNameOfTheNodeOpensTheListOfNodes()
    {
        addOther();
        open();
        m_other->become(LinkState::Refused, "The token is not known there.");

        QTest::mouseClick(&nodePill(), Qt::LeftButton);

        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QCOMPARE(menu->actions().size(), 2);
        QVERIFY2(menu->actions().at(1)->text().contains("refused"), qPrintable(menu->actions().at(1)->text()));
        QVERIFY(menu->actions().at(0)->isChecked());
        menu->close();

        nodePill().setFocus();
        QTest::keyClick(&nodePill(), Qt::Key_Space);
        QCOMPARE(QApplication::activePopupWidget(), menu);
        menu->close();
    }

    void aSingleNodeOpensNoList()
    {
        open();

        QTest::mouseClick(&nodePill(), Qt::LeftButton);

        QVERIFY(!QApplication::activePopupWidget());
        QCOMPARE(nodePill().focusPolicy(), Qt::NoFocus);
    }

    void hostileNamesStayText()
    {
        m_node->theInfo.name = "<img src=x>\u202E" + std::string(200, 'n');
        m_node->theInfo.environment = "<b>prod</b>";
        open();

        QVERIFY(nodePill().text().contains("U+202E"));
        QVERIFY2(!nodePill().toolTip().contains("<img"), qPrintable(nodePill().toolTip()));
        m_window->resize(960, 600);
        settle();
        QCOMPARE(m_window->width(), 960);
        for (const QPushButton *button : m_window->findChild<HeaderBar *>()->findChildren<QPushButton *>())
            QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
    }

    void lookingOnly()
    {
        addOther();
        open();
        for (int tick = 0; tick < 100; ++tick) {
            m_node->say(Sample());
            m_other->say(Sample());
        }
        m_window->showNode(1);
        m_window->showNode(0);

        QVERIFY(m_node->wasOnlyLookedAt() && m_other->wasOnlyLookedAt());
    }

private:
    void addOther()
    {
        m_other = std::make_unique<FarNode>("us-1");
        m_nodes->add(*m_other);
    }
    void open()
    {
        m_window = std::make_unique<MainWindow>(*m_nodes, *m_theme, *m_settings);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        settle();
    }
    Pill &nodePill() const { return *m_window->currentView().findChildren<Pill *>().at(0); }
    Pill &databasePill() const { return *m_window->currentView().findChildren<Pill *>().at(1); }
    Banner &banner() const
    {
        return *m_window->currentView().findChild<Banner *>(QString(), Qt::FindDirectChildrenOnly);
    }
    QString toast() const
    {
        const auto toasts = m_window->currentView().findChildren<Toast *>();
        return toasts.isEmpty() ? QString() : toasts.constLast()->message().text;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<FarNode> m_node;
    std::unique_ptr<FarNode> m_other;
    std::unique_ptr<NodeDirectory> m_nodes;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(tst_NodeView)
#include "tst_NodeView.moc"
