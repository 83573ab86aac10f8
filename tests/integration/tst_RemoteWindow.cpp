// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The window attached to a real hearthd: it shows what the node is and has been, acts there, and lives through the
// node's absence.
#include "core/remote/RemoteNode.h"
#include "tests/support/GuiLatenessProbe.h"
#include "tests/support/NodeProcess.h"
#include "ui/MainWindow.h"
#include "ui/NodeActions.h"
#include "ui/NodeView.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesModel.h"
#include "ui/overview/OverviewCharts.h"
#include "ui/overview/OverviewPage.h"
#include "ui/profile/ProfilePage.h"
#include "ui/profile/ProfilePanel.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Pill.h"
#include "ui/widgets/TimeSeriesChart.h"
#include "ui/widgets/Toast.h"

#include <QAction>
#include <QApplication>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 60'000; // ms; what is waited for takes a second or two

const QString operatorToken = "operator-0123456789";
const QString viewerToken = "viewer-0123456789";

} // namespace

class tst_RemoteWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_node = std::make_unique<NodeProcess>();
        m_node->environment.insert("HEARTH_TOKENS", "operator/olga:" + operatorToken + ",viewer:" + viewerToken);
        m_node->token = operatorToken;
        QVERIFY(m_node->startReady(arguments));
        QCOMPARE(m_node->post("/api/v1/cache/warm", R"({"recent":40})").status, 202);
        QVERIFY(QTest::qWaitFor([this] { return m_node->stats()["active_entries"].toInt() == 40; }, patience));
    }
    void cleanup()
    {
        m_window.reset();
        m_remote.reset();
        m_nodes.reset();
        m_node.reset();
    }

    void theFrameSaysWhatTheNodeIs()
    {
        attach(operatorToken);

        for (const char *word : {"eu-1", "staging", "operator"})
            QVERIFY2(nodePill().text().contains(word), qPrintable(nodePill().text()));
        QTRY_VERIFY_WITH_TIMEOUT(m_remote->stats().activeEntries == 40, patience);
        QVERIFY(!banner().isVisible());
    }

    void thePastIsDrawnFromTheNodesSamples()
    {
        QVERIFY(QTest::qWaitFor([this] { return samplesOfTheNode() >= 4; }, patience));

        attach(operatorToken);

        const auto &overview = *m_window->findChild<OverviewPage *>();
        QTRY_VERIFY_WITH_TIMEOUT(overview.charts().charts().front()->data().times.size() >= 4, patience);
    }

    void entriesAndProfilesAreTheNodes()
    {
        attach(operatorToken);

        m_window->showPage("entries");
        auto &model = m_window->findChild<EntriesBrowser *>()->model();
        QTRY_COMPARE_WITH_TIMEOUT(model.total(), std::size_t(40), patience);
        const QString identity = QString::fromStdString(model.entry(0).identity);
        m_window->showPage("profile");
        m_window->showUser(identity);
        const auto &panel = m_window->findChild<ProfilePage *>()->panel();
        QTRY_VERIFY_WITH_TIMEOUT(panel.view() && panel.view()->agreement == Agreement::Same, patience);

        const QJsonObject stats = m_node->stats();
        QCOMPARE(stats["hits"].toInt() + stats["misses"].toInt(), 0); // looking is no reading
    }

    void whatIsDoneIsDoneThereInTheNameOfTheToken()
    {
        attach(operatorToken);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->currentView().actions().cleanUp().isEnabled(), patience);

        m_window->currentView().actions().cleanUp().trigger();

        QTRY_VERIFY_WITH_TIMEOUT(toast().startsWith("Removed 0 expired, 40 remain"), patience);
        QVERIFY(m_node->lastEvent("cleanup")["who"].toString().contains("olga"));
    }

    void aViewerOnlyLooks()
    {
        attach(viewerToken);

        QVERIFY2(nodePill().text().contains("viewer"), qPrintable(nodePill().text()));
        QVERIFY(!m_window->currentView().actions().cleanUp().isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(m_remote->stats().activeEntries == 40, patience);
    }

    void aWrongTokenIsSaidInWords()
    {
        attach("wrong-0123456789", LinkState::Refused);

        QTRY_VERIFY_WITH_TIMEOUT(banner().isVisible(), patience);
        QVERIFY2(banner().sentence().contains("HEARTH_TOKEN"), qPrintable(banner().sentence()));
        QVERIFY(!QApplication::activeModalWidget());
    }

    void aNodeThatStopsAnsweringIsSaidAndFoundAgain()
    {
        attach(operatorToken);
        QTRY_VERIFY_WITH_TIMEOUT(m_remote->stats().activeEntries == 40, patience);
        GuiLatenessProbe probe;

        ::kill(pid_t(m_node->processId()), SIGSTOP); // in the middle of whatever was asked
        QTRY_VERIFY_WITH_TIMEOUT(banner().isVisible(), patience);
        QVERIFY2(banner().title().contains("eu-1"), qPrintable(banner().title()));
        for (const char *page : {"entries", "profile", "overview"})
            m_window->showPage(page);
        QVERIFY(!QApplication::activeModalWidget());
        ::kill(pid_t(m_node->processId()), SIGCONT);

        QTRY_VERIFY_WITH_TIMEOUT(!banner().isVisible(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(toast().contains("answers again"), patience);
        QVERIFY2(probe.worst() < 500ms, qPrintable(QString::number(probe.worst().count()) + " ms"));
        qInfo("greatest lateness of the GUI thread: %lld ms", static_cast<long long>(probe.worst().count()));
    }

    void aNodeThatIsStartedAnewIsSaidAndFollowed()
    {
        attach(operatorToken);
        QTRY_VERIFY_WITH_TIMEOUT(m_remote->stats().activeEntries == 40, patience);
        const quint16 port = m_node->port();

        QCOMPARE(m_node->stop(), 0);
        QTRY_VERIFY_WITH_TIMEOUT(banner().isVisible(), patience);
        QVERIFY(m_node->start(arguments, port));

        QTRY_VERIFY_WITH_TIMEOUT(toast().contains("started anew"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_remote->stats().activeEntries, std::uint64_t(0), patience);
        QVERIFY(!banner().isVisible());
    }

private:
    void attach(const QString &token, LinkState wanted = LinkState::Connected)
    {
        RemoteNodeOptions options;
        options.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_node->port()));
        options.token = token.toStdString();
        options.timeout = 2s;
        m_remote = std::make_unique<RemoteNode>(std::move(options));
        m_nodes = std::make_unique<NodeDirectory>();
        m_nodes->add(*m_remote);
        m_window = std::make_unique<MainWindow>(*m_nodes, m_theme, m_settings);
        m_window->resize(1280, 800);
        m_window->show();
        QTRY_VERIFY_WITH_TIMEOUT(m_remote->link().state == wanted, patience);
    }
    int samplesOfTheNode() { return m_node->get("/api/v1/samples").json["samples"].toArray().size(); }
    Pill &nodePill() const { return *m_window->currentView().findChildren<Pill *>().at(0); }
    Banner &banner() const
    {
        return *m_window->currentView().findChild<Banner *>(QString(), Qt::FindDirectChildrenOnly);
    }
    QString toast() const
    {
        const auto toasts = m_window->findChildren<Toast *>();
        return toasts.isEmpty() ? QString() : toasts.constLast()->message().text;
    }

    const QStringList arguments{"--sample", "--name", "eu-1", "--environment", "staging"};
    QTemporaryDir m_folder;
    QSettings m_settings{m_folder.filePath("settings.ini"), QSettings::IniFormat};
    ThemeController m_theme{*qApp};
    std::unique_ptr<NodeProcess> m_node;
    std::unique_ptr<RemoteNode> m_remote;
    std::unique_ptr<NodeDirectory> m_nodes;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(tst_RemoteWindow)
#include "tst_RemoteWindow.moc"
