// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/profiles/ProfileRepository.h"
#include "core/rooms/JoinTokens.h"
#include "core/rooms/RecentRecords.h"
#include "core/rooms/RoomRepository.h"
#include "core/service/CallGate.h"
#include "core/service/ProfileService.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

struct RoomWish {
    ProfileId host;
    std::string name; // empty: "Meeting-", "Translation-" or "Conference-" and the first 8 characters of the id
    std::optional<std::int64_t> maxParticipants;
    RoomType type = RoomType::General;
};

struct CreatedRoom {
    Room room;
    ServedProfile hostProfile;
};

struct JoinWish {
    ProfileId user;
    std::string roomName;    // need not be a room of ours
    std::string displayName; // the three are as in JoinClaims
    std::string metadata;
    bool canPublish = true;
    bool canSubscribe = true;
    std::chrono::seconds lifetime{3600};
};

struct JoinGrant {
    std::string token;
    std::string serverUrl; // LIVEKIT_URL
    ServedProfile profile;
};

// A UUID of version 4, from OpenSSL's random numbers: whoever has not been told a room's id cannot guess it.
// Returns: nothing, when there are none.
std::string randomRoomId();

// Rooms, and the tokens with which people join. Creating a room caches its host's profile, a token that of the user who
// joins; one who is not known is given a default profile, as DEFAULT_PROFILES says.
//
// Thread-safe. Asynchronous: each callback runs exactly once, on the calling thread or on the one that finished the
// query, within the time limits of ProfileService and RoomRepository. A token for somebody cached is made on the
// calling thread and needs no database. A profile that is served stale is good enough for a room and a token.
// Errors: InvalidArgument, with a sentence that names the field; those of ProfileService and of RoomRepository; and
// what stands at each function. Ownership: borrows everything but the tokens. Its destruction waits for callbacks that
// run, and must not happen in one; what is answered later ends with ShuttingDown.
class RoomService
{
public:
    using RoomIds = std::function<std::string()>;
    // Of how many rooms the type, and of how many users the last token is remembered.
    static constexpr std::size_t mostRemembered = 10'000;
    static constexpr std::size_t mostListed = 1'000;

    RoomService(const Clock &clock, ProfileService &profiles, RoomRepository &rooms, JoinTokens tokens,
                RoomIds makeId = randomRoomId);
    ~RoomService();
    RoomService(const RoomService &) = delete;
    RoomService &operator=(const RoomService &) = delete;

    // The host's profile comes first: a room is stored only when its host has one. A translation room holds 2 at most.
    // Returns also: Unavailable, when the room cannot be stored, with the reason (the role may only read, there is no
    // table rooms); AlreadyExists.
    void create(RoomWish wish, Completion<CreatedRoom> done);
    // Returns also: NotFound, when it is unknown or deactivated. The type is known to the node that created the room.
    void find(const std::string &roomId, Completion<Room> done);
    // The active ones, newest first, at most mostListed; their types are not told.
    void list(Completion<std::vector<Room>> done);
    // Returns also: NotFound, as find.
    void deactivate(const std::string &roomId, std::function<void(Result<void>)> done);

    // Returns also: Unavailable, when settings of LiveKit are missing, and names them; then nothing is looked up.
    void issueToken(JoinWish wish, Completion<JoinGrant> done);

    // The hosts of active rooms, and those whom this node gave tokens that are still valid; nobody twice.
    void activeUsers(Completion<std::vector<ProfileId>> done);
    // Forgets that somebody was given tokens.
    void forget(const ProfileId &user) { m_tokenHolders.erase(user); }

private:
    Result<Room> roomOf(const RoomWish &wish) const;
    void store(Room room, RoomType type, const ServedProfile &host, Completion<CreatedRoom> done);
    Result<JoinGrant> grant(const ProfileId &user, const JoinClaims &claims, const ServedProfile &profile);
    // Calls then with what is answered, unless this is gone; then done gets ShuttingDown.
    template <class T, class Done, class Then>
    Completion<T> whileHere(Done done, Then then);

    const Clock &m_clock;
    ProfileService &m_profiles;
    RoomRepository &m_rooms;
    const JoinTokens m_tokens;
    const RoomIds m_makeId;
    RecentRecords<std::string, RoomType> m_types{mostRemembered};           // by the room's id
    RecentRecords<ProfileId, MonotonicTime> m_tokenHolders{mostRemembered}; // until when the last token is valid
    const std::shared_ptr<CallGate> m_gate = std::make_shared<CallGate>();
};

} // namespace hearth
