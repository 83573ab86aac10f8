// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlExecutorPool.h"

#include "core/storage/SqlDispatcher.h"

namespace hearth {

SqlExecutorPool::SqlExecutorPool(DatabaseOptions options, const Clock &clock, StatusListener listener)
    : m_dispatcher(std::make_shared<SqlDispatcher>(options, clock, std::move(listener)))
{
    m_dispatcher->start();
}

SqlExecutorPool::~SqlExecutorPool()
{
    shutdown();
}

DatabaseStatus SqlExecutorPool::status() const
{
    return m_dispatcher->status();
}

void SqlExecutorPool::setSimulatedLatency(std::chrono::milliseconds latency)
{
    m_dispatcher->setSimulatedLatency(latency);
}

const SqlDialect &SqlExecutorPool::dialect() const
{
    return m_dispatcher->dialect();
}

BatchCounters SqlExecutorPool::batchCounters() const
{
    return m_dispatcher->batchCounters();
}

void SqlExecutorPool::submit(SqlTaskPtr task)
{
    m_dispatcher->submit(std::move(task));
}

void SqlExecutorPool::beginShutdown()
{
    m_dispatcher->beginShutdown();
}

void SqlExecutorPool::shutdown()
{
    m_dispatcher->shutdown();
}

} // namespace hearth
