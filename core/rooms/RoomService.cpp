// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/rooms/RoomService.h"

#include "core/rooms/RoomTexts.h"

#include <algorithm>
#include <array>
#include <openssl/rand.h>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace hearth {

namespace {

std::string_view namePrefix(RoomType type)
{
    switch (type) {
    case RoomType::General:
        return "Meeting-";
    case RoomType::Translation:
        return "Translation-";
    case RoomType::Conference:
        return "Conference-";
    }
    return {};
}

Error invalid(std::string detail)
{
    return {ErrorCode::InvalidArgument, std::move(detail)};
}

Error noSuchRoom()
{
    return {ErrorCode::NotFound, "There is no active room of this id."};
}

// Whatever keeps a room from being stored, it cannot be stored now: the caller is told so, with the reason.
Error cannotBeStored(const Error &error)
{
    switch (error.code) {
    case ErrorCode::PermissionDenied:
    case ErrorCode::SchemaMismatch:
    case ErrorCode::BadData:
    case ErrorCode::Internal:
        return {ErrorCode::Unavailable, "The room cannot be stored. " + error.detail};
    default:
        return error;
    }
}

} // namespace

std::string randomRoomId()
{
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), int(bytes.size())) != 1)
        return {};
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);

    constexpr std::string_view digits = "0123456789abcdef";
    std::string id;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            id += '-';
        id += digits[bytes[i] >> 4U];
        id += digits[bytes[i] & 0xFU];
    }
    return id;
}

RoomService::RoomService(const Clock &clock, ProfileService &profiles, RoomRepository &rooms, JoinTokens tokens,
                         RoomIds makeId)
    : m_clock(clock)
    , m_profiles(profiles)
    , m_rooms(rooms)
    , m_tokens(std::move(tokens))
    , m_makeId(std::move(makeId))
{
}

RoomService::~RoomService()
{
    m_gate->close();
}

template <class T, class Done, class Then>
Completion<T> RoomService::whileHere(Done done, Then then)
{
    return [gate = m_gate, done = std::move(done), then = std::move(then)](Result<T> result) {
        const CallGate::Pass pass(*gate);
        if (pass)
            then(std::move(result), done);
        else
            done(Error{ErrorCode::ShuttingDown, "The program is shutting down."});
    };
}

// ---- rooms

Result<Room> RoomService::roomOf(const RoomWish &wish) const
{
    if (!wish.name.empty() && !isProperText(wish.name))
        return invalid(improperText("room_name"));
    const std::int64_t most = wish.maxParticipants.value_or(Room::defaultMaxParticipants);
    if (most < 1 || most > Room::mostParticipants)
        return invalid("max_participants is a whole number from 1 to " + std::to_string(Room::mostParticipants) + ".");
    Room room;
    room.id = m_makeId();
    if (room.id.empty())
        return Error{ErrorCode::Internal, "The system has no random numbers for a room's id."};
    room.name = wish.name.empty() ? std::string(namePrefix(wish.type)) + room.id.substr(0, 8) : wish.name;
    room.hostIdentity = wish.host.text();
    room.maxParticipants = wish.type == RoomType::Translation ? std::min(most, Room::mostInTranslation) : most;
    return room;
}

void RoomService::create(RoomWish wish, Completion<CreatedRoom> done)
{
    Result<Room> room = roomOf(wish);
    if (!room)
        return done(room.error());
    const auto andThen = [this, room = *std::move(room), type = wish.type](const Result<ServedProfile> &host,
                                                                           const Completion<CreatedRoom> &answer) {
        if (!host)
            return answer(host.error());
        store(room, type, *host, answer);
    };
    m_profiles.get(wish.host, UnknownUser::CreateDefault, whileHere<ServedProfile>(std::move(done), andThen));
}

