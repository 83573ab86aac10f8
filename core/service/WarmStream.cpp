// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmStream.h"

#include <algorithm>
#include <utility>

namespace hearth {

WarmStream::WarmStream(WarmTools tools, UserGroup group, RoomMembers members, WarmProgress &progress, Listener listener)
    : m_tools(std::move(tools))
    , m_group(std::move(group))
    , m_listener(std::move(listener))
    , m_progress(progress)
    , m_intake(std::make_shared<WarmIntake>(m_tools.cache, m_tools.service, std::move(members)))
{
}

WarmStream::~WarmStream()
{
    m_stop.request_stop();
}

void WarmStream::start()
{
    if (std::holds_alternative<RecentlyUpdated>(m_group))
        countRows();
    else
        countGroup();
}

void WarmStream::countGroup()
{
    m_tools.queries->ask<std::uint64_t>(
        [&](Completion<std::uint64_t> answer) {
            m_tools.source.count(m_group, limitOf(m_group, m_tools.cache), std::move(answer));
        },
        m_tools.here<std::uint64_t>(weak_from_this(), [](WarmStream &stream, const Result<std::uint64_t> &count) {
            stream.m_isWhole = count && *count < limitOf(stream.m_group, stream.m_tools.cache);
            stream.takeCount(count);
        }));
}

// The most recent are as many as there are rows, which is found out without putting them in order.
void WarmStream::countRows()
{
    m_tools.queries->ask<std::int64_t>(
        [&](Completion<std::int64_t> answer) { m_tools.repository.count(std::move(answer)); },
        m_tools.here<std::int64_t>(weak_from_this(), [](WarmStream &stream, const Result<std::int64_t> &count) {
            if (!count)
                return stream.takeCount(count.error());
            const std::uint64_t limit = limitOf(stream.m_group, stream.m_tools.cache);
            const auto rows = static_cast<std::uint64_t>(std::max<std::int64_t>(*count, 0));
            stream.m_isWhole = rows <= limit;
            stream.takeCount(std::min(limit, rows));
        }));
}

void WarmStream::takeCount(const Result<std::uint64_t> &count)
{
    if (m_stop.stop_requested())
        return; // it has ended
    if (!count) {
        m_progress.problem = count.error().detail;
        return m_listener.ended(JobState::Failed);
    }
    m_progress.requested = std::max<std::uint64_t>(*count, m_intake->members().size());
    m_listener.progressed();
    stream();
}

void WarmStream::stream()
{
    m_isStreaming = true;
    UserGroup group = m_group;
    if (m_isWhole && std::holds_alternative<RecentlyUpdated>(group))
        group = RecentlyUpdated{UserSource::everybody};
    const std::size_t limit = m_isWhole ? UserSource::everybody : limitOf(m_group, m_tools.cache);
    m_tools.queries->ask<StreamEnd>(
        [&](Completion<StreamEnd> answer) {
            m_tools.source.stream(std::move(group), limit, taker(), m_stop.get_token(), std::move(answer));
        },
        m_tools.here<StreamEnd>(weak_from_this(),
                                [](WarmStream &stream, const Result<StreamEnd> &end) { stream.finish(end); }));
}

// What it captures outlives this; inside the gate the tools are there.
UserSource::Taker WarmStream::taker()
{
    const auto begin = [queries = m_tools.queries, intake = m_intake](MonotonicTime sentAt) {
        const CallGate::Pass pass(queries->gate());
        if (pass)
            intake->begin(sentAt);
    };
    const auto rows = [queries = m_tools.queries, intake = m_intake, stop = m_stop.get_token(), &clock = m_tools.clock,
                       &home = m_tools.home, self = weak_from_this(),
                       toldAt = MonotonicTime::min()](const std::vector<Profile> &some) mutable {
        const CallGate::Pass pass(queries->gate());
        if (!pass || stop.stop_requested())
            return;
        intake->take(some);
        const MonotonicTime now = clock.now();
        if (now < saturatedSum(toldAt, warmProgressInterval / 2))
            return;
        toldAt = now;
        WarmTools::later(home, self, [](WarmStream &stream) {
            stream.updateProgress();
            stream.m_listener.progressed();
        });
    };
    return {begin, rows};
}

void WarmStream::cancel()
{
    m_stop.request_stop();
    if (!m_isStreaming)
        m_listener.ended(JobState::Cancelled);
}

void WarmStream::updateProgress()
{
    const WarmIntake::Counts counts = m_intake->counts();
    m_progress.warmed = counts.warmed;
    m_progress.alreadyCached = counts.alreadyCached;
    m_progress.failed = counts.failed;
    m_progress.done = counts.warmed + counts.alreadyCached + counts.failed;
    m_progress.requested = std::max(m_progress.requested, m_progress.done);
}

void WarmStream::finish(const Result<StreamEnd> &end)
{
    updateProgress();
    const WarmIntake::Rest &rest = m_intake->rest();
    m_progress.problem = rest.problem;
    m_progress.failedUsers = rest.failedUsers;
    if (end)
        m_tools.service.countDatabaseTime(end->timing.queryTime);
    else if (const auto sentAt = m_intake->sentAt())
        m_tools.service.countDatabaseTime(m_tools.clock.now() - *sentAt);
    const std::size_t left = rest.again.size() + m_intake->members().size();
    const bool isStopped = m_stop.stop_requested();
    if (end)
        m_progress.requested = m_progress.done + left;
    else if (!isStopped)
        failRest(end.error().detail);
    if (end && !(isStopped && left > 0)) // nor are those asked for by name once it is stopped
        m_listener.ended(JobState::Done);
    else
        m_listener.ended(isStopped ? JobState::Cancelled : JobState::Failed);
}

// Those whose names are not known are only counted.
void WarmStream::failRest(const std::string &problem)
{
    const std::vector<ProfileId> named = left();
    m_progress.fail(named, problem);
    m_progress.problem = problem;
    m_progress.requested = std::max(m_progress.requested, m_progress.done);
    m_progress.failed += m_progress.requested - m_progress.done;
    m_progress.done = m_progress.requested;
}

std::vector<ProfileId> WarmStream::left()
{
    std::vector<ProfileId> ids = m_intake->rest().again;
    ids.insert(ids.end(), m_intake->members().begin(), m_intake->members().end());
    return ids;
}

} // namespace hearth
