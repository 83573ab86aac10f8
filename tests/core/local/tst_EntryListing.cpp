// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/EntryListing.h"
#include "core/local/EntryListings.h"
#include "tests/core/service/ServiceFixture.h"

#include <QElapsedTimer>
#include <QtTest>

#include <algorithm>
#include <cstdio>
#include <set>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

struct ListingFixture {
    void cacheUser(const std::string &name, const std::string &language = "es", std::chrono::seconds ttl = 60s,
                   const std::string &voice = {}, EntrySource source = EntrySource::Database,
                   std::chrono::nanoseconds loadTime = 1ms)
    {
        Profile profile = profileOf(name, language);
        profile.voiceId = voice;
        const auto packed = pack(profile, texts);
        QVERIFY(packed);
        QCOMPARE(cache.put(name, *packed, {ttl, clock.now(), cache.generation(name), source, loadTime}),
                 PutResult::Stored);
    }
    EntriesPage list(const EntriesQuery &query)
    {
        const Result<EntriesPage> page = listings.page(query, voices, [] { return true; });
        return page ? *page : EntriesPage();
    }
    // The identities of a page, with spaces between.
    QString names(const EntriesQuery &query)
    {
        QStringList all;
        for (const EntryRow &row : list(query).rows)
            all << QString::fromStdString(row.identity);
        return all.join(QLatin1Char(' '));
    }

    ManualClock clock;
    ProfileTexts texts;
    ProfileCache cache{clock, 1'000'000};
    VoiceCatalog voices;
    EntryListings listings{cache, texts, clock};
};

} // namespace

class tst_EntryListing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRowSaysWhatIsCached();
    void aForcedExpiryIsExpiredNow();
    void sortsByEachColumn_data();
    void sortsByEachColumn();
    void theSearchIgnoresCase_data();
    void theSearchIgnoresCase();
    void filtersByStateAndLanguage();
    void pagesOfTenThousandFitTogether_data();
    void pagesOfTenThousandFitTogether();
    void everyOrderIsThatOfAPlainSort_data();
    void everyOrderIsThatOfAPlainSort();
    void aPageBeyondTheEndIsEmpty();
    void lookingChangesNothing();
    void thePreviewCountsTheActive();
    void aSnapshotStaysAsItWas();
    void aMillionEntries();
};

void tst_EntryListing::aRowSaysWhatIsCached()
{
    ListingFixture f;
    f.cacheUser("ana", "es", 60s, {}, EntrySource::WarmUp, 212ms);
    f.cacheUser("ben", "en", 60s, "nobody-knows");
    f.clock.advance(10s);
    f.cache.get("ana");

    const EntriesPage page = f.list({});

    QCOMPARE(page.rows.size(), std::size_t{2});
    const EntryRow &ana = page.rows[0];
    QCOMPARE(ana.identity, std::string("ana"));
    QCOMPARE(ana.voiceId, std::string("aura-2-celeste-es"));
    QCOMPARE(ana.voiceName, std::string("Celeste"));
    QVERIFY(ana.state == EntryState::Active);
    QVERIFY(ana.cachedAt == f.clock.wallNow() - 10s);
    QVERIFY(ana.expiresAt == f.clock.wallNow() + 50s);
    QVERIFY(page.takenAt == f.clock.wallNow());
    QCOMPARE(ana.ttl, 60s);
    QCOMPARE(ana.loadTime, std::chrono::nanoseconds(212ms));
    QCOMPARE(ana.hits, 1u);
    QCOMPARE(ana.source, std::string("warmup"));
    QVERIFY(!ana.expiryForced);
    QCOMPARE(page.rows[1].voiceId, std::string("nobody-knows"));
    QVERIFY(page.rows[1].voiceName.empty());
}

void tst_EntryListing::aForcedExpiryIsExpiredNow()
{
    ListingFixture f;
    f.cacheUser("ana");
    f.cache.expire("ana");

    const EntryRow row = f.list({}).rows.at(0);

    QVERIFY(row.state == EntryState::Expired);
    QVERIFY(row.expiryForced);
    QVERIFY(row.expiresAt <= f.clock.wallNow());
}

