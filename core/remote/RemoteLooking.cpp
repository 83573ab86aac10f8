// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
// The part of RemoteNode that looks: nothing of it changes what is cached on the node; only a reveal is noted there.
#include "core/api/ActionJson.h"
#include "core/api/NodeJsonReader.h"
#include "core/api/Percent.h"
#include "core/api/StatsJsonReader.h"
#include "core/node/RevealReason.h"
#include "core/remote/EntryWalk.h"
#include "core/remote/NodeAddress.h"
#include "core/remote/RemoteNode.h"
#include "core/remote/RemoteNodeParts.h"
#include "core/remote/UserList.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t mostSamples = 24 * 3600;
constexpr std::size_t mostEvents = 10'000;
constexpr std::size_t eventsOfOneUser = 50;
constexpr std::int64_t megabyte = 1024 * 1024;
constexpr std::int64_t largestAnswer = 64 * megabyte; // a day of samples is 40

std::string number(std::uint64_t value)
{
    return std::to_string(value);
}

// A profile and its events come by two requests.
struct TwoAnswers {
    std::optional<Result<ProfileView>> view;
    std::optional<std::vector<Event>> events;
};

// Returns: whether both are there.
bool isComplete(const TwoAnswers &answers)
{
    return answers.view && answers.events;
}

Result<ProfileView> joined(TwoAnswers &answers)
{
    Result<ProfileView> view = *std::move(answers.view);
    if (view)
        view->events = *std::move(answers.events);
    return view;
}

} // namespace

QFuture<Result<NodeInfo>> RemoteNode::introduce()
{
    const auto promise = Parts::pending<NodeInfo>();
    m_parts->asker.ask<NodeInfo>({"GET", "/api/v1/node"}, nodeInfoFromJson, [this, promise](Reply<NodeInfo> reply) {
        if (reply.result) {
            takeInfo(*reply.result);
            reply.result = m_parts->info;
        } else if (reply.link == LinkState::Connected && reply.result.error().code == ErrorCode::NotFound) {
            const std::string problem =
                m_parts->asker.http().shownUrl() + " is not a Hearth node: it does not know /api/v1/node.";
            if (!wishes().anything)
                takeLink(LinkState::Refused, problem);
            reply.result = Error{ErrorCode::BadData, problem};
        }
        Parts::answer<NodeInfo>(promise, std::move(reply.result));
    });
    return promise->future();
}

QFuture<Result<Stats>> RemoteNode::askStats()
{
    const auto promise = Parts::pending<Stats>();
    m_parts->asker.ask<Stats>({"GET", "/api/v1/rooms/cache/stats"}, Parts::timeless<Stats>(statsFromJson),
                              [this, promise](Reply<Stats> reply) {
                                  if (reply.result)
                                      takeStats(*reply.result);
                                  Parts::answer<Stats>(promise, std::move(reply.result));
                              });
    return promise->future();
}

QFuture<Result<std::vector<Sample>>> RemoteNode::samples(std::uint64_t since, std::size_t limit)
{
    using Samples = std::vector<Sample>;
    const std::string target =
        "/api/v1/samples?since=" + number(since) + "&limit=" + number(std::min(limit, mostSamples));
    return m_parts->asked<Samples>({"GET", target, {}, largestAnswer},
                                   [](std::string_view json, std::chrono::milliseconds ahead) -> Result<Samples> {
                                       Result<SamplesAnswer> answer = samplesFromJson(json, ahead);
                                       if (!answer)
                                           return answer.error();
                                       return std::move(answer->samples);
                                   });
}

// Of what the filter leaves out the node tells with its counters only.
QFuture<Result<EntriesPage>> RemoteNode::entries(const EntriesQuery &query)
{
    const auto promise = Parts::pending<EntriesPage>();
    const auto take = [this, promise, isFiltered = query.filter != EntriesFilter()](Result<EntriesPage> page) {
        if (!page || !isFiltered || promise->isCanceled())
            return Parts::answer<EntriesPage>(promise, std::move(page));
        m_parts->asker.ask<Stats>({"GET", "/api/v1/rooms/cache/stats"}, Parts::timeless<Stats>(statsFromJson),
                                  [promise, page = std::move(page)](const Reply<Stats> &reply) mutable {
                                      if (!reply.result)
                                          return Parts::answer<EntriesPage>(promise, reply.result.error());
                                      page->total = std::max<std::size_t>(reply.result->totalEntries(), page->matching);
                                      Parts::answer<EntriesPage>(promise, std::move(page));
                                  });
    };
    const auto isWanted = [promise] { return !promise->isCanceled(); };
    std::make_shared<EntryWalk>(m_parts->asker, m_parts->cursors, query, isWanted, take)->start();
    return promise->future();
}

QFuture<Result<ProfileView>> RemoteNode::profile(const std::string &identity)
{
    return compared(identity, {});
}

