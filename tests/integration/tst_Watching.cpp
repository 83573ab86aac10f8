// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// An hour of looking changes nothing: the window stands open on each page, over a node in this process and over one
// elsewhere, and moves no counter, no entry and no order; nor does it cost memory beyond the samples that are kept.
#include "core/remote/RemoteNode.h"
#include "tests/integration/LocalDesk.h"
#include "tests/integration/TimerReplay.h"
#include "tests/support/MemoryUse.h"
#include "tests/support/NodeProcess.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesModel.h"
#include "ui/overview/OverviewPage.h"
#include "ui/overview/SeriesBuffer.h"
#include "ui/profile/ProfilePage.h"
#include "ui/profile/ProfilePanel.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QTest>

#include <map>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 30'000;     // ms; what is waited for takes a few
constexpr int hour = 3'600;          // seconds that pass in the test, not for who runs it
constexpr std::size_t users = 4'000; // fewer than the bound, so that nobody has to go before the end
constexpr std::size_t bound = 4'096;
constexpr int warmUp = 300; // seconds on each page, after which nothing more is allocated for good
// Of a second, in the node's history and in the page's; both keep them for a day.
constexpr std::size_t bytesOfSample = sizeof(Sample) + sizeof(PlacedSample);
constexpr std::int64_t allowedGrowth = 512 * 1024;              // bytes in the rest of the hour, beside the samples
constexpr std::int64_t allowedResidentGrowth = 4 * 1024 * 1024; // of the node: what its allocator keeps is in it

const std::string shownUser = "sample-0001-ana";

std::string nameOf(std::size_t number)
{
    return number == 0 ? shownUser : "user-" + std::to_string(number);
}

