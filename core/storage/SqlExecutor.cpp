// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlExecutor.h"

#include "core/base/SeqPoint.h"
#include "core/storage/ProfileStatements.h"

#include <algorithm>

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
        case SqlDispatcher::Step::Ask:
            ask();
            break;
        case SqlDispatcher::Step::Drop:
            m_dispatcher->interrupter(m_index)->cut(); // no farewell to a server that may hang
            static_cast<void>(m_connection.hasHungUp());
            drop();
            break;
        case SqlDispatcher::Step::Run:
            runTasks(order);
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

void SqlExecutor::ask()
{
    m_connection.clearFailure();
    static_cast<void>(m_connection.execute(QStringLiteral("select 1")));
    const std::optional<SqlFailure> failure = m_connection.lastFailure();
    const bool isLost = failure && failure->kind == Kind::Lost;
    if (isLost)
        drop();
    const bool isIntact = m_dispatcher->finish(m_index, isLost ? Contact::Lost : Contact::Answered, failure);
    if (!isIntact && m_connection.isOpen())
        drop();
}

void SqlExecutor::drop()
{
    m_connection.close();
    m_dispatcher->disconnected(m_index);
}

void SqlExecutor::runTasks(const SqlDispatcher::Order &order)
{
    m_connection.setTraits(order.traits);
    m_unusable.reset();
    std::vector<SqlTasks> parts{order.tasks};
    std::vector<std::pair<SqlTasks, Attempt>> failed; // told once it is known what that means for everybody
    Contact contact = Contact::None;
    std::optional<SqlFailure> lost;
    while (!parts.empty()) {
        const SqlTasks part = std::move(parts.back());
        parts.pop_back();
        const auto isAnswered = [](const SqlTaskPtr &task) { return task->isAnswered(); };
        if (contact == Contact::Lost || std::all_of(part.begin(), part.end(), isAnswered)) {
            failed.emplace_back(part, Attempt{lost ? lost->error : shuttingDown(), {}});
            continue;
        }
        Attempt attempt = attemptTwice(part);
        if (attempt.contact != Contact::None)
            contact = attempt.contact;
        if (contact == Contact::Lost)
            lost = m_connection.lastFailure();
        if (attempt.result) {
            HEARTH_SEQ_POINT("SqlExecutor.answer");
            answer(part, attempt);
        } else if (part.size() > 1 && isAboutOneRow(attempt)) {
            const auto middle = part.begin() + std::ptrdiff_t(part.size() / 2);
            parts.emplace_back(middle, part.end());
            parts.emplace_back(part.begin(), middle);
        } else {
            failed.emplace_back(part, std::move(attempt));
        }
    }
    finishTasks(contact, lost, failed);
}

void SqlExecutor::finishTasks(Contact contact, const std::optional<SqlFailure> &lost,
                              const std::vector<std::pair<SqlTasks, Attempt>> &failed)
{
    if (!failed.empty() && !m_unusable)
        m_unusable = whyProfilesAreUnusable(failed.back().second);
    const bool isIntact = m_dispatcher->finish(m_index, contact, lost);
    if (m_unusable && isIntact)
        m_dispatcher->becameUnusable(*m_unusable);
    if (!failed.empty())
        HEARTH_SEQ_POINT("SqlExecutor.answer");
    // What failed because the pool cut its connections to stop is no failure of the database.
    const bool isStopping = m_dispatcher->isStopping();
    for (const auto &[part, attempt] : failed)
        answer(part, isStopping ? Attempt{shuttingDown(), attempt.timing, Contact::None} : attempt);
    if (!isIntact && m_connection.isOpen())
        drop(); // a late cancel could hit the next query
}