void RoomService::store(Room room, RoomType type, const ServedProfile &host, Completion<CreatedRoom> done)
{
    const auto andThen = [this, type, host](Result<Room> stored, const Completion<CreatedRoom> &answer) {
        if (!stored)
            return answer(cannotBeStored(stored.error()));
        stored->type = type;
        m_types.put(stored->id, type);
        answer(CreatedRoom{*std::move(stored), host});
    };
    m_rooms.insert(std::move(room), whileHere<Room>(std::move(done), andThen));
}

void RoomService::find(const std::string &roomId, Completion<Room> done)
{
    if (!isProperText(roomId))
        return done(invalid(improperText("room_id")));
    const auto andThen = [this](Result<std::optional<Room>> found, const Completion<Room> &answer) {
        if (!found)
            return answer(found.error());
        if (!*found)
            return answer(noSuchRoom());
        (*found)->type = m_types.find((*found)->id);
        answer(**std::move(found));
    };
    m_rooms.find(roomId, whileHere<std::optional<Room>>(std::move(done), andThen));
}

void RoomService::list(Completion<std::vector<Room>> done)
{
    m_rooms.list(mostListed, std::move(done));
}

void RoomService::deactivate(const std::string &roomId, std::function<void(Result<void>)> done)
{
    if (!isProperText(roomId))
        return done(invalid(improperText("room_id")));
    m_rooms.deactivate(roomId, [done = std::move(done)](const Result<bool> &deactivated) {
        if (!deactivated)
            return done(deactivated.error());
        done(*deactivated ? Result<void>() : Result<void>(noSuchRoom()));
    });
}

// ---- tokens

Result<JoinGrant> RoomService::grant(const ProfileId &user, const JoinClaims &claims, const ServedProfile &profile)
{
    Result<std::string> token = m_tokens.issue(claims, m_clock.wallNow());
    if (!token)
        return token.error();
    m_tokenHolders.put(user, saturatedSum(m_clock.now(), claims.lifetime));
    return JoinGrant{*std::move(token), m_tokens.serverUrl(), profile};
}

void RoomService::issueToken(JoinWish wish, Completion<JoinGrant> done)
{
    JoinClaims claims{wish.user.text(),
                      std::move(wish.roomName),
                      std::move(wish.displayName),
                      std::move(wish.metadata),
                      {},
                      wish.canPublish,
                      wish.canSubscribe,
                      wish.lifetime};
    // Before anything is looked up or created for somebody who will get no token.
    if (Result<void> allowed = m_tokens.check(claims); !allowed)
        return done(allowed.error());
    const auto andThen = [this, user = wish.user, claims = std::move(claims)](const Result<ServedProfile> &profile,
                                                                              const Completion<JoinGrant> &answer) {
        answer(profile ? grant(user, claims, *profile) : Result<JoinGrant>(profile.error()));
    };
    m_profiles.get(wish.user, UnknownUser::CreateDefault, whileHere<ServedProfile>(std::move(done), andThen));
}

// ---- who is about

void RoomService::activeUsers(Completion<std::vector<ProfileId>> done)
{
    using Users = std::vector<ProfileId>;
    const auto andThen = [this](const Result<std::vector<Room>> &rooms, const Completion<Users> &answer) {
        if (!rooms)
            return answer(rooms.error());
        Users users;
        std::unordered_set<ProfileId> known;
        const auto add = [&](const ProfileId &user) {
            if (known.insert(user).second)
                users.push_back(user);
        };
        for (const Room &room : *rooms) {
            if (const Result<ProfileId> host = ProfileId::parse(room.hostIdentity)) // a row may hold anything
                add(*host);
        }
        const MonotonicTime now = m_clock.now();
        for (const ProfileId &holder : m_tokenHolders.keys([now](MonotonicTime until) { return until > now; }))
            add(holder);
        answer(std::move(users));
    };
    m_rooms.list(mostRemembered, whileHere<std::vector<Room>>(std::move(done), andThen));
}

} // namespace hearth
