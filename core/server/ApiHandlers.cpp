// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ApiHandlers.h"

#include "core/api/JsonWriter.h"
#include "core/api/MetricsText.h"
#include "core/api/NodeJson.h"
#include "core/api/Percent.h"
#include "core/api/Problem.h"
#include "core/api/ProfileText.h"
#include "core/api/RequestBody.h"
#include "core/api/StatsJson.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t mostJobs = 1'000;
constexpr std::size_t mostSamples = 24 * 3600;
constexpr std::size_t mostEvents = 10'000;

constexpr std::array<std::string_view, 4> capabilities{"profiles", "entries", "warm", "config"};

ApiResponse jsonResponse(std::string body, unsigned status = 200)
{
    return {status, std::move(body), jsonContentType, {}, false};
}

ApiResponse success()
{
    return jsonResponse(R"({"success":true})");
}

ApiResponse notCached()
{
    return problemResponse(404, "That user is not in the cache.");
}

const char *cacheHeader(Served served)
{
    switch (served) {
    case Served::Hit:
        return "X-Cache: hit\r\n";
    case Served::Stale:
        return "X-Cache: stale\r\n";
    case Served::Miss:
    case Served::Coalesced:
        return "X-Cache: miss\r\n";
    }
    return "X-Cache: miss\r\n";
}

bool hasNoStore(std::string_view cacheControl)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::string text(cacheControl);
    std::transform(text.begin(), text.end(), text.begin(), lower);
    return text.find("no-store") != std::string::npos;
}

std::optional<EventKind> eventKindFromText(std::string_view text)
{
    for (int kind = 0; kind <= static_cast<int>(EventKind::Traffic); ++kind) {
        if (toString(static_cast<EventKind>(kind)) == text)
            return static_cast<EventKind>(kind);
    }
    return std::nullopt;
}

} // namespace

ApiResponse problemResponse(const Error &error)
{
    return problemResponse(statusOf(error.code), error.detail);
}

ApiHandlers::ApiHandlers(ApiServices services, QObject *parent)
    : QObject(parent)
    , m_services(std::move(services))
    , m_info(m_services.node.info())
    , m_cursors(m_services.clock)
{
    m_pool.setMaxThreadCount(2);
    connect(&m_services.node, &NodeClient::warmUpProgressed, this, &ApiHandlers::takeProgress);
}

ApiHandlers::~ApiHandlers()
{
    m_pool.clear();
    m_pool.waitForDone();
}

void ApiHandlers::handle(const ApiRequest &request, const ApiRespond &respond)
{
    switch (request.route->id) {
    case RouteId::Livez:
        return respond(jsonResponse(R"({"status":"ok"})"));
    case RouteId::Readyz:
        return readyz(respond);
    case RouteId::Metrics:
        return metrics(respond);
    case RouteId::Node:
        return node(request, respond);
    case RouteId::Stats:
        return respond(jsonResponse(statsJson(m_services.sampler.stats())));
    case RouteId::Cleanup:
        return cleanup(request, respond);
    case RouteId::Profile:
        return profile(request, respond);
    case RouteId::Entries:
        return entries(request, respond);
    case RouteId::Entry:
        return entry(request, respond);
    case RouteId::RemoveEntry:
    case RouteId::ExpireEntry:
    case RouteId::RefreshEntry:
        return actOnEntry(request, respond);
    case RouteId::Expire:
        return expire(request, respond);
    case RouteId::Warm:
        return warm(request, respond);
    case RouteId::Job:
    case RouteId::CancelJob:
        return job(request, respond);
    case RouteId::Config:
        return config(respond);
    case RouteId::ChangeConfig:
        return changeConfig(request, respond);
    case RouteId::Samples:
        return samples(request, respond);
    case RouteId::Events:
        return events(request, respond);
    }
}

// ---- how answers come about

std::shared_ptr<const VoiceCatalog> ApiHandlers::voices()
{
    const std::size_t number = threadNumber();
    if (number >= m_voices.size())
        return m_services.voices.current();
    VoicesOfThread &own = m_voices[number]; // no other thread has this number as long as this one lives
    if (!own.catalog || m_services.clock.hasPassed(own.validUntil)) {
        own.catalog = m_services.voices.current();
        own.validUntil = m_services.clock.now() + 1s;
    }
    return own.catalog;
}

// ---- of the node as a whole

void ApiHandlers::readyz(const ApiRespond &respond) const
{
    if (m_isDraining)
        return respond(problemResponse(503, "This node is shutting down."));
    const DatabaseStatus status = m_services.database();
    if (status.state == DatabaseState::Reachable)
        return respond(jsonResponse(R"({"status":"ready"})"));
    respond(problemResponse(503, "The database is " + toString(status.state) +
                                     (status.state == DatabaseState::Connecting ? ": it is not known yet." : ".")));
}

