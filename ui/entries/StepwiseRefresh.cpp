// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/StepwiseRefresh.h"

#include "core/node/OnAnswer.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto wantedTime = 500ms; // of a step

} // namespace

StepwiseRefresh::StepwiseRefresh(NodeClient &node, std::vector<std::string> identities, QObject *parent)
    : QObject(parent)
    , m_node(node)
    , m_identities(std::move(identities))
{
    m_outcome.wanted = m_identities.size();
}

void StepwiseRefresh::start()
{
    askNext();
}

void StepwiseRefresh::cancel()
{
    m_isCancelled = true;
}

void StepwiseRefresh::askNext()
{
    const auto begin = m_identities.begin() + static_cast<std::ptrdiff_t>(m_outcome.asked);
    const std::size_t count = std::min(m_step, m_identities.size() - m_outcome.asked);
    m_outcome.asked += count;
    m_sinceAsked.start();
    onAnswer(m_node.refresh({begin, begin + static_cast<std::ptrdiff_t>(count)}), this,
             [this](const Result<std::uint64_t> &reloaded) { take(reloaded); });
}

void StepwiseRefresh::take(const Result<std::uint64_t> &reloaded)
{
    // Users who are gone from the database end nothing: the others are still to be reloaded.
    const bool hasFailed = !reloaded && reloaded.error().code != ErrorCode::NotFound;
    if (reloaded)
        m_outcome.reloaded += *reloaded;
    else if (hasFailed)
        m_outcome.error = reloaded.error();
    const bool isOver = hasFailed || m_isCancelled || m_outcome.asked == m_outcome.wanted;
    if (isOver) {
        Q_EMIT finished(m_outcome);
        return;
    }
    if (std::chrono::milliseconds(m_sinceAsked.elapsed()) < wantedTime)
        m_step = std::min(m_step * 2, largestStep);
    else
        m_step = std::max(m_step / 2, firstStep);
    Q_EMIT progressed(m_outcome.asked, m_outcome.wanted);
    askNext();
}

} // namespace hearth
