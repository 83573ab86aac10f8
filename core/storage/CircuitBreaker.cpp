// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/CircuitBreaker.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <random>

namespace hearth {

namespace {

constexpr unsigned doublings = 3; // from the first back-off to the retry interval

CircuitBreaker::Random machineRandom()
{
    auto engine = std::make_shared<std::minstd_rand>(std::random_device{}());
    return [engine] { return std::uniform_real_distribution<>()(*engine); };
}

} // namespace

CircuitBreaker::CircuitBreaker(std::chrono::milliseconds retryInterval, Random random)
    : m_retryInterval(retryInterval)
    , m_random(random ? std::move(random) : machineRandom())
{
}

void CircuitBreaker::succeeded()
{
    m_state = CircuitState::Closed;
    m_failures = 0;
    m_attempts = 0;
    m_nextAttempt.reset();
}

bool CircuitBreaker::failed(SteadyTime now)
{
    if (m_state == CircuitState::Closed && m_failures + 1 < threshold) {
        ++m_failures;
        return false;
    }
    const bool wasClosed = m_state == CircuitState::Closed;
    open(now);
    return wasClosed;
}

void CircuitBreaker::open(SteadyTime now)
{
    if (m_failures < std::numeric_limits<unsigned>::max())
        ++m_failures;
    m_state = CircuitState::Open;
    backOff(now);
}

bool CircuitBreaker::beginAttempt(SteadyTime now)
{
    if (m_state != CircuitState::Open || now < *m_nextAttempt)
        return false;
    m_state = CircuitState::HalfOpen;
    m_nextAttempt.reset();
    return true;
}

void CircuitBreaker::backOff(SteadyTime now)
{
    const unsigned step = std::min(m_attempts++, doublings);
    const std::chrono::duration<double, std::milli> full = m_retryInterval / double(1U << (doublings - step));
    const double share = 1.0 - 0.5 * std::clamp(m_random(), 0.0, 1.0);
    m_nextAttempt = now + std::chrono::duration_cast<SteadyTime::duration>(full * share);
}

} // namespace hearth