void ApiHandlers::node(const ApiRequest &request, const ApiRespond &respond) const
{
    respond(jsonResponse(nodeJson(m_info, request.caller->role, request.caller->name, capabilities)));
}

void ApiHandlers::metrics(const ApiRespond &respond)
{
    m_pool.start([this, respond] {
        respond({200,
                 metricsText(m_services.sampler.stats(), m_services.profiles.hitLatency().counts(),
                             m_services.profiles.loadLatency().counts(), m_httpCounts ? m_httpCounts() : HttpCounts{},
                             m_info.version),
                 metricsContentType,
                 {},
                 false});
    });
}

void ApiHandlers::samples(const ApiRequest &request, const ApiRespond &respond)
{
    const auto query = QueryParameters::parse(request.query);
    if (!query)
        return respond(problemResponse(query.error()));
    const auto since = query->number("since", 0, ~std::uint64_t(0));
    const auto step = query->number("step", 1, mostSamples);
    const auto limit = query->number("limit", mostSamples, mostSamples);
    for (const auto *number : {&since, &step, &limit}) {
        if (!*number)
            return respond(problemResponse(number->error()));
    }
    m_pool.start([this, respond, since = *since, step = *step, limit = *limit] {
        const auto found = m_services.history.samples(since, limit);
        respond(jsonResponse(samplesJson(m_info.instanceId, thinned(found, step), since)));
    });
}