// A right or a table that is missing may concern this statement only: a write, other tables, a policy about one row.
std::optional<SqlFailure> SqlExecutor::whyProfilesAreUnusable(const Attempt &failed)
{
    const auto isAboutTables = [](const std::optional<SqlFailure> &failure) {
        return failure && (failure->kind == Kind::Unusable || failure->kind == Kind::Denied);
    };
    const std::optional<SqlFailure> failure = m_connection.lastFailure();
    if (!isAboutTables(failure) || !(failure->error == failed.result.error()) || !m_connection.isOpen())
        return std::nullopt;
    m_connection.clearFailure();
    static_cast<void>(m_connection.execute(profileShapeStatement(m_dispatcher->dialect(), m_connection.traits())));
    return isAboutTables(m_connection.lastFailure()) ? m_connection.lastFailure() : std::nullopt;
}

void SqlExecutor::answer(const SqlTasks &tasks, const Attempt &attempt)
{
    QueryTiming timing = attempt.timing;
    timing.sharedBy = std::uint32_t(tasks.size());
    for (const SqlTaskPtr &task : tasks) {
        if (timing.sentAt != MonotonicTime{})
            timing.queueTime = timing.sentAt - task->askedAt;
        task->answer(attempt.result, timing);
    }
}

SqlExecutor::Attempt SqlExecutor::attemptTwice(const SqlTasks &tasks)
{
    Attempt first = attempt(tasks);
    if (first.contact != Contact::Lost)
        return first;
    drop();
    // The connection may have died while it was idle: what only reads is asked once more on a new one.
    const auto mayRepeat = [](const SqlTaskPtr &task) {
        return task->repeat == SqlRepeat::Safe && !task->isAnswered();
    };
    if (std::none_of(tasks.begin(), tasks.end(), mayRepeat) || m_dispatcher->isStopping())
        return first;
    if (const auto failure = connect({})) {
        first.result = failure->error;
        first.contact = Contact::None; // the dispatcher knows already
        return first;
    }
    Attempt second = attempt(tasks);
    if (second.contact == Contact::Lost)
        drop();
    return second;
}

SqlExecutor::Attempt SqlExecutor::attempt(const SqlTasks &tasks)
{
    Attempt made;
    if (m_dispatcher->isStopping()) {
        made.result = shuttingDown();
        return made;
    }
    m_connection.clearFailure();
    m_wasAsked = false;
    made.timing.sentAt = m_dispatcher->clock().now();
    if (tasks.size() == 1) {
        made.result = tasks.front()->work(m_connection);
    } else {
        made.result = tasks.front()->batch->run(m_connection, tasks);
        m_dispatcher->countQuery(tasks.size());
    }
    stampEnd(made.timing);
    const std::optional<SqlFailure> &failure = m_connection.lastFailure();
    if (failure && failure->kind == Kind::Lost)
        made.contact = Contact::Lost;
    else if (m_wasAsked)
        made.contact = Contact::Answered;
    return made;
}

// Whether the query failed because of something in one of the rows, so that the others can do without it.
bool SqlExecutor::isAboutOneRow(const Attempt &attempt)
{
    if (attempt.contact != Contact::Answered)
        return false;
    const ErrorCode code = attempt.result.error().code;
    if (code == ErrorCode::BadData || code == ErrorCode::Internal)
        return true;
    const std::optional<SqlFailure> &failure = m_connection.lastFailure();
    if (code != ErrorCode::PermissionDenied || !failure || failure->kind != Kind::Denied)
        return false;
    m_unusable = whyProfilesAreUnusable(attempt);
    return !m_unusable; // then a policy refused it
}

void SqlExecutor::stampEnd(QueryTiming &timing) const
{
    if (!m_dispatcher->isStopping()) // else the clock may be gone, and nobody waits for the time
        timing.queryTime = m_dispatcher->clock().now() - timing.sentAt;
}

Result<void> SqlExecutor::waitSimulatedLatency()
{
    if (m_dispatcher->pause(m_index)) {
        m_wasAsked = true;
        return {};
    }
    if (m_dispatcher->isStopping())
        return shuttingDown();
    return Error{ErrorCode::Timeout, "The simulated latency took longer than the job may."};
}

} // namespace hearth
