// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/experiments/SelfTest.h"

#include "core/base/Format.h"
#include "core/profiles/Language.h"

#include <algorithm>
#include <array>
#include <future>
#include <memory>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto lookInterval = 5ms;
constexpr auto shortTtl = 1s; // of those whom the cleanup is to remove
constexpr auto longestExpiry = 5s;
constexpr std::size_t mostShortLived = 2;

constexpr const char *connectionPart = "database connection";
constexpr const char *rowsPart = "rows of its own";
constexpr const char *firstPart = "1 first fetch (database)";
constexpr const char *secondPart = "2 second fetch (cache)";
constexpr const char *severalPart = "3 several users cached";
constexpr const char *cleanupPart = "4 cleanup";
constexpr const char *expiryPart = "5 expiry forced, refetched";
constexpr const char *removalPart = "database left as found";

std::string usersText(std::size_t count)
{
    return format::count(count) + (count == 1 ? " user" : " users");
}

// Of the five: different languages, so that a mix-up shows.
Profile ownProfile(const SelfTestRun &run, unsigned number)
{
    const auto languages = supportedLanguages();
    Profile profile(*ProfileId::parse(run.identity(number)));
    profile.nativeLanguage = std::string(languages[number % languages.size()].code);
    profile.voiceProvider = SelfTestRows::marker;
    profile.formalTone = number % 2 == 1;
    return profile;
}

std::string languageText(const std::string &code)
{
    const Language *language = findLanguage(code);
    return language ? code + " (" + std::string(language->englishName) + ")" : code;
}

} // namespace

std::size_t SelfTestReport::count(SelfTestOutcome outcome) const
{
    return static_cast<std::size_t>(std::count_if(
        parts.begin(), parts.end(), [outcome](const SelfTestPart &part) { return part.outcome == outcome; }));
}

bool SelfTestReport::passed() const
{
    return !wasInterrupted && secondFetch && count(SelfTestOutcome::Failed) == 0;
}

std::optional<double> SelfTestReport::ratio() const
{
    if (!firstFetch || !secondFetch || secondFetch->count() <= 0)
        return std::nullopt;
    return static_cast<double>(firstFetch->count()) / static_cast<double>(secondFetch->count());
}

SelfTest::SelfTest(SelfTestServices services, SelfTestRun run, std::function<bool(std::int64_t process)> isAlive)
    : m_services(std::move(services))
    , m_run(run)
    , m_isAlive(std::move(isAlive))
{
}

SelfTestReport SelfTest::run(const std::stop_token &stop, const Listener &listener)
{
    m_stop = stop;
    m_listener = listener;
    if (connect()) {
        insertOwnUsers();
        if (findUsers()) {
            for (const auto step :
                 {&SelfTest::fetchTwice, &SelfTest::fetchSeveral, &SelfTest::cleanUp, &SelfTest::expireOne}) {
                if (!m_stop.stop_requested() && m_report.count(SelfTestOutcome::Failed) == 0)
                    (this->*step)();
            }
        }
        removeOwnUsers();
    }
    m_report.wasInterrupted = m_stop.stop_requested();
    return m_report;
}

// ---- the parts

// Whether the database can be asked; and what a run that was killed left there goes.
bool SelfTest::connect()
{
    const auto counted = wait<std::int64_t>([this](auto done) { m_services.repository.count(done); });
    if (!counted) {
        fail(connectionPart, counted.error().detail);
        return false;
    }
    m_report.profiles = *counted;
    std::vector<ProfileId> leftovers;
    if (const auto found = m_services.rows.find()) {
        std::copy_if(found->begin(), found->end(), std::back_inserter(leftovers), [this](const ProfileId &id) {
            const auto run = SelfTestRun::of(id.text());
            return run && run->isOver(m_run, m_isAlive(run->process));
        });
    }
    std::string detail;
    if (!leftovers.empty()) {
        const auto removed = m_services.rows.remove(leftovers);
        m_report.profiles -= removed ? static_cast<std::int64_t>(*removed) : 0;
        detail = removed ? "; removed " + format::count(*removed) + " rows that an interrupted self-test had left"
                         : "; rows of an interrupted self-test could not be removed: " + removed.error().detail;
    }
    pass(connectionPart, format::count(static_cast<std::uint64_t>(m_report.profiles)) + " profiles" + detail);
    return true;
}