void ApiHandlers::events(const ApiRequest &request, const ApiRespond &respond)
{
    const auto query = QueryParameters::parse(request.query);
    if (!query)
        return respond(problemResponse(query.error()));
    const auto since = query->number("since", 0, ~std::uint64_t(0));
    const auto limit = query->number("limit", 1'000, mostEvents);
    for (const auto *number : {&since, &limit}) {
        if (!*number)
            return respond(problemResponse(number->error()));
    }
    EventLog::Query asked{*since, std::nullopt, std::string(query->value("user").value_or("")), *limit};
    const bool showsWho = request.caller->role != ApiRole::Viewer;
    if (!asked.user.empty() && !showsWho)
        return respond(problemResponse(403, "The role viewer sees events without identities."));
    if (const auto kind = query->value("kind")) {
        asked.kind = eventKindFromText(*kind);
        if (!asked.kind)
            return respond(problemResponse(400, "The parameter kind is not the kind of an event."));
    }
    m_pool.start([this, respond, asked, showsWho] {
        respond(jsonResponse(eventsJson(m_info.instanceId, m_services.events.events(asked), asked.since,
                                        showsWho ? Identities::Shown : Identities::Hidden)));
    });
}

// ---- profiles

void ApiHandlers::profile(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ProfileId> id = identityFromPath(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    UnknownUser unknown = UnknownUser::NotFound;
    if (!request.query.empty()) {
        const auto query = QueryParameters::parse(request.query);
        const auto creates = query ? query->flag("create") : Result<bool>(query.error());
        if (!creates)
            return respond(problemResponse(creates.error()));
        unknown = *creates ? UnknownUser::CreateDefault : UnknownUser::NotFound;
    }
    if (request.caller->role == ApiRole::Operator && hasNoStore(request.cacheControl))
        return profileFromDatabase(*id, respond);
    m_services.profiles.get(*id, unknown, [this, respond, id = *id](const Result<ServedProfile> &served) {
        if (!served)
            return respond(problemResponse(served.error()));
        ApiResponse response = jsonResponse({});
        response.body.reserve(512);
        response.headers = cacheHeader(served->served());
        const ProfileFields fields{id.text(), served->texts(), served->formalTone(), served->preserveEmotion(),
                                   served->updatedAt()};
        appendProfile(response.body, fields, *voices());
        respond(std::move(response));
    });
}

void ApiHandlers::profileFromDatabase(const ProfileId &id, const ApiRespond &respond)
{
    m_services.profiles.readDatabase(id, [this, respond](const Result<LoadedProfile> &loaded) {
        if (!loaded)
            return respond(problemResponse(loaded.error()));
        if (!loaded->profile)
            return respond(problemResponse(404, "The database has no profile of that user."));
        ApiResponse response = jsonResponse({});
        response.headers = "X-Cache: bypass\r\n";
        appendProfile(response.body, ProfileFields::of(*loaded->profile), *voices());
        respond(std::move(response));
    });
}

void ApiHandlers::cleanup(const ApiRequest &request, const ApiRespond &respond)
{
    m_pool.start([this, respond, who = request.caller->who] {
        const CleanupReport report = m_services.cleanup.cleanUpNow(who);
        std::string body;
        JsonWriter(body)
            .beginObject()
            .member("success", true)
            .member("message", "Cleaned up " + std::to_string(report.removed) + " expired cache entries")
            .member("initial_count", report.initialCount)
            .member("final_count", report.finalCount)
            .member("kept_stale", report.keptStale)
            .endObject();
        respond(jsonResponse(std::move(body)));
    });
}

// ---- one entry

void ApiHandlers::entry(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ProfileId> id = identityFromPath(request.parameter);
    const auto query = QueryParameters::parse(request.query);
    const auto compares = query ? query->flag("compare") : Result<bool>(query.error());
    if (!id || !compares)
        return respond(problemResponse(id ? compares.error() : id.error()));
    const Masking masking = request.caller->role == ApiRole::Support ? Masking::Masked : Masking::Shown;
    if (!*compares) {
        const ProfileView view = m_services.look(*id);
        if (!view.entry)
            return respond(notCached());
        return respond(jsonResponse(entryJson(view, *voices(), m_services.clock.wallNow(), masking)));
    }
    ask<ProfileView>(
        respond, [id = id->text()](NodeClient &node) { return node.profile(id); },
        [this, masking](const ProfileView &view) {
            return jsonResponse(comparisonJson(view, *voices(), m_services.clock.wallNow(), masking));
        });
}

void ApiHandlers::actOnEntry(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ProfileId> id = identityFromPath(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    if (request.route->id == RouteId::RefreshEntry) {
        return m_services.profiles.refresh(*id, [respond](const Result<ServedProfile> &served) {
            respond(served ? success() : problemResponse(served.error()));
        });
    }
    if (!m_services.look(*id).entry)
        return respond(notCached());
    if (request.route->id == RouteId::ExpireEntry)
        m_services.profiles.expire({*id}, request.caller->who);
    else
        m_services.profiles.remove({*id}, request.caller->who);
    respond(success());
}

// ---- many

void ApiHandlers::expire(const ApiRequest &request, const ApiRespond &respond)
{
    // A body may name a hundred thousand users: it is not read on an I/O thread.
    m_pool.start([this, respond, body = std::string(request.body), who = request.caller->who] {
        const Result<ExpireRequest> asked = expireRequestFromJson(body);
        if (!asked)
            return respond(problemResponse(asked.error()));
        if (asked->isDryRun)
            return previewExpiry(asked->target, respond);
        if (std::holds_alternative<AllUsers>(asked->target))
            return respond(expiredResponse(m_services.profiles.expireAll(who)));
        if (const auto *users = std::get_if<TheseUsers>(&asked->target)) {
            std::vector<ProfileId> ids;
            for (const std::string &identity : users->identities)
                ids.push_back(*ProfileId::parse(identity)); // they were looked at when the body was read
            return respond(expiredResponse(m_services.profiles.expire(ids, who)));
        }
        ask<ExpiryOutcome>(
            respond, [target = asked->target](NodeClient &node) { return node.expire(target); },
            [](const ExpiryOutcome &outcome) { return expiredResponse(outcome.expired); });
    });
}

ApiResponse ApiHandlers::expiredResponse(std::uint64_t count)
{
    std::string body;
    JsonWriter(body).beginObject().member("success", true).member("expired", count).endObject();
    return jsonResponse(std::move(body));
}

void ApiHandlers::previewExpiry(const EntriesTarget &target, const ApiRespond &respond)
{
    ask<ExpiryPreview>(
        respond, [target](NodeClient &node) { return node.previewExpiry(target); },
        [](const ExpiryPreview &preview) {
            std::string body;
            JsonWriter json(body);
            json.beginObject().member("expired", preview.count).key("examples").beginArray();
            for (const std::string &identity : preview.examples)
                json.string(identity);
            json.endArray().endObject();
            return jsonResponse(std::move(body));
        });
}

void ApiHandlers::warm(const ApiRequest &request, const ApiRespond &respond)
{
    m_pool.start([this, respond, body = std::string(request.body)] {
        const Result<WarmUpRequest> asked = warmUpRequestFromJson(body);
        if (!asked)
            return respond(problemResponse(asked.error()));
        if (!asked->isDryRun)
            return startWarmUp(asked->target, respond);
        ask<WarmEstimate>(
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

void ApiHandlers::startWarmUp(const WarmRequest &target, const ApiRespond &respond)
{
    ask<std::uint64_t>(
        respond, [target](NodeClient &node) { return node.warmUp(target); },
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

void ApiHandlers::job(const ApiRequest &request, const ApiRespond &respond)
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
    const auto cancel = [this, jobId, respond] {
        m_services.node.cancelWarmUp(jobId);
        respond(success());
    };
    QMetaObject::invokeMethod(this, cancel, Qt::QueuedConnection);
}

void ApiHandlers::takeProgress(const WarmStatus &status)
{
    MutexLock lock(m_jobsMutex);
    m_jobs[status.jobId] = status;
    m_jobs[status.jobId].failedUsers.clear();
    if (m_jobs.size() > mostJobs)
        m_jobs.erase(m_jobs.begin());
}

} // namespace hearth
