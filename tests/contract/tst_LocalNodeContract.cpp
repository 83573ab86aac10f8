// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeRuntime.h"
#include "core/local/LocalNode.h"
#include "tests/contract/NodeClientContract.h"

#include <QLoggingCategory>
#include <QTemporaryDir>

#include <memory>

using namespace hearth;
using namespace std::chrono_literals;

// A node in this process, with all its services, over the sample database in a file of its own.
class TestLocalNodeContract final : public NodeClientContract
{
    Q_OBJECT

    void setUp() override
    {
        QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false"));
        m_folder = std::make_unique<QTemporaryDir>();
        const std::string file = m_folder->filePath(QStringLiteral("sample.db")).toStdString();
        const DatabaseOptions database{.url = DatabaseUrl::sqliteFile(file), .fillWithSamples = true};
        m_runtime = std::make_unique<NodeRuntime>(NodeRuntimeOptions{.database = database, .profiles = {}});
        NodeInfo info;
        info.name = "contract";
        info.version = HEARTH_VERSION;
        info.instanceId = "here";
        info.startedAt = SystemClock().wallNow();
        info.sampleDatabase = true;
        m_node = std::make_unique<LocalNode>(info, m_runtime->services(), TrafficSettings{});
        m_runtime->start();
        const auto isReachable = [this] { return m_runtime->databaseStatus().state == DatabaseState::Reachable; };
        if (!QTest::qWaitFor(isReachable, longestWait))
            qFatal("the sample database was not opened");
    }
    void tearDown() override
    {
        m_node.reset();
        m_runtime.reset();
        m_folder.reset();
    }
    NodeClient &node() override { return *m_node; }
    Stats stats() override { return m_runtime->stats(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<NodeRuntime> m_runtime;
    std::unique_ptr<LocalNode> m_node;
};

QTEST_GUILESS_MAIN(TestLocalNodeContract)
#include "tst_LocalNodeContract.moc"
