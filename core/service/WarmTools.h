// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"
#include "core/service/OpenQueries.h"
#include "core/service/ProfileService.h"
#include "core/service/UserSource.h"
#include "core/service/WarmJob.h"

#include <QMetaObject>
#include <QObject>

#include <algorithm>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hearth {

// The hosts of active rooms, and those whom this node gave tokens: asks whoever knows them.
using AskRoomUsers = std::function<void(Completion<std::vector<ProfileId>>)>;

// Users of rooms who are not of the group that is streamed, as far as it has come.
using RoomMembers = std::unordered_set<ProfileId>;

// What the parts of a warm-up work with. All of it borrowed; the queries are closed before any of it goes.
struct WarmTools {
    const Clock &clock;
    ProfileCache &cache;
    ProfileRepository &repository;
    UserSource &source;
    ProfileService &service;
    std::shared_ptr<OpenQueries> queries;
    QObject &home;               // on the service thread
    AskRoomUsers roomUsers = {}; // empty: nobody knows more than the hosts

    // Runs the work on the service thread, later, unless the part is gone by then. The caller is inside the gate of the
    // queries, or on the service thread.
    template <class Part, class Work>
    static void later(QObject &home, const std::weak_ptr<Part> &part, Work work)
    {
        QMetaObject::invokeMethod(
            &home,
            [part, work = std::move(work)]() mutable {
                if (const std::shared_ptr<Part> alive = part.lock())
                    work(*alive);
            },
            Qt::QueuedConnection);
    }
    // Makes `then` run there, whatever thread the answer comes on.
    template <class T, class Part, class Then>
    Completion<T> here(const std::weak_ptr<Part> &part, Then then) const
    {
        return [home = &home, part, then = std::move(then)](Result<T> result) {
            later(*home, part,
                  [then, result = std::move(result)](Part &alive) mutable { then(alive, std::move(result)); });
        };
    }

    // Who is meant by a target beside its group. `then` may run at once.
    template <class Part, class Then>
    void askMembers(const WarmTarget &target, const std::weak_ptr<Part> &part, Then then) const;
};

// How many users are looked at before other work of the service thread gets its turn.
inline constexpr std::size_t warmUsersPerTurn = 5'000;

// How often somebody who watches is told of progress, at most.
inline constexpr std::chrono::milliseconds warmProgressInterval{100};

inline constexpr auto supersededSentence = "Some users were invalidated while they were loaded.";
inline constexpr auto uncacheableSentence = "The cache has no place for the languages and voices of some users.";

template <class Part, class Then>
void WarmTools::askMembers(const WarmTarget &target, const std::weak_ptr<Part> &part, Then then) const
{
    const std::shared_ptr<Part> asking = part.lock();
    if (!roomUsers || !std::holds_alternative<WarmActiveRooms>(target))
        return then(*asking, Result<RoomMembers>(RoomMembers()));
    using Users = std::vector<ProfileId>;
    queries->ask<Users>([&](Completion<Users> answer) { roomUsers(std::move(answer)); },
                        here<Users>(part, [then](Part &alive, Result<Users> users) {
                            then(alive, users ? Result<RoomMembers>(RoomMembers(users->begin(), users->end()))
                                              : Result<RoomMembers>(users.error()));
                        }));
}

// Whom a target means, if it is no list.
inline UserGroup groupOf(const WarmTarget &target)
{
    if (const auto *recent = std::get_if<WarmRecent>(&target))
        return RecentlyUpdated{recent->count};
    if (const auto *language = std::get_if<WarmLanguage>(&target))
        return SpeakersOf{language->code};
    return HostsOfActiveRooms{};
}

// More than fit into the cache are not asked for.
inline std::size_t limitOf(const UserGroup &group, const ProfileCache &cache)
{
    const auto *recent = std::get_if<RecentlyUpdated>(&group);
    return recent ? std::min(recent->count, cache.maxEntries()) : cache.maxEntries();
}

} // namespace hearth
