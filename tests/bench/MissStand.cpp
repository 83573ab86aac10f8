// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/MissStand.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace hearth::bench {

namespace {

using namespace std::chrono_literals;

std::string variable(const char *name)
{
    const char *value = std::getenv(name);
    if (!value) {
        std::fprintf(stderr, "bench_misspath: %s is not set; tests/bench/run starts a server and sets it\n", name);
        std::exit(2);
    }
    return value;
}

} // namespace

std::string identityOf(std::size_t number)
{
    char text[32];
    std::snprintf(text, sizeof text, "user-%07zu", number);
    return text;
}

MissServer MissServer::fromEnvironment()
{
    return {variable("HEARTH_TEST_POSTGRES_URL"), variable("HEARTH_TEST_POSTGRES_ADMIN_URL"),
            variable("HEARTH_TEST_POSTGRES_CTL"), variable("HEARTH_TEST_POSTGRES_DATA")};
}

void MissServer::tell(const char *command) const
{
    const std::string line = "'" + tool + "' " + command + " '" + dataDirectory + "' >/dev/null </dev/null";
    if (std::system(line.c_str()) != 0) {
        std::fprintf(stderr, "bench_misspath: %s failed\n", line.c_str());
        std::exit(1);
    }
}

DatabaseOptions MissStand::optionsOf(const MissServer &server, int poolSize)
{
    const Result<DatabaseUrl> url = DatabaseUrl::parse(server.url);
    if (!url) {
        std::fprintf(stderr, "bench_misspath: %s\n", url.error().detail.c_str());
        std::exit(2);
    }
    DatabaseOptions options{*url};
    options.poolSize = poolSize;
    return options;
}

MissStand::MissStand(DatabaseOptions options, std::size_t maxEntries)
    : cache(clock, maxEntries)
    , events(clock)
    , pool(options, clock)
    , repository(pool)
    , profiles(clock, cache, texts, repository, events, {.loadTimeout = options.timeout})
{
    while (pool.status().state == DatabaseState::Connecting)
        std::this_thread::sleep_for(1ms);
    if (pool.status().state != DatabaseState::Reachable) {
        std::fprintf(stderr, "bench_misspath: %s\n", pool.status().problem.c_str());
        std::exit(1);
    }
    // So that each executor has its connection, and has prepared what it will be asked.
    for (int round = 0; round < 4; ++round) {
        Countdown answered(64);
        for (std::size_t i = 0; i < 64; ++i)
            repository.find(*ProfileId::parse(identityOf(i)), [&](const auto &) { answered.count(); });
        answered.wait();
    }
}

MissStand::~MissStand()
{
    profiles.stop();
    pool.shutdown();
}

bool MissStand::get(const ProfileId &id)
{
    Countdown answered(1);
    bool isThere = false;
    profiles.get(id, UnknownUser::NotFound, [&](const Result<ServedProfile> &served) {
        isThere = bool(served);
        answered.count();
    });
    answered.wait();
    return isThere;
}

} // namespace hearth::bench
