// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
// The part of RemoteNode that acts: the node notes who did it, by the token.
#include "core/api/ActionJson.h"
#include "core/api/NodeJsonReader.h"
#include "core/api/Percent.h"
#include "core/remote/NodeAddress.h"
#include "core/remote/RemoteNode.h"
#include "core/remote/RemoteNodeParts.h"
#include "core/remote/UserList.h"
#include "core/remote/UserRun.h"

#include <utility>

namespace hearth {

QFuture<Result<ProfileReading>> RemoteNode::read(const std::string &identity)
{
    const Result<std::string> segment = userSegment(identity);
    if (!segment)
        return Parts::answered<ProfileReading>(segment.error());
    const auto promise = Parts::pending<ProfileReading>();
    const auto read = [](const HttpAnswer &answer, std::chrono::milliseconds ahead) {
        Result<ProfileReading> reading =
            profileReadingFromJson({answer.body.constData(), static_cast<std::size_t>(answer.body.size())}, ahead);
        if (reading) {
            reading->servedAs = answer.cache;
            reading->took = answer.took;
        }
        return reading;
    };
    m_parts->asker.askAnswer<ProfileReading>(
        {"GET", "/api/v1/profiles/" + *segment}, read,
        [promise](Reply<ProfileReading> reply) { Parts::answer<ProfileReading>(promise, std::move(reply.result)); });
    return promise->future();
}

QFuture<Result<CleanupOutcome>> RemoteNode::cleanUp()
{
    return m_parts->acted<CleanupOutcome>({"POST", "/api/v1/rooms/cache/cleanup"},
                                          Parts::timeless<CleanupOutcome>(cleanupFromJson));
}

QFuture<Result<ExpiryOutcome>> RemoteNode::expire(const EntriesTarget &target)
{
    const Result<std::string> body = expireRequest(target, false);
    if (!body)
        return Parts::answered<ExpiryOutcome>(body.error());
    if (body->empty())
        return Parts::answered<ExpiryOutcome>(ExpiryOutcome());
    return m_parts->acted<ExpiryOutcome>({"POST", "/api/v1/cache/expire", *body}, expiryFromJson);
}

QFuture<Result<UndoOutcome>> RemoteNode::undoExpiry(const std::string &undoId)
{
    const std::string segment = identitySegment(undoId);
    if (segment.empty())
        return Parts::answered<UndoOutcome>(
            Error{ErrorCode::NotFound, "There is no such expiry to take back, or the time for it is over."});
    return m_parts->acted<UndoOutcome>({"POST", "/api/v1/cache/expire/" + segment + "/undo"},
                                       Parts::timeless<UndoOutcome>(undoFromJson));
}

QFuture<Result<std::uint64_t>> RemoteNode::refresh(const std::vector<std::string> &identities)
{
    return runForUsers(identities, "POST", "/refresh", true);
}

QFuture<Result<std::uint64_t>> RemoteNode::remove(const std::vector<std::string> &identities)
{
    return runForUsers(identities, "DELETE", "", false);
}

QFuture<Result<std::uint64_t>> RemoteNode::runForUsers(const std::vector<std::string> &identities, const char *method,
                                                       const char *ending, bool isAbsentAnError)
{
    Result<std::vector<std::string>> segments = userSegments(identities);
    if (!segments)
        return Parts::answered<std::uint64_t>(segments.error());
    const auto promise = Parts::pending<std::uint64_t>();
    const UserRun::Action action{method, ending, isAbsentAnError};
    const auto take = [this, promise](Result<std::uint64_t> result) {
        m_parts->cursors.clear();
        Parts::answer<std::uint64_t>(promise, std::move(result));
    };
    std::make_shared<UserRun>(m_parts->asker, action, *std::move(segments), take)->start();
    return promise->future();
}

QFuture<Result<std::uint64_t>> RemoteNode::warmUp(const WarmRequest &request)
{
    Result<WarmWish> wish = warmWish(request, false);
    if (!wish)
        return Parts::answered<std::uint64_t>(wish.error());
    if (wish->body.empty())
        return Parts::answered<std::uint64_t>(
            Error{ErrorCode::InvalidArgument, "Nobody is named who could be warmed."});
    const auto promise = Parts::pending<std::uint64_t>();
    const HttpRequest post{"POST", "/api/v1/cache/warm", std::move(wish->body)};
    JobWatch::Rejected rejected{std::move(wish->rejected), std::move(wish->problem)};
    m_parts->asker.ask<std::uint64_t>(post, Parts::timeless<std::uint64_t>(jobIdFromJson),
                                      [this, promise, rejected](Reply<std::uint64_t> reply) {
                                          m_parts->cursors.clear();
                                          if (reply.result)
                                              watch(*reply.result, rejected.users, rejected.problem);
                                          Parts::answer<std::uint64_t>(promise, std::move(reply.result));
                                      });
    return promise->future();
}

void RemoteNode::watch(std::uint64_t jobId, const std::vector<std::string> &rejected, const std::string &problem)
{
    auto job = std::make_unique<JobWatch>(m_parts->asker, jobId, JobWatch::Rejected{rejected, problem});
    connect(job.get(), &JobWatch::progressed, this, &RemoteNode::warmUpProgressed);
    connect(job.get(), &JobWatch::ended, this, [this, jobId] {
        const auto found = m_parts->jobs.find(jobId);
        if (found == m_parts->jobs.end())
            return;
        found->second.release()->deleteLater(); // it is still speaking
        m_parts->jobs.erase(found);
        m_parts->cursors.clear();
    });
    m_parts->jobs[jobId] = std::move(job);
}

void RemoteNode::cancelWarmUp(std::uint64_t jobId)
{
    const auto found = m_parts->jobs.find(jobId);
    if (found != m_parts->jobs.end())
        return found->second->cancel();
    // One that was begun elsewhere: nobody here waits for its end.
    m_parts->asker.ask<bool>(
        {"DELETE", "/api/v1/jobs/" + std::to_string(jobId)}, [](std::string_view, auto) { return Result<bool>(true); },
        [](const Reply<bool> &) {});
}

QFuture<Result<LiveSettings>> RemoteNode::changeSettings(const LiveSettingsChange &change)
{
    return m_parts->asked<LiveSettings>({"PATCH", "/api/v1/config", settingsBody(change)},
                                        Parts::timeless<LiveSettings>(settingsFromJson));
}

QFuture<Result<void>> RemoteNode::erase(const std::string &identity)
{
    const Result<std::string> segment = userSegment(identity);
    if (!segment)
        return Parts::answered<void>(segment.error());
    return m_parts->acted<void>({"POST", "/api/v1/cache/erase/" + *segment}, Parts::timeless<void>(successFromJson));
}

} // namespace hearth
