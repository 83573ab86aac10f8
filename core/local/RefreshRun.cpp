// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/RefreshRun.h"

#include <utility>

namespace hearth {

RefreshRun::RefreshRun(ProfileService &service, std::vector<ProfileId> ids, Done done)
    : m_service(service)
    , m_ids(std::move(ids))
    , m_done(std::move(done))
{
}

void RefreshRun::start()
{
    if (m_ids.empty())
        m_done(std::uint64_t{0});
    else
        askMore();
}

void RefreshRun::askMore()
{
    {
        MutexLock lock(m_mutex);
        if (std::exchange(m_isAsking, true))
            return;
    }
    while (const std::optional<ProfileId> id = nextToAsk())
        m_service.refresh(*id,
                          [self = shared_from_this()](const Result<ServedProfile> &answer) { self->take(answer); });
}

// Returns: nullopt when nobody is to be asked now; then the asking has ended.
std::optional<ProfileId> RefreshRun::nextToAsk()
{
    MutexLock lock(m_mutex);
    m_isAsking = m_next < m_ids.size() && m_underWay < atOnce;
    if (!m_isAsking)
        return std::nullopt;
    ++m_underWay;
    return m_ids[m_next++];
}

void RefreshRun::take(const Result<ServedProfile> &answer)
{
    std::optional<Result<std::uint64_t>> end;
    {
        MutexLock lock(m_mutex);
        --m_underWay;
        if (answer)
            ++m_reloaded;
        else if (!m_firstError)
            m_firstError = answer.error();
        if (!answer && concernsEveryUser(answer.error().code))
            m_next = m_ids.size();
        if (m_underWay == 0 && m_next == m_ids.size())
            end = m_reloaded == 0 && m_firstError ? Result<std::uint64_t>(*m_firstError)
                                                  : Result<std::uint64_t>(m_reloaded);
    }
    end ? m_done(*std::move(end)) : askMore();
}

} // namespace hearth
