// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/WarmIds.h"
#include "core/service/WarmList.h"
#include "core/service/WarmStream.h"
#include "core/service/WarmTools.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hearth {

// One warm-up, from its target to its end: a list in batches; a group in one streamed query, and then by name who is
// left of it; a group that is to spare the database as a list of its identities, because the rows of one long query
// would get old while they wait, and hold a snapshot open in the database.
//
// Lives on the service thread. Destroying it stops it.
class WarmRun : public std::enable_shared_from_this<WarmRun>
{
public:
    struct Order {
        std::uint64_t jobId = 0;
        WarmTarget target;
        std::size_t perSecond = 0; // users at most; 0: as fast as it can
        std::string who;
    };
    struct Listener {
        std::function<void()> progressed;
        std::function<void(JobState)> ended; // once; may destroy the run
    };
    // A list of more users, and a group, are told of by one event and one line in the log, not by one for each user.
    static constexpr std::size_t mostUsersTold = 1'000;

    WarmRun(WarmTools tools, Order order, Listener listener);

    void start();
    // It ends at once; a stream, as soon as its source has heeded it.
    void cancel();
    // Sends what is due by the clock, if it is paced.
    void continueIfDue();

    const Order &order() const { return m_order; }
    WarmProgress &progress() { return m_progress; }

private:
    using Ids = std::vector<ProfileId>;

    void startGroup(Result<RoomMembers> members);
    void takeIds(Result<WarmIds::Found> found);
    void streamEnded(JobState state);
    void startList(Ids ids, WarmNews news);
    void fail(const std::string &problem);
    void end(JobState state);

    const WarmTools m_tools;
    const Order m_order;
    const Listener m_listener;
    WarmProgress m_progress;
    bool m_hasEnded = false;
    std::shared_ptr<WarmStream> m_stream;
    std::shared_ptr<WarmIds> m_ids;
    std::shared_ptr<WarmList> m_list;
};

} // namespace hearth
