// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/service/ProfileService.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace hearth {

// Reloads several users, a few at a time, and says how many were reloaded. Keeps itself alive until it is done.
//
// Thread-safe. `done` is called once, on the thread of the last answer: with the number, or, when none of the users
// could be reloaded, with the first error. When an error concerns every user, those who are left are not asked for.
class RefreshRun : public std::enable_shared_from_this<RefreshRun>
{
public:
    using Done = std::function<void(Result<std::uint64_t>)>;
    static constexpr std::size_t atOnce = 4;

    RefreshRun(ProfileService &service, std::vector<ProfileId> ids, Done done);

    void start();

private:
    // Asks for as many as may be under way. Answers may come while it asks: then it asks on, it is not entered twice.
    void askMore();
    void take(const Result<ServedProfile> &answer);
    std::optional<ProfileId> nextToAsk();

    ProfileService &m_service;
    const std::vector<ProfileId> m_ids;
    const Done m_done;

    Mutex m_mutex; // State below is protected by m_mutex.
    std::size_t m_next HEARTH_GUARDED_BY(m_mutex) = 0;
    std::size_t m_underWay HEARTH_GUARDED_BY(m_mutex) = 0;
    bool m_isAsking HEARTH_GUARDED_BY(m_mutex) = false;
    std::uint64_t m_reloaded HEARTH_GUARDED_BY(m_mutex) = 0;
    std::optional<Error> m_firstError HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