QFuture<Result<ProfileView>> RemoteNode::reveal(const std::string &identity, const std::string &reason)
{
    const Result<void> isReason = checkRevealReason(reason);
    if (!isReason)
        return Parts::answered<ProfileView>(isReason.error());
    return compared(identity, "&reveal=" + percentEncoded(reason));
}

QFuture<Result<ProfileView>> RemoteNode::compared(const std::string &identity, const std::string &more)
{
    const Result<std::string> segment = userSegment(identity);
    if (!segment)
        return Parts::answered<ProfileView>(segment.error());
    const auto promise = Parts::pending<ProfileView>();
    const auto answers = std::make_shared<TwoAnswers>();
    m_parts->asker.ask<ProfileView>(
        {"GET", "/api/v1/cache/entries/" + *segment + "?compare=true" + more},
        [identity](std::string_view json, auto ahead) { return profileViewFromJson(json, identity, ahead); },
        [promise, answers](Reply<ProfileView> reply) {
            answers->view = std::move(reply.result);
            if (isComplete(*answers))
                Parts::answer<ProfileView>(promise, joined(*answers));
        });
    const std::string target = "/api/v1/events?user=" + percentEncoded(identity) + "&limit=" + number(eventsOfOneUser);
    m_parts->asker.ask<EventsAnswer>({"GET", target, {}, 8 * megabyte}, eventsFromJson,
                                     [promise, answers](Reply<EventsAnswer> reply) {
                                         answers->events.emplace(); // without them a profile is one all the same
                                         if (reply.result)
                                             answers->events = std::move(reply.result->events);
                                         std::reverse(answers->events->begin(), answers->events->end());
                                         if (isComplete(*answers))
                                             Parts::answer<ProfileView>(promise, joined(*answers));
                                     });
    return promise->future();
}

QFuture<Result<ProfileView>> RemoteNode::peek(const std::string &identity)
{
    const Result<std::string> segment = userSegment(identity);
    if (!segment)
        return Parts::answered<ProfileView>(segment.error());
    const auto read = [identity](std::string_view json, std::chrono::milliseconds ahead) -> Result<ProfileView> {
        Result<ProfileView> view = profileViewFromJson(json, identity, ahead);
        if (view && !view->entry)
            return Error{ErrorCode::BadData, "The member \"entry\" is missing."};
        return view;
    };
    return m_parts->asked<ProfileView>({"GET", "/api/v1/cache/entries/" + *segment}, read);
}

QFuture<Result<std::vector<Event>>> RemoteNode::events(const EventsQuery &query)
{
    using Events = std::vector<Event>;
    std::string target =
        "/api/v1/events?since=" + number(query.since) + "&limit=" + number(std::min(query.limit, mostEvents));
    if (query.kind)
        target += "&kind=" + percentEncoded(toString(*query.kind));
    if (!query.user.empty())
        target += "&user=" + percentEncoded(query.user);
    return m_parts->asked<Events>({"GET", target, {}, largestAnswer},
                                  [](std::string_view json, std::chrono::milliseconds ahead) -> Result<Events> {
                                      Result<EventsAnswer> answer = eventsFromJson(json, ahead);
                                      if (!answer)
                                          return answer.error();
                                      return std::move(answer->events);
                                  });
}

QFuture<Result<LiveSettings>> RemoteNode::settings()
{
    return m_parts->asked<LiveSettings>({"GET", "/api/v1/config"}, Parts::timeless<LiveSettings>(settingsFromJson));
}

QFuture<Result<ExpiryPreview>> RemoteNode::previewExpiry(const EntriesTarget &target)
{
    const Result<std::string> body = expireRequest(target, true);
    if (!body)
        return Parts::answered<ExpiryPreview>(body.error());
    if (body->empty())
        return Parts::answered<ExpiryPreview>(ExpiryPreview());
    return m_parts->asked<ExpiryPreview>({"POST", "/api/v1/cache/expire", *body},
                                         Parts::timeless<ExpiryPreview>(expiryPreviewFromJson));
}

QFuture<Result<WarmEstimate>> RemoteNode::estimateWarmUp(const WarmRequest &request)
{
    const Result<WarmWish> wish = warmWish(request, true);
    if (!wish)
        return Parts::answered<WarmEstimate>(wish.error());
    if (wish->body.empty())
        return Parts::answered<WarmEstimate>(WarmEstimate());
    const auto read = [rejected = wish->rejected.size()](std::string_view json, auto) {
        Result<WarmEstimate> estimate = warmEstimateFromJson(json);
        if (estimate)
            estimate->requested += rejected;
        return estimate;
    };
    return m_parts->asked<WarmEstimate>({"POST", "/api/v1/cache/warm", wish->body}, read);
}

} // namespace hearth
