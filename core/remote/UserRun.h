// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/remote/NodeAsker.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// Asks for the same of several users, each with a request of its own, a few at a time, and says of how many it was
// done. A user of whom there is nothing (404) does not count. When nothing was done, the answer is the first error;
// when an error concerns every user, those who are left are not asked for.
//
// One thread only. Keeps itself alive until it is done; after the end of the asker nobody is answered.
class UserRun : public std::enable_shared_from_this<UserRun>
{
public:
    static constexpr std::size_t atOnce = 4;
    using Done = std::function<void(Result<std::uint64_t>)>;

    struct Action {
        const char *method;
        const char *ending;          // of the path, behind the user
        bool isAbsentAnError = true; // 404, when it is the only thing that was answered
    };
    // The segments are percent-encoded identities.
    UserRun(NodeAsker &asker, Action action, std::vector<std::string> segments, Done done);

    void start();

private:
    void askNext();
    void take(const Reply<bool> &reply);

    NodeAsker &m_asker;
    const Action m_action;
    const std::vector<std::string> m_segments;
    const Done m_done;
    std::size_t m_next = 0;
    std::size_t m_underWay = 0;
    std::uint64_t m_count = 0;
    std::optional<Error> m_firstError;
};

} // namespace hearth
