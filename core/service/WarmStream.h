// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/WarmIntake.h"
#include "core/service/WarmTools.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace hearth {

// Loads a group of users in one query: asks how many there are, then has the rows stored by the thread that reads them.
//
// Lives on the service thread. Destroying it stops the stream. Borrows the progress, which it brings up to date before
// it tells of it.
class WarmStream : public std::enable_shared_from_this<WarmStream>
{
public:
    struct Listener {
        std::function<void()> progressed;
        std::function<void(JobState)> ended; // once; may destroy the stream
    };

    // members: who is meant, too, whether of the group or not.
    WarmStream(WarmTools tools, UserGroup group, RoomMembers members, WarmProgress &progress, Listener listener);
    ~WarmStream();

    void start();
    // It ends soon, also while the database hangs; what is stored until then stays.
    void cancel();
    // When it is done: those who are left to be loaded by name. Nobody twice.
    std::vector<ProfileId> left();

private:
    void countGroup();
    void countRows();
    void takeCount(const Result<std::uint64_t> &count);
    void stream();
    UserSource::Taker taker();
    void updateProgress();
    void finish(const Result<StreamEnd> &end);
    void failRest(const std::string &problem);

    const WarmTools m_tools;
    const UserGroup m_group;
    const Listener m_listener;
    WarmProgress &m_progress;
    const std::shared_ptr<WarmIntake> m_intake; // shared with the taker, which may come when this is gone
    std::stop_source m_stop;
    bool m_isWhole = false; // all of the group have a place, so that their order says nothing
    bool m_isStreaming = false;
};

} // namespace hearth
