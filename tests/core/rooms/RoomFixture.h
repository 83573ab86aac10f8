// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/profiles/VoiceDirectory.h"
#include "core/rooms/AgentService.h"
#include "core/rooms/RoomService.h"
#include "tests/core/service/ServiceFixture.h"
#include "tests/support/Await.h"
#include "tests/support/FakeRoomRepository.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hearth {

// Rooms, tokens and agents over a profile service with a fake database.
struct RoomFixture : ServiceFixture {
    explicit RoomFixture(DefaultProfiles defaults = DefaultProfiles::Store,
                         LiveKitAccess access = {"wss://livekit.example.org", "key", "secret"})
        : ServiceFixture(defaults)
    {
        rooms = std::make_unique<RoomService>(clock, service, roomRepository, JoinTokens(std::move(access)),
                                              [this] { return "room-id-" + std::to_string(++lastRoom); });
    }

    static RoomWish roomOf(std::string_view host) { return {idOf(host), {}, {}, RoomType::General}; }
    Result<CreatedRoom> create(const RoomWish &wish)
    {
        return await<CreatedRoom>([&](auto done) { rooms->create(wish, done); });
    }
    Result<Room> find(const std::string &id)
    {
        return await<Room>([&](auto done) { rooms->find(id, done); });
    }
    Result<void> deactivate(const std::string &id)
    {
        Result<void> answer(ErrorCode::Internal, "nobody answered");
        rooms->deactivate(id, [&](Result<void> result) { answer = std::move(result); });
        return answer;
    }
    static JoinWish joinOf(std::string_view user)
    {
        JoinWish wish{idOf(user), "Team talk", {}, {}};
        return wish;
    }
    Result<JoinGrant> join(const JoinWish &wish)
    {
        return await<JoinGrant>([&](auto done) { rooms->issueToken(wish, done); });
    }
    Result<Agent> startAgent(std::string_view user, const std::string &room = "Team talk")
    {
        return await<Agent>([&](auto done) { agents.start(idOf(user), room, done); });
    }
    // "ana bea"
    std::string activeUsers()
    {
        const auto users = await<std::vector<ProfileId>>([&](auto done) { rooms->activeUsers(done); });
        if (!users)
            return users.error().detail;
        std::string text;
        for (const ProfileId &user : *users)
            text += (text.empty() ? "" : " ") + user.text();
        return text;
    }

    int lastRoom = 0;
    VoiceDirectory voices;
    FakeRoomRepository roomRepository{clock};
    std::unique_ptr<RoomService> rooms;
    AgentService agents{service, voices};
};

} // namespace hearth
