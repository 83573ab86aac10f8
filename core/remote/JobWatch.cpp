// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/JobWatch.h"

#include "core/api/ActionJson.h"
#include "core/api/NodeJsonReader.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t mostRejectedNames = 1'000;
constexpr std::int64_t jobBytes = 8 * 1024 * 1024;

} // namespace

JobWatch::JobWatch(NodeAsker &asker, std::uint64_t jobId, Rejected rejected, QObject *parent)
    : QObject(parent)
    , m_asker(asker)
    , m_jobId(jobId)
    , m_rejected(std::move(rejected))
{
    m_last.jobId = jobId;
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &JobWatch::ask);
    m_timer.start(m_wait);
}

void JobWatch::ask()
{
    const std::string target = "/api/v1/jobs/" + std::to_string(m_jobId);
    m_asker.ask<WarmStatus>(
        {"GET", target, {}, jobBytes}, [](std::string_view json, auto) { return jobFromJson(json); },
        [self = QPointer(this)](const Reply<WarmStatus> &reply) {
            if (self)
                self->take(reply);
        });
}

// What passes by itself: the node is not reached, or has too much to do.
bool JobWatch::isWorthWaiting(const Reply<WarmStatus> &reply) const
{
    const ErrorCode code = reply.result.error().code;
    return code == ErrorCode::Unavailable || code == ErrorCode::Timeout || code == ErrorCode::Overloaded ||
           code == ErrorCode::Internal;
}

void JobWatch::take(const Reply<WarmStatus> &reply)
{
    if (!reply.result) {
        if (!isWorthWaiting(reply))
            return lose(reply.result.error());
        const std::chrono::milliseconds wait = m_backOff.next(QRandomGenerator::global()->generateDouble());
        m_timer.start(std::max(wait, reply.retryAfter));
        return;
    }
    m_backOff.reset();
    m_last = *reply.result;
    m_last.jobId = m_jobId;
    if (m_last.state == WarmState::Running) {
        if (std::exchange(m_isCancelWanted, false))
            cancel();
        m_wait = std::min(m_wait + shortest, longest);
        m_timer.start(m_wait);
    }
    tell(m_last);
}

// With those who were rejected here, as a node in this process counts them.
void JobWatch::tell(WarmStatus status)
{
    const std::size_t rejected = m_rejected.users.size();
    status.requested += rejected;
    status.done += rejected;
    status.failed += rejected;
    if (status.problem.empty())
        status.problem = m_rejected.problem;
    const std::size_t room = mostRejectedNames - std::min(mostRejectedNames, status.failedUsers.size());
    const auto shown = static_cast<std::ptrdiff_t>(std::min(room, rejected));
    status.failedUsers.insert(status.failedUsers.end(), m_rejected.users.begin(), m_rejected.users.begin() + shown);
    const bool hasEnded = status.state != WarmState::Running;
    const QPointer<JobWatch> self(this);
    Q_EMIT progressed(status);
    if (hasEnded && self)
        Q_EMIT ended();
}

// The node will not say more of it.
void JobWatch::lose(const Error &error)
{
    m_last.state = WarmState::Failed;
    m_last.problem = error.code == ErrorCode::NotFound
                         ? "The node no longer knows this job: it was started again meanwhile."
                         : error.detail;
    tell(m_last);
}

void JobWatch::cancel()
{
    const std::string target = "/api/v1/jobs/" + std::to_string(m_jobId);
    const auto read = [](std::string_view json, auto) -> Result<bool> {
        const Result<void> success = successFromJson(json);
        return success ? Result<bool>(true) : success.error();
    };
    m_asker.ask<bool>({"DELETE", target}, read, [self = QPointer(this)](const Reply<bool> &reply) {
        if (!self)
            return;
        const bool wasLost = !reply.result && reply.result.error().code != ErrorCode::NotFound;
        self->m_isCancelWanted = wasLost; // asked for again when the node answers again
        self->m_wait = shortest;
    });
}

} // namespace hearth
