// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/WarmRoutes.h"

#include "core/api/JsonWriter.h"
#include "core/api/NodeJson.h"
#include "core/api/RequestBody.h"
#include "core/server/Answers.h"

#include <charconv>
#include <optional>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t mostJobs = 1'000;
constexpr std::uint64_t jobsWithNames = 50; // so many of the newest name whom they could not load

} // namespace

WarmRoutes::WarmRoutes(RouteContext &context)
    : m_context(context)
{
    QObject::connect(&m_context.services().node, &NodeClient::warmUpProgressed, &m_context,
                     [this](const WarmStatus &status) { takeProgress(status); });
}

void WarmRoutes::handle(const ApiRequest &request, const ApiRespond &respond)
{
    if (request.route->id == RouteId::Warm)
        warm(request, respond);
    else
        job(request, respond);
}

void WarmRoutes::warm(const ApiRequest &request, const ApiRespond &respond)
{
    m_context.inBackground([this, respond, body = std::string(request.body), who = request.caller->who] {
        const Result<WarmUpRequest> asked = warmUpRequestFromJson(body);
        if (!asked)
            return respond(problemResponse(asked.error()));
        if (!asked->isDryRun)
            return startWarmUp(asked->target, who, respond);
        m_context.ask<WarmEstimate>(
            respond, [target = asked->target](NodeClient &node) { return node.estimateWarmUp(target); },
            [](const WarmEstimate &estimate) {
                std::string text;
                JsonWriter(text)
                    .beginObject()
                    .member("requested", estimate.requested)
                    .member("already_cached", estimate.alreadyCached)
                    .member("to_load", estimate.toLoad)
                    .member("queries", estimate.queries)
                    .endObject();
                return jsonResponse(std::move(text));
            });
    });
}

void WarmRoutes::startWarmUp(const WarmRequest &target, const std::string &who, const ApiRespond &respond)
{
    m_context.act<std::uint64_t>(
        respond, {EventKind::Warm, who, {}, {}}, [target](NodeClient &node) { return node.warmUp(target); },
        [this](std::uint64_t jobId) {
            {
                MutexLock lock(m_jobsMutex);
                m_jobs.try_emplace(jobId).first->second.jobId = jobId;
            }
            std::string text;
            JsonWriter(text).beginObject().member("job_id", std::to_string(jobId)).endObject();
            return jsonResponse(std::move(text), 202);
        });
}

void WarmRoutes::job(const ApiRequest &request, const ApiRespond &respond)
{
    std::uint64_t jobId = 0;
    const std::string_view text = request.parameter;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), jobId);
    std::optional<WarmStatus> status;
    if (read.ec == std::errc() && read.ptr == text.data() + text.size()) {
        MutexLock lock(m_jobsMutex);
        if (const auto found = m_jobs.find(jobId); found != m_jobs.end())
            status = found->second;
    }
    if (!status)
        return respond(problemResponse(404, "There is no such job; those of the past are forgotten after a while."));
    if (request.route->id == RouteId::Job)
        return respond(jsonResponse(jobJson(*status)));
    cancel(jobId, request.caller->who, respond);
}

void WarmRoutes::cancel(std::uint64_t jobId, const std::string &who, const ApiRespond &respond)
{
    const std::string name = "job " + std::to_string(jobId);
    m_context.note({EventKind::Warm, who, {}, name}, EventResult::Done, 0, "cancel " + name);
    m_context.onNodeThread([this, jobId, who, respond] {
        m_context.services().node.setActor(who);
        m_context.services().node.cancelWarmUp(jobId);
        respond(success());
    });
}

void WarmRoutes::takeProgress(const WarmStatus &status)
{
    MutexLock lock(m_jobsMutex);
    m_jobs[status.jobId] = status;
    const auto older = m_jobs.find(status.jobId - jobsWithNames); // wraps around to none
    if (older != m_jobs.end())
        older->second.failedUsers = {};
    if (m_jobs.size() > mostJobs)
        m_jobs.erase(m_jobs.begin());
}

void WarmRoutes::forget(const std::string &user)
{
    MutexLock lock(m_jobsMutex);
    for (auto &[jobId, status] : m_jobs)
        std::erase(status.failedUsers, user);
}

} // namespace hearth
