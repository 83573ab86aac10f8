// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/experiments/SelfTestRows.h"
#include "core/service/CleanupService.h"
#include "core/service/ProfileService.h"
#include "core/telemetry/Stats.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hearth {

enum class SelfTestOutcome : std::uint8_t { Passed, Failed, NotTried };

// One part of the self-test, as it went. Immutable value.
struct SelfTestPart {
    std::string name;
    SelfTestOutcome outcome = SelfTestOutcome::Passed;
    std::string detail;                           // a few words
    std::optional<std::chrono::nanoseconds> time; // of the one thing that it measures
    Stats stats;                                  // after it
};

// What the self-test found. Immutable value.
struct SelfTestReport {
    std::vector<SelfTestPart> parts;
    std::int64_t profiles = 0; // in the database
    std::string identity;      // whose profile was fetched twice
    std::string language;
    std::optional<std::chrono::nanoseconds> firstFetch;  // by the database
    std::optional<std::chrono::nanoseconds> secondFetch; // by the cache
    bool usedOwnRows = false;
    bool wasInterrupted = false;

    std::size_t count(SelfTestOutcome outcome) const;
    // Something was tried, nothing failed, and nobody interrupted it.
    bool passed() const;
    // How many times as fast the second fetch was.
    std::optional<double> ratio() const;
};

// What the self-test is made with: a core of its own over the database in question. Borrowed.
struct SelfTestServices {
    const Clock &clock;
    ProfileService &profiles; // nobody else uses it, and nothing is cached yet
    CleanupService &cleanup;
    ProfileRepository &repository;
    SelfTestRows &rows;
    std::function<Stats()> stats;
    // Lets real time pass, at most so much.
    std::function<void(std::chrono::milliseconds)> pause;
};

// Shows that a cache over this database does what it should, every figure measured in this run: first fetch, second
// fetch, several users, cleanup, forced expiry. It makes rows of its own and takes them away again, also when it is
// stopped in the middle; where it may not write it reads what is there, and says so.
//
// run() blocks: call it on a thread of its own, once.
class SelfTest
{
public:
    static constexpr std::size_t userCount = 5;

    SelfTest(SelfTestServices services, SelfTestRun run, std::function<bool(std::int64_t process)> isAlive);

    using Listener = std::function<void(const SelfTestPart &)>;
    // Tells each part when it is through, on the calling thread.
    SelfTestReport run(const std::stop_token &stop, const Listener &listener);

private:
    struct Fetch {
        Profile profile;
        Served served = Served::Miss;
        std::chrono::nanoseconds time{};
    };

    bool connect();
    bool findUsers();
    std::string whyNobodyIsThere() const;
    void insertOwnUsers();
    void fetchTwice();
    void fetchSeveral();
    void cleanUp();
    void expireOne();
    void removeOwnUsers();

    template <class T>
    Result<T> wait(const std::function<void(Completion<T>)> &ask) const;
    Result<Fetch> fetch(const ProfileId &id) const;
    void tell(SelfTestPart part);
    void pass(const char *name, std::string detail, std::optional<std::chrono::nanoseconds> time = std::nullopt);
    void fail(const char *name, std::string detail);
    void skip(const char *name, std::string detail);

    const SelfTestServices m_services;
    const SelfTestRun m_run;
    const std::function<bool(std::int64_t)> m_isAlive;
    std::stop_token m_stop;
    Listener m_listener;
    SelfTestReport m_report;
    std::vector<ProfileId> m_users;
    std::vector<ProfileId> m_ownUsers; // to be removed at the end
    std::string m_readOnlyReason;      // why there are none
    std::optional<Profile> m_first;    // as it was fetched first
};

} // namespace hearth