void SelfTest::insertOwnUsers()
{
    std::vector<Profile> profiles;
    for (unsigned i = 1; i <= userCount; ++i)
        profiles.push_back(ownProfile(m_run, i));
    for (const Profile &profile : profiles)
        m_ownUsers.push_back(profile.identity); // removed at the end, whatever this returns
    const Result<void> inserted = m_services.rows.insert(profiles);
    if (inserted) {
        m_users = m_ownUsers;
        m_report.usedOwnRows = true;
        return;
    }
    const bool isCertain = inserted.error().code == ErrorCode::PermissionDenied;
    if (isCertain)
        m_ownUsers.clear();
    m_readOnlyReason = inserted.error().detail;
    skip(rowsPart, "users that are there already are read instead: " + m_readOnlyReason);
}

// Whose profiles are fetched: our own, or those that are there.
bool SelfTest::findUsers()
{
    if (!m_users.empty())
        return true;
    const auto recent =
        wait<std::vector<ProfileId>>([this](auto done) { m_services.repository.recentIds(userCount, done); });
    if (!recent || recent->empty()) {
        fail(firstPart, recent ? whyNobodyIsThere() : recent.error().detail);
        return false;
    }
    m_users = *recent;
    return true;
}

// Rows may be there that this role does not see: a look-up tells.
std::string SelfTest::whyNobodyIsThere() const
{
    const ProfileId anybody = *ProfileId::parse(m_run.identity(1));
    const auto found = wait<LoadedProfile>([&](auto done) { m_services.repository.find(anybody, done); });
    return found ? "there is no profile to read, and none may be made" : found.error().detail;
}

void SelfTest::fetchTwice()
{
    const Result<Fetch> first = fetch(m_users.front());
    if (!first)
        return fail(firstPart, first.error().detail);
    if (first->served != Served::Miss)
        return fail(firstPart, "it was not answered by the database");
    m_first = first->profile;
    m_report.identity = first->profile.identity.text();
    m_report.language = first->profile.nativeLanguage;
    m_report.firstFetch = first->time;
    pass(firstPart, m_report.identity + ", " + languageText(m_report.language), first->time);

    const Result<Fetch> second = fetch(m_users.front());
    if (!second)
        return fail(secondPart, second.error().detail);
    if (second->served != Served::Hit)
        return fail(secondPart, "it was not answered by the cache");
    if (!(second->profile == *m_first))
        return fail(secondPart, "another profile came back: " + second->profile.identity.text() + ", " +
                                    languageText(second->profile.nativeLanguage));
    m_report.secondFetch = second->time;
    const std::string ratio =
        m_report.ratio() ? ", " + format::count(static_cast<std::uint64_t>(*m_report.ratio() + 0.5)) + " times as fast"
                         : "";
    pass(secondPart, "the same profile: " + m_report.identity + ", " + languageText(m_report.language) + ratio,
         second->time);
}

// The last ones with a short TTL, so that the cleanup finds what has expired by itself.
void SelfTest::fetchSeveral()
{
    const std::size_t shortLived = std::min(mostShortLived, m_users.size() - 1);
    const std::chrono::seconds usual = m_services.profiles.settings().ttl;
    const MonotonicTime begin = m_services.clock.now();
    std::string problem;
    for (std::size_t i = 1; i < m_users.size() && problem.empty(); ++i) {
        if (i + shortLived >= m_users.size())
            m_services.profiles.setTtl(shortTtl);
        const Result<Fetch> fetched = fetch(m_users[i]);
        if (!fetched)
            problem = fetched.error().detail;
        else if (!(fetched->profile.identity == m_users[i]))
            problem = "the profile of somebody else came back";
    }
    const std::chrono::nanoseconds time = m_services.clock.now() - begin;
    m_services.profiles.setTtl(usual);
    const std::uint64_t cached = m_services.stats().totalEntries();
    if (problem.empty() && cached != m_users.size())
        problem = usersText(m_users.size()) + " were fetched, but " + usersText(cached) + " are cached";
    if (!problem.empty())
        return fail(severalPart, problem);
    pass(severalPart, usersText(cached), time);
}