// Who was cached when, and read how often, differs from user to user; one in ten was expired by force.
void fill(ProfileCache &cache, MonotonicTime now)
{
    for (std::size_t i = 0; i < users; ++i) {
        const std::string name = nameOf(i);
        cache.put(name, PackedProfile(), {2h, now - std::chrono::seconds(i % 3'000), cache.generation(name)});
    }
    for (std::size_t i = 0; i < users; ++i) {
        for (std::size_t reads = 0; reads < i % 5; ++reads)
            cache.get(nameOf(i));
        if (i % 10 == 9)
            cache.expire(nameOf(i));
    }
}

// More newcomers than there is room for. Returns: who of the first users is left.
QStringList survivorsOf(ProfileCache &cache, MonotonicTime now)
{
    for (std::size_t i = 0; i < bound / 2; ++i) {
        const std::string name = "newcomer-" + std::to_string(i);
        cache.put(name, PackedProfile(), {2h, now, cache.generation(name)});
    }
    QStringList survivors;
    for (std::size_t i = 0; i < users; ++i) {
        if (cache.peek(nameOf(i)))
            survivors << QString::fromStdString(nameOf(i));
    }
    return survivors;
}

// What a get or an action would move, in words.
QString countersText(const ProfileCache &cache, const Stats &stats)
{
    const CacheCounters counters = cache.counters();
    return QString("gets %1, hits %2, misses %3, puts %4, refused %5, loads %6, failed loads %7, coalesced %8, "
                   "evictions %9, ")
               .arg(counters.gets)
               .arg(counters.hits)
               .arg(counters.misses())
               .arg(counters.puts)
               .arg(counters.refusedPuts)
               .arg(stats.loads)
               .arg(stats.loadFailures)
               .arg(stats.coalesced)
               .arg(stats.evictions) +
           QString("active %1, expired %2, removed %3, stale %4, unknown %5, warmed %6, refreshed ahead %7")
               .arg(stats.activeEntries)
               .arg(stats.expiredEntries)
               .arg(stats.expiredRemoved)
               .arg(stats.staleServed)
               .arg(stats.negativeHits)
               .arg(stats.warmed)
               .arg(stats.refreshedAhead);
}

using CachedTexts = std::map<std::string, std::string>;

CachedTexts entriesOf(const ProfileCache &cache)
{
    CachedTexts texts;
    cache.forEach([&texts](std::string_view key, const PackedProfile &, const EntryFacts &facts) {
        texts.emplace(key, "cached at " + std::to_string(facts.cachedAt.time_since_epoch().count()) + ", until " +
                               std::to_string(facts.deadline.time_since_epoch().count()) + ", hits " +
                               std::to_string(facts.hits) + (facts.forced ? ", forced" : ""));
    });
    return texts;
}

// What a node elsewhere says of itself, but for what passes with time.
QString countersText(NodeProcess &node)
{
    const QJsonObject stats = node.stats();
    QStringList texts;
    for (auto it = stats.begin(); it != stats.end(); ++it) {
        if (it.value().isDouble() && it.key() != "uptime_seconds" && it.key() != "next_cleanup_seconds")
            texts << QString("%1 %2").arg(it.key()).arg(it.value().toDouble());
    }
    return texts.join(", ");
}

QJsonArray entriesOf(NodeProcess &node)
{
    return node.get("/api/v1/cache/entries?limit=1000").json["entries"].toArray();
}

// Whether they are the same, cached and expiring at the same times, which the node tells by its wall clock: that may be
// put right a little meanwhile. Returns: empty, or what differs.
QString differenceOf(const QJsonArray &before, const QJsonArray &after)
{
    if (before.size() != after.size())
        return QString("%1 entries instead of %2").arg(after.size()).arg(before.size());
    for (qsizetype i = 0; i < before.size(); ++i) {
        QJsonObject was = before[i].toObject();
        QJsonObject is = after[i].toObject();
        bool isSameTime = true;
        for (const char *name : {"cached_at", "expires_at"}) {
            const auto then = QDateTime::fromString(was.take(name).toString(), Qt::ISODateWithMs);
            const auto now = QDateTime::fromString(is.take(name).toString(), Qt::ISODateWithMs);
            isSameTime = isSameTime && then.isValid() && std::abs(then.msecsTo(now)) < 500;
        }
        was.remove("age_seconds");
        is.remove("age_seconds");
        if (was != is || !isSameTime)
            return QString::fromUtf8(QJsonDocument(after[i].toObject()).toJson());
    }
    return {};
}

QStringList identitiesOf(const QJsonArray &entries)
{
    QStringList identities;
    for (const auto &entry : entries)
        identities << entry.toObject()["user_identity"].toString();
    return identities;
}

// Events until it is so. Returns: false when it does not become so.
template <class Condition>
bool waitUntil(const Condition &isSo)
{
    QElapsedTimer waited;
    waited.start();
    while (!isSo()) {
        if (waited.hasExpired(patience))
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

// A window that somebody keeps open: what its pages asked for, and whether it was answered.
class Watcher
{
public:
    Watcher(MainWindow &window, NodeClient &node)
        : m_entries(pageOf<EntriesBrowser>(window, "entries"))
        , m_page(pageOf<ProfilePage>(window, "profile"))
    {
        // No QSignalSpy: it would keep every sample.
        QObject::connect(&m_entries.model(), &EntriesModel::merged, &m_ticker, [this] { ++m_merged; });
        QObject::connect(&node, &NodeClient::sampled, &m_ticker, [this] { ++m_samples; });
        m_ticker.start(50ms); // so that waiting for events has an end
    }

    TimerReplay replay;

    int entriesAnswers() const { return m_entriesAnswers; }
    int rounds() const { return m_rounds; } // of questions to a node elsewhere
    int profileAnswers() const { return m_profileAnswers; }
    int samples() const { return m_samples; }
    // A second, and the answers to what was asked in it.
    bool passSecond()
    {
        const int merged = m_merged;
        const void *profile = shown();
        const int rounds = replay.roundsFired();
        const auto fired = replay.passSecond();
        const auto hasFired = [&fired](std::chrono::seconds interval) {
            return std::find(fired.begin(), fired.end(), interval) != fired.end();
        };
        const bool asksEntries = hasFired(2s);
        const bool asksProfile = hasFired(5s);
        if (asksEntries && !waitUntil([&] { return m_merged > merged; }))
            return false;
        if (asksProfile && !waitUntil([&] { return shown() != profile; }))
            return false;
        if (!waitUntil([this] { return !replay.hasRoundUnderWay(); }))
            return false;
        m_rounds += replay.roundsFired() - rounds;
        m_entriesAnswers += asksEntries ? 1 : 0;
        m_profileAnswers += asksProfile ? 1 : 0;
        QCoreApplication::processEvents();
        return true;
    }
    // The row of the panel that is visible: each answer brings another copy.
    const void *shown() const
    {
        for (const ProfilePanel *panel : {&m_entries.profile(), &m_page.panel()}) {
            if (panel->isVisible() && panel->view())
                return panel->view()->stored.get();
        }
        return nullptr;
    }

private:
    // A page is made when it is first shown.
    template <class Page>
    static Page &pageOf(MainWindow &window, const char *name)
    {
        window.showPage(QString::fromLatin1(name));
        return *window.findChild<Page *>();
    }

    EntriesBrowser &m_entries;
    ProfilePage &m_page;
    QTimer m_ticker;
    int m_merged = 0;
    int m_samples = 0;
    int m_entriesAnswers = 0;
    int m_profileAnswers = 0;
    int m_rounds = 0;
};

} // namespace

class tst_Watching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anHourOverTheOwnCacheMovesNothing()
    {
        QTemporaryDir folder;
        NodeRuntimeOptions options = LocalDesk::sampleOptions(folder);
        options.maxEntries = bound;
        options.recheckQueries = 0; // the node's own looking after its rows is not what is watched
        LocalDesk desk(options);
        QTRY_VERIFY_WITH_TIMEOUT(desk.isReachable(), patience);
        ProfileCache &cache = desk.runtime.services().cache;
        const SystemClock clock;
        const MonotonicTime filledAt = clock.now();
        fill(cache, filledAt);
        ProfileCache unwatched(clock, bound);
        fill(unwatched, filledAt);
        const QString counters = countersText(cache, desk.runtime.stats());
        const CachedTexts entries = entriesOf(cache);

        Watcher watcher(*desk.window, desk.node);
        StatsSampler &sampler = desk.runtime.services().sampler;
        const auto tick = [&sampler] {
            QMetaObject::invokeMethod(&sampler, &StatsSampler::sampleNow, Qt::BlockingQueuedConnection);
        };
        watchAnHour(*desk.window, watcher, tick);
        if (QTest::currentTestFailed())
            return;

        QVERIFY2(watcher.samples() >= hour, qPrintable(QString::number(watcher.samples())));
        QCOMPARE(countersText(cache, desk.runtime.stats()), counters);
        QVERIFY(entriesOf(cache) == entries);
        const QStringList survivors = survivorsOf(cache, clock.now());
        QVERIFY2(survivors.size() > 1'000 && survivors.size() < int(users),
                 qPrintable(QString::number(survivors.size())));
        QCOMPARE(survivors, survivorsOf(unwatched, clock.now()));
    }

    void anHourOverANodeElsewhereMovesNothing()
    {
        const QStringList all = sampleUsers();
        QVERIFY(all.size() >= 200);
        NodeProcess node;
        NodeProcess unwatched;
        for (NodeProcess *one : {&node, &unwatched}) {
            one->environment.insert("CACHE_MAX_ENTRIES", "110");
            QVERIFY(one->startReady({"--sample"}));
            readAll(*one, all.mid(0, 100), 1);
            readAll(*one, all.mid(0, 50), 2);
        }
        const QString counters = countersText(node);
        const QJsonArray entries = entriesOf(node);
        {
            RemoteNodeOptions options;
            options.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(node.port()));
            RemoteNode remote(options);
            NodeDirectory nodes;
            nodes.add(remote);
            QTemporaryDir folder;
            QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
            ThemeController theme(*qApp);
            MainWindow window(nodes, theme, settings);
            window.show();
            Watcher watcher(window, remote);
            watchAnHour(
                window, watcher, [] {}, node.processId()); // the node's own second is a real one
            if (QTest::currentTestFailed())
                return;
            QVERIFY2(watcher.rounds() >= hour, qPrintable(QString::number(watcher.rounds())));
        }

        for (NodeProcess *one : {&node, &unwatched})
            one->get("/livez"); // the connections of before were idle too long
        QCOMPARE(countersText(node), counters);
        const QString difference = differenceOf(entries, entriesOf(node));
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
        readAll(node, all.mid(100, 100), 1);
        readAll(unwatched, all.mid(100, 100), 1);
        QVERIFY(node.stats()["evictions"].toInt() > 50);
        QCOMPARE(identitiesOf(entriesOf(node)), identitiesOf(entriesOf(unwatched)));
    }

private:
    static QStringList sampleUsers()
    {
        NodeProcess node;
        if (!node.startReady({"--sample"}))
            return {};
        node.post("/api/v1/cache/warm", R"({"recent":1000})");
        static_cast<void>(QTest::qWaitFor([&node] { return !node.events("warm").isEmpty(); }, patience));
        return identitiesOf(entriesOf(node));
    }
    static void readAll(NodeProcess &node, const QStringList &identities, int times)
    {
        for (int time = 0; time < times; ++time) {
            for (const QString &identity : identities)
                QCOMPARE(node.get(pathOf("/api/v1/profiles/", identity)).status, 200);
        }
    }
    // On each page for five minutes, then for an hour on the entries with a profile beside them. tick: what the node
    // does in a second.
    static void watchAnHour(MainWindow &window, Watcher &watcher, const std::function<void()> &tick,
                            qint64 nodeProcess = 0)
    {
        // Of slices of a second the charts keep one for each sample, and the samples of this test are shorter.
        window.findChild<OverviewPage *>()->setTimeWindow(24h);
        QElapsedTimer timer;
        timer.start();
        const auto watch = [&](const char *page, int seconds, std::chrono::seconds slowestTimer) {
            window.showPage(page);
            if (slowestTimer == 5s)
                window.showUser(QString::fromStdString(shownUser));
            QVERIFY(waitUntil([&] { return watcher.replay.knowsTimerOf(slowestTimer); }));
            for (int second = 0; second < seconds; ++second) {
                tick();
                QVERIFY2(watcher.passSecond(), qPrintable(QString("%1, second %2").arg(page).arg(second)));
            }
            qInfo("%s: %lld ms, %zu timers", page, timer.restart(), watcher.replay.runningTimers());
        };
        watch("overview", warmUp, 1s);
        watch("profile", warmUp, 5s);
        watch("entries", warmUp, 5s);
        const std::size_t allocated = allocatedBytes();
        const std::size_t resident = residentBytes(nodeProcess);
        const int samples = watcher.samples();
        watch("entries", hour - warmUp, 5s);
        const std::size_t kept = std::size_t(watcher.samples() - samples) * bytesOfSample;
        const std::int64_t growth = std::int64_t(allocatedBytes()) - std::int64_t(allocated) - std::int64_t(kept);
        qInfo("grew by %lld bytes beside the %zu of %d samples", static_cast<long long>(growth), kept,
              watcher.samples() - samples);
        QVERIFY2(growth < allowedGrowth, qPrintable(QString::number(growth)));
        if (nodeProcess > 0) {
            QVERIFY(resident > 0);
            const std::int64_t grown = std::int64_t(residentBytes(nodeProcess)) - std::int64_t(resident);
            qInfo("the node grew by %lld bytes", static_cast<long long>(grown));
            QVERIFY2(grown < allowedResidentGrowth, qPrintable(QString::number(grown)));
        }
        QVERIFY2(watcher.entriesAnswers() >= hour / 2, qPrintable(QString::number(watcher.entriesAnswers())));
        QVERIFY2(watcher.profileAnswers() >= hour / 5, qPrintable(QString::number(watcher.profileAnswers())));
    }
};

QTEST_MAIN(tst_Watching)
#include "tst_Watching.moc"
