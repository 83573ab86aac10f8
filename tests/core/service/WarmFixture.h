// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/service/WarmUp.h"
#include "tests/core/service/ServiceFixture.h"
#include "tests/support/FakeUserSource.h"

#include <QCoreApplication>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hearth {

// A warm-up over a repository and a source that hold the same rows; the test is the service thread.
struct WarmFixture : ServiceFixture {
    static constexpr int batch = int(WarmList::batchSize);

    explicit WarmFixture(std::size_t mostTexts = ProfileTexts::defaultCapacity)
        : ServiceFixture(DefaultProfiles::Store, mostTexts)
    {
        cache.setMaxEntries(20'000);
        warmUp = std::make_unique<WarmUp>(clock, cache, unruly, source, service, events);
        QObject::connect(warmUp.get(), &WarmUp::progressed, warmUp.get(),
                         [this](const WarmProgress &progress) { reports.push_back(progress); });
        QObject::connect(warmUp.get(), &WarmUp::planned, warmUp.get(),
                         [this](std::uint64_t request, const Result<WarmPlan> &plan) {
                             plans.push_back({request, plan ? *plan : WarmPlan(), plan ? "" : plan.error().detail});
                         });
    }

    static std::string name(int i) { return "user-" + std::to_string(i); }
    // Every other one speaks Spanish, the others French.
    void addUsers(int count)
    {
        for (int i = 0; i < count; ++i)
            addUser(name(i), i % 2 == 0 ? "es" : "fr");
    }
    void addUser(const std::string &user, const std::string &language)
    {
        repository.add(profileOf(user, language));
        source.add(*repository.stored(idOf(user)));
    }
    static WarmUsers users(int count)
    {
        WarmUsers users;
        for (int i = 0; i < count; ++i)
            users.ids.push_back(idOf(name(i)));
        return users;
    }
    // Starts a job and lets it go on as far as it can.
    std::uint64_t warm(const WarmTarget &target, std::size_t perSecond = 0)
    {
        const std::uint64_t id = warmUp->reserveJobId();
        warmUp->start(id, target, "eve", perSecond);
        settle();
        return id;
    }
    WarmPlan planned(const WarmTarget &target, std::size_t perSecond = 0)
    {
        warmUp->plan(plans.size() + 1, target, perSecond);
        settle();
        return plans.empty() ? WarmPlan() : plans.back().plan;
    }
    static void settle()
    {
        for (int i = 0; i < 200; ++i)
            QCoreApplication::sendPostedEvents();
    }
    const WarmProgress &last() const { return reports.back(); }
    // By how much of the TTL an entry lives shorter.
    double cutOf(std::string_view user) const
    {
        const auto entry = cache.peek(user);
        return 1 - std::chrono::duration<double>(entry->facts.ttl) / service.settings().ttl;
    }

    struct Planned {
        std::uint64_t request = 0;
        WarmPlan plan;
        std::string problem;
    };
    FakeUserSource source{&clock};
    std::unique_ptr<WarmUp> warmUp;
    std::vector<WarmProgress> reports;
    std::vector<Planned> plans;
};

inline bool addsUp(const WarmProgress &progress)
{
    return progress.requested == progress.warmed + progress.alreadyCached + progress.notFound + progress.failed &&
           progress.requested == progress.done;
}

} // namespace hearth
