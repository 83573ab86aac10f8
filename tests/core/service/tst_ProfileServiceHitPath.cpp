// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <cstdlib>
#include <dlfcn.h>
#include <new>
#include <pthread.h>
#include <thread>

namespace {

thread_local std::uint64_t allocations = 0; // of this thread, since it started

void *allocate(std::size_t size)
{
    ++allocations;
    if (void *memory = std::malloc(size > 0 ? size : 1))
        return memory;
    throw std::bad_alloc();
}

} // namespace

// The sanitizers have a pthread_mutex_lock of their own.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define HEARTH_COUNTS_LOCKS 0
#elif defined(__clang__)
#define HEARTH_COUNTS_LOCKS (!__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer))
#else
#define HEARTH_COUNTS_LOCKS 1
#endif

namespace {
thread_local std::uint64_t locks = 0; // taken by this thread; 0 where they are not counted
}

#if HEARTH_COUNTS_LOCKS
extern "C" int pthread_mutex_lock(pthread_mutex_t *mutex) noexcept
{
    using Lock = int (*)(pthread_mutex_t *);
    static const Lock original = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    ++locks;
    return original(mutex);
}
#endif

// All the ways to allocate in this program; the other forms of the standard library end here.
void *operator new(std::size_t size)
{
    return allocate(size);
}
void *operator new[](std::size_t size)
{
    return allocate(size);
}
void *operator new(std::size_t size, std::align_val_t alignment)
{
    ++allocations;
    const auto step = static_cast<std::size_t>(alignment);
    if (void *memory = std::aligned_alloc(step, (size + step - 1) / step * step))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void *memory) noexcept
{
    std::free(memory);
}
void operator delete[](void *memory) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete[](void *memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void *memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

using namespace hearth;
using namespace std::chrono_literals;

// A hit costs what the cache costs, and next to nothing more.
class tst_ProfileServiceHitPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCounterCounts();
    void aHitAllocatesNothing();
    void aHitTakesNoLockButThoseOfTheCache();
    void norWithRefreshAheadSwitchedOn();
    void aWholeProfileOfAHitIsTheRow();
    void hitsOfManyThreadsAreAllRecorded();

    // Of QtTest: before each test.
    void init() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
};

void tst_ProfileServiceHitPath::theCounterCounts()
{
    const std::uint64_t before = allocations;
    const auto made = std::make_unique<std::string>(100, 'x');
    QCOMPARE(allocations - before, 2u);
    QCOMPARE(made->size(), std::size_t{100});
}

void tst_ProfileServiceHitPath::aHitAllocatesNothing()
{
    ServiceFixture f;
    Profile row = profileOf("somebody.with.a.long.name@example.org", "es");
    row.voiceId = "a voice whose name fits into no small string";
    row.voiceProvider = "and a provider whose name does not either";
    f.repository.add(row);
    QVERIFY(f.get(row.identity.text()));
    struct Seen {
        std::size_t hits = 0;
        std::size_t characters = 0;
        bool isFormal = true;
    } seen;

    const std::uint64_t before = allocations;
    for (int i = 0; i < 1'000; ++i) {
        f.service.get(row.identity, UnknownUser::NotFound, [&seen](const Result<ServedProfile> &answer) {
            seen.hits += answer && answer->served() == Served::Hit ? 1 : 0;
            seen.characters += answer->nativeLanguage().size() + answer->voiceId().size();
            seen.isFormal = answer->formalTone() || answer->updatedAt() || !answer->preserveEmotion();
        });
    }
    const std::uint64_t made = allocations - before;

    QCOMPARE(made, 0u);
    QCOMPARE(seen.hits, std::size_t{1'000});
    QCOMPARE(seen.characters, 1'000 * (2 + row.voiceId.size()));
    QVERIFY(!seen.isFormal);
}

void tst_ProfileServiceHitPath::aHitTakesNoLockButThoseOfTheCache()
{
    ServiceFixture f;
    const ProfileId ana = idOf("ana");
    f.repository.add(profileOf("ana"));
    const std::uint64_t beforeMiss = locks;
    QVERIFY(f.get("ana"));
    QCOMPARE(locks > beforeMiss, bool(HEARTH_COUNTS_LOCKS)); // a load does: they are counted

    const std::uint64_t before = locks;
    f.cache.get("ana");
    const std::uint64_t ofTheCache = locks - before;
    f.service.get(ana, UnknownUser::NotFound, [](const Result<ServedProfile> &) {});
    const std::uint64_t ofBoth = locks - before;

    QCOMPARE(ofBoth, 2 * ofTheCache);
}

void tst_ProfileServiceHitPath::norWithRefreshAheadSwitchedOn()
{
    ServiceFixture f;
    const ProfileId ana = idOf("ana");
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.service.setRefreshAhead(0.5);
    const auto costOfAHit = [&] {
        const std::uint64_t before = locks + allocations;
        f.service.get(ana, UnknownUser::NotFound, [](const Result<ServedProfile> &) {});
        return locks + allocations - before;
    };

    QCOMPARE(costOfAHit(), 0u); // in the first half of the TTL
    f.clock.advance(31s);
    f.repository.hold();
    QVERIFY(costOfAHit() > 0);  // begins the refresh
    QCOMPARE(costOfAHit(), 0u); // while it is under way
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    f.repository.release();
    f.clock.advance(31s); // in the second half of what the refresh read
    QVERIFY(costOfAHit() > 0);
    QCOMPARE(f.service.counters().loadFailures, 1u);
    QCOMPARE(costOfAHit(), 0u); // after a failure there is a pause
}

void tst_ProfileServiceHitPath::aWholeProfileOfAHitIsTheRow()
{
    ServiceFixture f;
    Profile row = profileOf("ana", "yo");
    row.voiceId = "Sade";
    row.voiceProvider = "spitch";
    row.formalTone = true;
    row.preserveEmotion = false;
    row.updatedAt = WallTime(1795343600120ms);
    f.repository.add(row);
    QVERIFY(f.get("ana"));

    const Result<ServedProfile> hit = f.get("ana");

    QVERIFY(hit && hit->served() == Served::Hit);
    QVERIFY(differences(hit->profile(idOf("ana")), row).empty());
    QVERIFY(f.stored("ana") == hit->profile(idOf("ana")));
    QVERIFY(hit->texts() == (RowTexts{"yo", "Sade", "spitch"}));
    QCOMPARE(hit->voiceProvider(), std::string_view("spitch"));
    QVERIFY(hit->updatedAt() == row.updatedAt);
    QVERIFY(hit->rowVersion() != 0);
    QCOMPARE(hit->rowVersion(), f.stored("ana")->rowVersion);
}

void tst_ProfileServiceHitPath::hitsOfManyThreadsAreAllRecorded()
{
    constexpr int threads = 20; // more than there are stripes
    constexpr int hitsOfEach = 500;
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));

    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i) {
        callers.emplace_back([&f] {
            for (int hit = 0; hit < hitsOfEach; ++hit)
                f.service.get(idOf("ana"), UnknownUser::NotFound, [](const Result<ServedProfile> &) {});
        });
    }
    for (std::thread &caller : callers)
        caller.join();

    QCOMPARE(LatencyHistogram::total(f.service.hitLatency().counts()), std::uint64_t(threads * hitsOfEach));
}

QTEST_GUILESS_MAIN(tst_ProfileServiceHitPath)
#include "tst_ProfileServiceHitPath.moc"
