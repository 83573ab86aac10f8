// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/StatusBoard.h"

namespace hearth {

namespace {

// What the listener is told about; attempts of the circuit breaker come and go too often.
DatabaseStatus withoutDetails(DatabaseStatus status)
{
    const bool isClosed = status.circuit.state == CircuitState::Closed;
    status.circuit = CircuitStatus{isClosed ? CircuitState::Closed : CircuitState::Open, {}, 0, {}};
    return status;
}

} // namespace

StatusBoard::StatusBoard(const DatabaseOptions &options, const Clock &clock, Listener listener)
    : m_clock(clock)
    , m_listener(std::move(listener))
{
    m_status.kind = options.url.kindName();
    m_status.displayUrl = options.url.displayUrl();
    m_status.since = clock.wallNow();
    m_status.circuit.since = m_status.since;
    m_status.simulatedLatency = options.simulatedLatency;
}

DatabaseStatus StatusBoard::status() const
{
    MutexLock lock(m_mutex);
    return m_status;
}

DatabaseStatus StatusBoard::withCircuitLocked(CircuitStatus circuit) const
{
    const auto isClosed = [](const CircuitStatus &each) { return each.state == CircuitState::Closed; };
    circuit.since = isClosed(circuit) == isClosed(m_status.circuit) ? m_status.circuit.since : m_clock.wallNow();
    DatabaseStatus next = m_status;
    next.circuit = circuit;
    return next;
}

void StatusBoard::showReachable(const std::string &notice, const CircuitStatus &circuit)
{
    MutexLock lock(m_mutex);
    DatabaseStatus next = withCircuitLocked(circuit);
    next.state = DatabaseState::Reachable;
    next.problem.clear();
    next.nextStep.clear();
    next.notice = notice;
    postLocked(next);
}

void StatusBoard::showFailure(DatabaseState state, const SqlFailure &failure, const CircuitStatus &circuit)
{
    MutexLock lock(m_mutex);
    DatabaseStatus next = withCircuitLocked(circuit);
    next.state = state;
    next.problem = failure.error.detail;
    next.nextStep = failure.nextStep;
    next.notice.clear();
    postLocked(next);
}

void StatusBoard::showCircuit(const CircuitStatus &circuit)
{
    MutexLock lock(m_mutex);
    postLocked(withCircuitLocked(circuit));
}

void StatusBoard::setSimulatedLatency(std::chrono::milliseconds latency)
{
    MutexLock lock(m_mutex);
    DatabaseStatus next = m_status;
    next.simulatedLatency = latency;
    postLocked(next);
}

void StatusBoard::postLocked(const DatabaseStatus &status)
{
    if (m_silent || status == m_status)
        return;
    const bool isNewState = status.state != m_status.state;
    const bool isNews = withoutDetails(status) != withoutDetails(m_status);
    m_status = status;
    if (isNewState)
        m_status.since = m_clock.wallNow();
    if (m_listener && isNews)
        m_news.push_back(m_status);
}

void StatusBoard::notify()
{
    for (;;) {
        DatabaseStatus next;
        {
            MutexLock lock(m_mutex);
            if (m_telling || m_silent || m_news.empty())
                return; // who is telling now goes on with ours
            m_telling = true;
            next = std::move(m_news.front());
            m_news.pop_front();
        }
        m_listener(next);
        MutexLock lock(m_mutex);
        m_telling = false;
    }
}

void StatusBoard::silence()
{
    MutexLock lock(m_mutex);
    m_silent = true;
    m_news.clear();
}

} // namespace hearth
