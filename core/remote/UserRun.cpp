// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/UserRun.h"

#include "core/api/ActionJson.h"

#include <utility>

namespace hearth {

namespace {

bool concernsEverybody(const Reply<bool> &reply)
{
    const ErrorCode code = reply.result.error().code;
    return reply.link != LinkState::Connected || code == ErrorCode::Unavailable || code == ErrorCode::Timeout ||
           code == ErrorCode::Overloaded || code == ErrorCode::PermissionDenied;
}

Result<bool> done(std::string_view json, std::chrono::milliseconds /*ahead*/)
{
    const Result<void> success = successFromJson(json);
    return success ? Result<bool>(true) : success.error();
}

} // namespace

UserRun::UserRun(NodeAsker &asker, Action action, std::vector<std::string> segments, Done done)
    : m_asker(asker)
    , m_action(action)
    , m_segments(std::move(segments))
    , m_done(std::move(done))
{
}

void UserRun::start()
{
    if (m_segments.empty())
        return m_done(std::uint64_t{0});
    while (m_next < m_segments.size() && m_underWay < atOnce)
        askNext();
}

void UserRun::askNext()
{
    ++m_underWay;
    const HttpRequest request{m_action.method, "/api/v1/cache/entries/" + m_segments[m_next++] + m_action.ending};
    m_asker.ask<bool>(request, done, [self = shared_from_this()](const Reply<bool> &reply) { self->take(reply); });
}

void UserRun::take(const Reply<bool> &reply)
{
    --m_underWay;
    if (reply.result) {
        ++m_count;
    } else if (m_action.isAbsentAnError || reply.result.error().code != ErrorCode::NotFound) {
        if (!m_firstError)
            m_firstError = reply.result.error();
        if (concernsEverybody(reply))
            m_next = m_segments.size();
    }
    if (m_next < m_segments.size())
        askNext();
    else if (m_underWay == 0)
        m_done(m_count == 0 && m_firstError ? Result<std::uint64_t>(*m_firstError) : Result<std::uint64_t>(m_count));
}

} // namespace hearth
