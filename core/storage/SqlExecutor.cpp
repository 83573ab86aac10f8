// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlExecutor.h"

#include "core/base/SeqPoint.h"
#include "core/storage/ProfileStatements.h"

namespace hearth {

using Kind = SqlFailureKind;

SqlExecutor::SqlExecutor(std::shared_ptr<SqlDispatcher> dispatcher, std::size_t index)
    : m_dispatcher(std::move(dispatcher))
    , m_index(index)
    , m_connection(m_dispatcher->dialect(), m_dispatcher->interrupter(index))
{
    m_connection.setBeforeQuery([this] { return waitSimulatedLatency(); });
}

void SqlExecutor::run()
{
    for (;;) {
        const SqlDispatcher::Order order = m_dispatcher->next(m_index);
        switch (order.step) {
        case SqlDispatcher::Step::Stop:
            m_connection.close();
            return;
        case SqlDispatcher::Step::Connect:
            static_cast<void>(connect(order));
            break;
        case SqlDispatcher::Step::Check:
            check();
            break;
        case SqlDispatcher::Step::Run:
            runTask(order);
            break;
        }
    }
}

std::optional<SqlFailure> SqlExecutor::connect(const SqlDispatcher::Order &order)
{
    HEARTH_SEQ_POINT("SqlExecutor.connect");
    std::optional<SqlFailure> failure;
    DatabaseAccess access;
    if (!m_connection.isOpen())
        failure = m_connection.open();
    if (!failure && order.isProbe) {
        m_connection.clearFailure();
        failure = m_dispatcher->dialect().makeReady(m_connection, order.createMissing, access);
        if (!failure && !m_connection.execute(profileShapeStatement(m_dispatcher->dialect(), access.traits)))
            failure = m_connection.lastFailure();
    }
    if (failure) {
        m_connection.close();
        m_dispatcher->connectFailed(m_index, *failure, order.isProbe);
    } else {
        m_dispatcher->connected(m_index, order.isProbe ? std::optional(access) : std::nullopt);
    }
    return failure;
}

void SqlExecutor::check()
{
    if (m_connection.hasHungUp())
        drop();
}

void SqlExecutor::drop()
{
    m_connection.close();
    m_dispatcher->disconnected(m_index);
}

void SqlExecutor::runTask(const SqlDispatcher::Order &order)
{
    SqlTask &task = *order.task;
    QueryTiming timing;
    m_connection.setTraits(order.traits);
    Result<void> result = attempt(task, timing);
    bool isLost = m_connection.lastFailure() && m_connection.lastFailure()->kind == Kind::Lost;
    if (isLost) {
        drop();
        // The connection may have died while it was idle: what only reads is asked once more on a new one.
        if (task.repeat == SqlRepeat::Safe && !task.isAnswered() && !m_dispatcher->isStopping()) {
            if (const auto failure = connect({})) {
                result = failure->error;
            } else {
                result = attempt(task, timing);
                isLost = m_connection.lastFailure() && m_connection.lastFailure()->kind == Kind::Lost;
                if (isLost)
                    drop();
            }
        }
    }
    const bool isIntact = m_dispatcher->finish(m_index);
    const std::optional<SqlFailure> failure = m_connection.lastFailure();
    const bool mayNotRead = failure && failure->kind == Kind::Denied && task.repeat == SqlRepeat::Safe;
    if (!result && isIntact && failure && (failure->kind == Kind::Unusable || mayNotRead) &&
        failure->error == result.error())
        m_dispatcher->becameUnusable(*failure);
    HEARTH_SEQ_POINT("SqlExecutor.answer");
    task.answer(result, timing);
    if (!isIntact && m_connection.isOpen())
        drop(); // a late cancel could hit the next query
}

Result<void> SqlExecutor::attempt(SqlTask &task, QueryTiming &timing)
{
    if (m_dispatcher->isStopping())
        return shuttingDown();
    m_connection.clearFailure();
    timing.sentAt = m_dispatcher->clock().now();
    timing.queueTime = timing.sentAt - task.askedAt;
    Result<void> result = task.work(m_connection);
    stampEnd(timing);
    return result;
}

void SqlExecutor::stampEnd(QueryTiming &timing) const
{
    if (!m_dispatcher->isStopping()) // else the clock may be gone, and nobody waits for the time
        timing.queryTime = m_dispatcher->clock().now() - timing.sentAt;
}

Result<void> SqlExecutor::waitSimulatedLatency()
{
    if (m_dispatcher->pause(m_index))
        return {};
    if (m_dispatcher->isStopping())
        return shuttingDown();
    return Error{ErrorCode::Timeout, "The simulated latency took longer than the job may."};
}

} // namespace hearth