void SelfTest::cleanUp()
{
    const std::uint64_t shortLived = std::min(mostShortLived, m_users.size() - 1);
    if (shortLived == 0)
        return skip(cleanupPart, "there is only one profile to read, and it is needed");
    for (auto waited = 0ms; waited < longestExpiry && !m_stop.stop_requested(); waited += lookInterval * 10) {
        if (m_services.stats().expiredEntries >= shortLived)
            break;
        m_services.pause(lookInterval * 10);
    }
    if (m_stop.stop_requested())
        return;
    const CleanupReport report = m_services.cleanup.cleanUpNow("selftest");
    const std::string counts = format::count(report.initialCount) + " → " + format::count(report.finalCount) +
                               " entries, " + format::count(report.removed) + " expired ones removed";
    if (report.removed != shortLived || report.initialCount - report.finalCount != shortLived)
        return fail(cleanupPart, counts + "; " + format::count(shortLived) + " had expired");
    pass(cleanupPart, counts, report.took);
}

void SelfTest::expireOne()
{
    const ProfileId &user = m_users.front();
    if (m_services.profiles.expire({user}, "selftest") != 1)
        return fail(expiryPart, "the entry could not be made to expire");
    const Result<Fetch> fetched = fetch(user);
    if (!fetched)
        return fail(expiryPart, fetched.error().detail);
    if (fetched->served != Served::Miss)
        return fail(expiryPart, "the expired entry was served");
    if (!differences(fetched->profile, *m_first).empty())
        return fail(expiryPart, "another profile came back");
    pass(expiryPart, "from the database", fetched->time);
}

// Also after an interruption: this part is never left out.
void SelfTest::removeOwnUsers()
{
    if (m_ownUsers.empty())
        return pass(removalPart, "nothing was written");
    const Result<std::uint64_t> removed = m_services.rows.remove(m_ownUsers);
    if (!removed)
        return fail(removalPart, m_run.identity(1) +
                                     " and the others could not be removed; the next self-test will try again: " +
                                     removed.error().detail);
    if (m_report.usedOwnRows && *removed != m_ownUsers.size())
        return fail(removalPart, format::count(*removed) + " of " + format::count(m_ownUsers.size()) +
                                     " own rows were there to be removed: somebody else removed the others");
    pass(removalPart,
         m_report.usedOwnRows ? format::count(*removed) + " own rows inserted and removed" : "nothing was written");
}

// ---- helpers

// Returns also: Cancelled, as soon as somebody stops the test.
template <class T>
Result<T> SelfTest::wait(const std::function<void(Completion<T>)> &ask) const
{
    const auto promise = std::make_shared<std::promise<Result<T>>>();
    std::future<Result<T>> answer = promise->get_future();
    ask([promise](Result<T> result) { promise->set_value(std::move(result)); });
    while (answer.wait_for(lookInterval) != std::future_status::ready) {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "It was interrupted."};
        m_services.profiles.releaseOverdue();
    }
    return answer.get();
}

Result<SelfTest::Fetch> SelfTest::fetch(const ProfileId &id) const
{
    return wait<Fetch>([this, id](const Completion<Fetch> &done) {
        const MonotonicTime begin = m_services.clock.now();
        m_services.profiles.get(id, UnknownUser::NotFound,
                                [&clock = m_services.clock, id, begin, done](const Result<ServedProfile> &served) {
                                    const auto time = clock.now() - begin;
                                    if (served)
                                        done(Fetch{served->profile(id), served->served(), time});
                                    else
                                        done(served.error());
                                });
    });
}

void SelfTest::tell(SelfTestPart part)
{
    part.stats = m_services.stats();
    m_report.parts.push_back(part);
    m_listener(part);
}

void SelfTest::pass(const char *name, std::string detail, std::optional<std::chrono::nanoseconds> time)
{
    tell({name, SelfTestOutcome::Passed, std::move(detail), time, {}});
}

void SelfTest::fail(const char *name, std::string detail)
{
    tell({name, SelfTestOutcome::Failed, std::move(detail), std::nullopt, {}});
}

void SelfTest::skip(const char *name, std::string detail)
{
    tell({name, SelfTestOutcome::NotTried, std::move(detail), std::nullopt, {}});
}

} // namespace hearth