void tst_EntryListing::sortsByEachColumn_data()
{
    QTest::addColumn<int>("sort");
    QTest::addColumn<bool>("descending");
    QTest::addColumn<QString>("names");

    const auto row = [](const char *name, EntrySort sort, bool descending, const char *names) {
        QTest::newRow(name) << int(sort) << descending << QString::fromLatin1(names);
    };
    row("identity", EntrySort::Identity, false, "ana ben cyd dee");
    row("identity, descending", EntrySort::Identity, true, "dee cyd ben ana");
    row("language", EntrySort::Language, false, "ben ana cyd dee");
    row("language, descending: equal ones still by identity", EntrySort::Language, true, "ana cyd dee ben");
    row("voice: Celeste, Thalia, zoe", EntrySort::Voice, false, "ana dee ben cyd");
    row("state: the active first", EntrySort::State, false, "ana ben cyd dee");
    row("state, descending", EntrySort::State, true, "dee ana ben cyd");
    row("remaining time", EntrySort::TimeToLive, false, "dee ana cyd ben");
    row("hits, descending", EntrySort::Hits, true, "cyd ana ben dee");
    row("source", EntrySort::Source, false, "ana dee ben cyd");
    row("load time, descending", EntrySort::LoadTime, true, "ben ana cyd dee");
}

void tst_EntryListing::sortsByEachColumn()
{
    QFETCH(int, sort);
    QFETCH(bool, descending);
    QFETCH(QString, names);
    ListingFixture f;
    f.cacheUser("dee", "es", 10s);
    f.clock.advance(11s);
    f.cacheUser("ana", "es", 60s);
    f.cacheUser("ben", "en", 90s, {}, EntrySource::Refresh, 5ms);
    f.cacheUser("cyd", "es", 70s, "zoe", EntrySource::WarmUp);
    f.cache.get("cyd");

    EntriesQuery query;
    query.sort = static_cast<EntrySort>(sort);
    query.descending = descending;

    QCOMPARE(f.names(query), names);
}

void tst_EntryListing::theSearchIgnoresCase_data()
{
    QTest::addColumn<QString>("search");
    QTest::addColumn<QString>("names");

    QTest::newRow("nothing") << QString() << QStringLiteral("John_Doe jane Örjan Ọlá");
    QTest::newRow("small letters") << QStringLiteral("doe") << QStringLiteral("John_Doe");
    QTest::newRow("capitals") << QStringLiteral("JAN") << QStringLiteral("jane Örjan");
    QTest::newRow("beyond ASCII") << QStringLiteral("öRJ") << QStringLiteral("Örjan");
    QTest::newRow("Yoruba") << QStringLiteral("ỌLÁ") << QStringLiteral("Ọlá");
    QTest::newRow("nobody") << QStringLiteral("zz") << QString();
}

void tst_EntryListing::theSearchIgnoresCase()
{
    QFETCH(QString, search);
    QFETCH(QString, names);
    ListingFixture f;
    for (const char *name : {"John_Doe", "jane", "Örjan", "Ọlá"})
        f.cacheUser(name);

    EntriesQuery query;
    query.filter.search = search.toStdString();

    QCOMPARE(f.names(query), names);
}

void tst_EntryListing::filtersByStateAndLanguage()
{
    ListingFixture f;
    f.cacheUser("old", "es", 10s);
    f.clock.advance(11s);
    f.cacheUser("ana", "es");
    f.cacheUser("ben", "fr");

    EntriesQuery query;
    query.filter.state = EntryState::Active;
    QCOMPARE(f.names(query), QStringLiteral("ana ben"));
    query.filter.language = "es";
    QCOMPARE(f.names(query), QStringLiteral("ana"));
    query.filter.state = EntryState::Expired;
    QCOMPARE(f.names(query), QStringLiteral("old"));
    QCOMPARE(f.list(query).matching, std::size_t{1});
    QCOMPARE(f.list(query).total, std::size_t{3});
}

void tst_EntryListing::pagesOfTenThousandFitTogether_data()
{
    QTest::addColumn<int>("sort");
    QTest::addColumn<bool>("descending");
    QTest::newRow("by identity") << int(EntrySort::Identity) << false;
    QTest::newRow("by language, with many equals") << int(EntrySort::Language) << true;
    QTest::newRow("by hits, all equal") << int(EntrySort::Hits) << false;
    QTest::newRow("by remaining time") << int(EntrySort::TimeToLive) << true;
}

