// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmRun.h"

#include <utility>

namespace hearth {

namespace {

std::vector<ProfileId> withoutRepetitions(const std::vector<ProfileId> &ids)
{
    std::unordered_set<ProfileId> seen;
    std::vector<ProfileId> unique;
    for (const ProfileId &id : ids) {
        if (seen.insert(id).second)
            unique.push_back(id);
    }
    return unique;
}

} // namespace

WarmRun::WarmRun(WarmTools tools, Order order, Listener listener)
    : m_tools(std::move(tools))
    , m_order(std::move(order))
    , m_listener(std::move(listener))
{
    m_progress.jobId = m_order.jobId;
}

void WarmRun::start()
{
    if (const auto *users = std::get_if<WarmUsers>(&m_order.target)) {
        Ids ids = withoutRepetitions(users->ids);
        m_progress.requested = ids.size();
        m_listener.progressed();
        const bool isShort = ids.size() <= mostUsersTold;
        return startList(std::move(ids), isShort ? WarmNews::OfEachUser : WarmNews::OfNobody);
    }
    m_listener.progressed();
    m_tools.askMembers(m_order.target, weak_from_this(),
                       [](WarmRun &run, Result<RoomMembers> members) { run.startGroup(std::move(members)); });
}

void WarmRun::startGroup(Result<RoomMembers> members)
{
    if (m_hasEnded)
        return;
    if (!members)
        return fail(members.error().detail);
    const UserGroup group = groupOf(m_order.target);
    if (m_order.perSecond > 0) {
        m_ids = std::make_shared<WarmIds>(m_tools, WarmIds::Keeps::TheMissing, *std::move(members),
                                          [this](Result<WarmIds::Found> found) { takeIds(std::move(found)); });
        return m_ids->start(group);
    }
    m_stream = std::make_shared<WarmStream>(
        m_tools, group, *std::move(members), m_progress,
        WarmStream::Listener{m_listener.progressed, [this](JobState state) { streamEnded(state); }});
    m_stream->start();
}

void WarmRun::takeIds(Result<WarmIds::Found> found)
{
    if (!found)
        return fail(found.error().detail);
    Ids ids = std::move(found->missing);
    ids.insert(ids.end(), found->members.begin(), found->members.end());
    m_progress.alreadyCached = found->alreadyCached;
    m_progress.done = found->alreadyCached;
    m_progress.requested = found->alreadyCached + ids.size();
    m_listener.progressed();
    startList(std::move(ids), WarmNews::OfNobody);
}

void WarmRun::streamEnded(JobState state)
{
    if (state != JobState::Done)
        return end(state);
    Ids left = std::exchange(m_stream, nullptr)->left();
    if (left.empty())
        return end(JobState::Done);
    startList(std::move(left), WarmNews::OfNobody);
}

void WarmRun::startList(Ids ids, WarmNews news)
{
    const auto list =
        std::make_shared<WarmList>(m_tools, std::move(ids), WarmList::Options{m_order.perSecond, news}, m_progress,
                                   WarmList::Listener{m_listener.progressed, [this](JobState state) { end(state); }});
    m_list = list; // which is gone when it ends at once
    list->start();
}

void WarmRun::continueIfDue()
{
    if (const auto list = m_list)
        list->continueIfDue();
}

void WarmRun::cancel()
{
    if (const auto stream = m_stream)
        return stream->cancel();
    m_ids.reset();
    m_list.reset(); // what it is waiting for is dropped
    end(JobState::Cancelled);
}

void WarmRun::fail(const std::string &problem)
{
    m_progress.problem = problem;
    end(JobState::Failed);
}

void WarmRun::end(JobState state)
{
    if (std::exchange(m_hasEnded, true))
        return;
    m_progress.state = state;
    m_listener.ended(state);
}

} // namespace hearth
