// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/WarmTools.h"

#include <QTimer>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hearth {

// Loads named users into the cache: several hundred in one query, one query at a time, those skipped that are cached
// already. Who is invalidated while being loaded is loaded once more. Ends early when there is no use in going on: the
// database cannot be reached, or does not let us read.
//
// Lives on the service thread. Destroying it cancels it: what is being loaded is dropped. Borrows the progress.
class WarmList : public std::enable_shared_from_this<WarmList>
{
public:
    static constexpr std::size_t batchSize = 1'000; // as ProfileRepository::findMany() allows

    struct Options {
        std::size_t perSecond = 0; // users at most, to spare the database; 0: as fast as it can
        WarmNews news = WarmNews::OfEachUser;
    };
    struct Listener {
        std::function<void()> progressed;
        std::function<void(JobState)> ended; // once; may destroy the list
    };

    // ids: nobody twice.
    WarmList(WarmTools tools, std::vector<ProfileId> ids, Options options, WarmProgress &progress, Listener listener);

    void start() { goOn(); }
    // Sends what is due by the clock. Its own timer calls it.
    void continueIfDue();
    // How many users a query asks for.
    static std::size_t sizeOfBatch(std::size_t perSecond);

private:
    using Ids = std::vector<ProfileId>;

    void goOn();
    bool mayAsk();
    void ask(Ids batch);
    void take(const Ids &batch, const Generations &asOf, Result<LoadedProfiles> loaded);
    void store(const Ids &batch, const Generations &asOf, LoadedProfiles loaded);
    void settleAbsent(const Ids &batch, const LoadedProfiles &loaded);
    bool beginSecondRound();
    void failRest(const std::string &problem);

    const WarmTools m_tools;
    const Options m_options;
    const Listener m_listener;
    WarmProgress &m_progress;
    Ids m_ids;
    std::size_t m_position = 0; // of the next user to look at
    Ids m_again;                // invalidated while they were loaded
    bool m_isSecondRound = false;
    bool m_isAsking = false;
    MonotonicTime m_dueAt{}; // when the next query may be sent
    QTimer m_timer;
};

} // namespace hearth