void tst_EntryListing::pagesOfTenThousandFitTogether()
{
    QFETCH(int, sort);
    QFETCH(bool, descending);
    ListingFixture f;
    const char *languages[] = {"en", "es", "fr", "ig", "yo", "ha"};
    for (int i = 0; i < 10'000; ++i)
        f.cacheUser("user-" + std::to_string(i * 7919 % 10'000), languages[i % 6], std::chrono::seconds(60 + i % 100));
    EntriesQuery all;
    all.sort = static_cast<EntrySort>(sort);
    all.descending = descending;
    all.limit = 10'000;
    EntriesQuery page = all;
    page.limit = 777;

    std::vector<EntryRow> joined;
    for (; page.offset < 10'000; page.offset += page.limit) {
        const EntriesPage part = f.list(page);
        QCOMPARE(part.matching, std::size_t{10'000});
        QCOMPARE(part.offset, page.offset);
        joined.insert(joined.end(), part.rows.begin(), part.rows.end());
    }

    QCOMPARE(joined.size(), std::size_t{10'000});
    QVERIFY(joined == f.list(all).rows);
}

void tst_EntryListing::everyOrderIsThatOfAPlainSort_data()
{
    QTest::addColumn<int>("sort");
    QTest::addColumn<bool>("descending");
    for (int sort = int(EntrySort::Identity); sort <= int(EntrySort::LoadTime); ++sort) {
        for (const bool descending : {false, true})
            QTest::addRow("%d %s", sort, descending ? "descending" : "ascending") << sort << descending;
    }
}

// Against the plainest thing that does the same, with identities that begin alike, or are the beginning of others.
void tst_EntryListing::everyOrderIsThatOfAPlainSort()
{
    QFETCH(int, sort);
    QFETCH(bool, descending);
    ListingFixture f;
    const char *languages[] = {"en", "es", "de"};
    const EntrySource sources[] = {EntrySource::Database, EntrySource::Created, EntrySource::WarmUp,
                                   EntrySource::Refresh};
    std::string name = "u";
    for (int i = 0; i < 300; ++i) {
        name = i % 40 == 0 ? "u" : name + (i % 3 == 0 ? "ạ" : "a");
        f.cacheUser(name + std::to_string(i % 7), languages[i % 3], std::chrono::seconds(10 + i % 5),
                    i % 4 == 0 ? "zoe" : "", sources[i % 4], std::chrono::milliseconds(i % 6));
        if (i % 2 == 0)
            f.cache.get(name + std::to_string(i % 7));
        if (i % 11 == 0)
            f.cache.expire(name + std::to_string(i % 7));
    }
    f.clock.advance(12s);
    EntriesQuery query;
    query.sort = static_cast<EntrySort>(sort);
    query.descending = descending;

    std::vector<EntryRow> expected = f.list({}).rows;
    std::sort(expected.begin(), expected.end(),
              [](const EntryRow &left, const EntryRow &right) { return left.identity < right.identity; });
    QVERIFY(f.list({}).rows == expected);
    const auto voice = [](const EntryRow &row) { return row.voiceName.empty() ? row.voiceId : row.voiceName; };
    const auto before = [&](const EntryRow &left, const EntryRow &right) {
        switch (query.sort) {
        case EntrySort::Identity:
            return left.identity < right.identity;
        case EntrySort::Language:
            return left.language < right.language;
        case EntrySort::Voice:
            return voice(left) < voice(right);
        case EntrySort::State:
            return left.state < right.state;
        case EntrySort::TimeToLive:
            return left.expiresAt < right.expiresAt;
        case EntrySort::Hits:
            return left.hits < right.hits;
        case EntrySort::Source:
            return left.source < right.source;
        case EntrySort::LoadTime:
            return left.loadTime < right.loadTime;
        }
        return false;
    };
    std::stable_sort(expected.begin(), expected.end(), [&](const EntryRow &left, const EntryRow &right) {
        return descending ? before(right, left) : before(left, right);
    });

    QVERIFY(f.list(query).rows == expected);
    query.offset = 31;
    query.limit = 57;
    QVERIFY(f.list(query).rows == std::vector<EntryRow>(expected.begin() + 31, expected.begin() + 88));
}

void tst_EntryListing::aPageBeyondTheEndIsEmpty()
{
    ListingFixture f;
    f.cacheUser("ana");

    EntriesQuery query;
    query.offset = 500;
    query.limit = std::numeric_limits<std::size_t>::max();

    QVERIFY(f.list(query).rows.empty());
    QCOMPARE(f.list(query).matching, std::size_t{1});
}

void tst_EntryListing::lookingChangesNothing()
{
    ListingFixture f;
    f.cacheUser("ana");
    const auto before = f.cache.counters();

    f.list({});
    previewOf(activeUsers(f.cache, f.texts, f.clock, EntriesFilter{}));

    QCOMPARE(f.cache.counters().gets, before.gets);
    QCOMPARE(f.cache.peek("ana")->facts.hits, 0u);
}

void tst_EntryListing::thePreviewCountsTheActive()
{
    ListingFixture f;
    f.cacheUser("old", "es", 10s);
    f.clock.advance(11s);
    for (int i = 0; i < 25; ++i)
        f.cacheUser("user-" + std::to_string(10 + i));

    const ExpiryPreview everyone = previewOf(activeUsers(f.cache, f.texts, f.clock, EntriesFilter{}));
    const ExpiryPreview inPlace = previewOf(f.cache, f.texts, f.clock, EntriesFilter{});
    QCOMPARE(inPlace.count, everyone.count);
    QVERIFY(inPlace.examples == everyone.examples);
    const ExpiryPreview named = previewOf(
        activeUsers(f.cache, f.clock, std::vector{idOf("user-12"), idOf("user-12"), idOf("old"), idOf("nobody")}));

    QCOMPARE(everyone.count, 25u);
    QCOMPARE(everyone.examples.size(), std::size_t{10});
    QCOMPARE(everyone.examples.front(), std::string("user-10"));
    QCOMPARE(named.count, 1u);
}

void tst_EntryListing::aSnapshotStaysAsItWas()
{
    ListingFixture f;
    f.cacheUser("ana", "es");
    f.cacheUser(std::string(255, 'x'), "fr");

    std::set<const char *> keysOfTheCache;
    f.cache.forEach(
        [&](std::string_view key, const PackedProfile &, const EntryFacts &) { keysOfTheCache.insert(key.data()); });
    const EntrySnapshot taken(f.cache, f.clock);
    f.cache.remove("ana");
    f.cacheUser(std::string(255, 'x'), "ha");

    QCOMPARE(taken.rows().size(), std::size_t{2});
    for (const EntrySnapshot::Row &row : taken.rows()) {
        QVERIFY(row.identity == "ana" || row.identity == std::string(255, 'x'));
        QVERIFY(keysOfTheCache.count(row.identity.data()) == 0); // it has bytes of its own
        const std::string_view language = f.texts.at(row.profile.texts()).nativeLanguage;
        QCOMPARE(language, std::string_view(row.identity == "ana" ? "es" : "fr"));
    }
}

// How long it takes is said, not asserted: that is for whoever runs a release build on a quiet machine.
void tst_EntryListing::aMillionEntries()
{
    constexpr int users = 1'000'000;
    ListingFixture f;
    const char *languages[] = {"en", "es", "fr", "ig", "yo", "ha"};
    PackedProfile packed[6];
    for (int i = 0; i < 6; ++i)
        packed[i] = pack(profileOf("any", languages[i]), f.texts).value_or(PackedProfile());
    for (int i = 0; i < users; ++i)
        f.cache.put("user-" + std::to_string(i), packed[i % 6], {60s, f.clock.now(), 0, EntrySource::WarmUp, 1ms});
    QElapsedTimer timer;
    const auto say = [&timer](const char *what) {
        qInfo("%s of a million: %lld ms", what, static_cast<long long>(timer.restart()));
    };

    timer.start();
    const EntrySnapshot snapshot(f.cache, f.clock);
    say("a snapshot");
    QCOMPARE(snapshot.rows().size(), std::size_t{users});
    QCOMPARE(f.list({}).rows.front().identity, std::string("user-0"));
    say("the first page by identity");
    EntriesQuery query;
    query.sort = EntrySort::Hits;
    query.offset = users / 2;
    QCOMPARE(f.list(query).rows.size(), std::size_t{500});
    say("a page in the middle by hits");
    query = {};
    query.filter.search = "77777";
    query.filter.language = "es";
    QVERIFY(f.list(query).matching > 0);
    say("a page of what matches");
}

QTEST_GUILESS_MAIN(tst_EntryListing)
#include "tst_EntryListing.moc"
