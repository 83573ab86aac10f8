// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Streams fill the cache, one after the other, while rows change and are invalidated, and many threads read: nobody
// ever reads a row that is older than one whose invalidation had returned before he asked. The cache has room for half
// of the users, and the TTL is over soon. A plain program, so that ThreadSanitizer needs no suppressions.
#include "core/service/WarmIntake.h"
#include "tests/core/service/ServiceFixture.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr int users = 2'000;
constexpr std::size_t room = 1'000;
constexpr int streams = 60;
constexpr int portion = 100;
constexpr int readers = 60;
constexpr int writers = 3;

void check(bool holds, const char *claim)
{
    if (holds)
        return;
    std::fprintf(stderr, "FAILED: %s\n", claim);
    std::exit(1);
}

// Everybody's row: its version, which only grows, and the newest whose invalidation has returned.
struct Row {
    std::atomic<std::uint32_t> version = 1;
    std::atomic<std::uint32_t> invalidated = 0;
    std::mutex changing;
};

struct Stress : ServiceFixture {
    Stress()
    {
        cache.setMaxEntries(room);
        for (int i = 0; i < users; ++i)
            names.push_back(idOf("user-" + std::to_string(i)));
    }

    // What the database sends: all rows as they were when the query came, some at a time.
    void stream()
    {
        WarmIntake intake(cache, service);
        intake.begin(clock.now());
        std::vector<Profile> rows;
        for (const ProfileId &name : names) {
            rows.emplace_back(name);
            rows.back().rowVersion = of(rows.size() - 1).version.load();
        }
        for (std::size_t from = 0; from < rows.size(); from += portion) {
            const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(from);
            intake.take({begin, begin + portion});
            check(cache.size().total() <= room, "the cache holds no more than it may");
            clock.advance(1s);
        }
        const WarmIntake::Counts counts = intake.counts();
        check(counts.warmed + counts.alreadyCached + counts.failed + intake.rest().again.size() == users,
              "each row counts once");
        warmed += counts.warmed;
        superseded += intake.rest().again.size();
    }
    void change(std::size_t user)
    {
        const std::lock_guard lock(of(user).changing);
        const std::uint32_t version = ++of(user).version;
        service.expire({names[user]}, {});
        of(user).invalidated = version;
    }
    void read(std::size_t user)
    {
        const std::uint32_t oldest = of(user).invalidated.load();
        const auto found = cache.get(names[user].text());
        check(!found.value || found.value->rowVersion() >= oldest, "what was invalidated is not served");
        hits += found.value ? 1 : 0;
    }
    Row &of(std::size_t user) { return rowsOf[user]; }

    std::vector<ProfileId> names;
    std::array<Row, users> rowsOf;
    std::atomic<bool> ends = false;
    std::uint64_t warmed = 0;
    std::uint64_t superseded = 0;
    std::atomic<std::uint64_t> hits = 0;
};

} // namespace

int main()
{
    Stress stress;
    std::vector<std::thread> threads;
    for (int i = 0; i < readers + writers; ++i) {
        threads.emplace_back([&stress, i] {
            auto user = static_cast<std::size_t>(i);
            while (!stress.ends) {
                user = (user * 48'271 + 11) % users;
                i < writers ? stress.change(user) : stress.read(user);
                std::this_thread::yield();
            }
        });
    }
    for (int i = 0; i < streams; ++i)
        stress.stream();
    stress.ends = true;
    for (std::thread &thread : threads)
        thread.join();

    check(stress.warmed > users, "streams stored rows");
    check(stress.hits > 0, "somebody read them");
    check(stress.cache.checkInvariants().empty(), "the cache agrees with itself");
    std::printf("%llu stored, %llu superseded, %llu hits\n", static_cast<unsigned long long>(stress.warmed),
                static_cast<unsigned long long>(stress.superseded),
                static_cast<unsigned long long>(stress.hits.load()));
    return 0;
}
