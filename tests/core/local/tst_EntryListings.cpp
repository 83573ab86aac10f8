// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What looking at many pages shares, and that it finds what looking at one would.
#include "core/local/EntryListings.h"
#include "tests/core/service/ServiceFixture.h"

#include <QtTest>

#include <algorithm>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

struct SharingFixture {
    explicit SharingFixture(int users = 0)
    {
        const char *languages[] = {"en", "es", "fr", "ig", "yo", "ha"};
        for (int i = 0; i < 6; ++i)
            packed[i] = pack(profileOf("any", languages[i]), texts).value_or(PackedProfile());
        for (int i = 0; i < users; ++i)
            add("user-" + std::to_string(i), i);
    }
    void add(const std::string &name, int number = 0)
    {
        cache.put(name, packed[number % 6],
                  {std::chrono::seconds(60 + number % 1'000), clock.now(), cache.generation(name), EntrySource::WarmUp,
                   std::chrono::microseconds(number % 700)});
    }
    Result<EntriesPage> ask(const EntriesQuery &query)
    {
        return listings.page(query, voices, [] { return true; });
    }
    EntriesPage page(const EntriesQuery &query)
    {
        const Result<EntriesPage> found = ask(query);
        return found ? *found : EntriesPage();
    }
    // "ana ben of 3 of 7": who is on a page, how many match, how many there are.
    QString said(const EntriesQuery &query)
    {
        const EntriesPage found = page(query);
        QStringList all;
        for (const EntryRow &row : found.rows)
            all << QString::fromStdString(row.identity);
        return QStringLiteral("%1 of %2 of %3").arg(all.join(' ')).arg(found.matching).arg(found.total);
    }

    ManualClock clock;
    ProfileTexts texts;
    ProfileCache cache{clock, 1'000'000};
    VoiceCatalog voices;
    PackedProfile packed[6];
    EntryListings listings{cache, texts, clock};
};

EntriesQuery queryOf(EntrySort sort, std::chrono::milliseconds maxAge = 0ms, const char *search = "")
{
    EntriesQuery query;
    query.sort = sort;
    query.maxAge = maxAge;
    query.filter.search = search;
    return query;
}

} // namespace

class tst_EntryListings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAnAgeItIsAsItIsNow();
    void youngEnoughIsNotCopiedAnew();
    void tooOldIsCopiedAnew();
    void anyPartOfAnOrderIsThatOfTheWhole_data();
    void anyPartOfAnOrderIsThatOfTheWhole();
    void whoIsNotWantedIsNotLookedFor();
    void aListGivenUpIsMadeByTheNextWhoAsks();
    void forgettingGivesAllBack();
    void aQuarterOfAMillionIsCopiedOnce();
    void lookingChangesNothing();
};

void tst_EntryListings::withoutAnAgeItIsAsItIsNow()
{
    SharingFixture f;
    f.add("ana");
    QCOMPARE(f.said({}), QString("ana of 1 of 1"));

    f.add("ben"); // at the same moment of the clock

    QCOMPARE(f.said({}), QString("ana ben of 2 of 2"));
}

void tst_EntryListings::youngEnoughIsNotCopiedAnew()
{
    SharingFixture f;
    f.add("ana");
    f.page({});
    f.add("ben");
    f.clock.advance(2s);

    QCOMPARE(f.said(queryOf(EntrySort::Hits, 2s)), QString("ana of 1 of 1"));
    QCOMPARE(f.listings.copies(), 1U);
    QVERIFY(f.page(queryOf(EntrySort::Hits, 2s)).takenAt == f.clock.wallNow()); // its times are those of now
}

void tst_EntryListings::tooOldIsCopiedAnew()
{
    SharingFixture f;
    f.add("ana");
    f.page({});
    f.add("ben");
    f.clock.advance(2s + 1ns);

    QCOMPARE(f.said(queryOf(EntrySort::Identity, 2s)), QString("ana ben of 2 of 2"));
}

void tst_EntryListings::anyPartOfAnOrderIsThatOfTheWhole_data()
{
    QTest::addColumn<int>("sort");
    QTest::addColumn<bool>("descending");
    QTest::addColumn<QString>("search");
    for (int sort = int(EntrySort::Identity); sort <= int(EntrySort::LoadTime); ++sort) {
        for (const bool descending : {false, true})
            QTest::addRow("%d %s", sort, descending ? "descending" : "ascending")
                << sort << descending << (sort % 2 == 0 ? "" : "7");
    }
}

// However somebody jumps about in it. The whole is a page of its own, which is sorted in one piece.
void tst_EntryListings::anyPartOfAnOrderIsThatOfTheWhole()
{
    QFETCH(int, sort);
    QFETCH(bool, descending);
    QFETCH(QString, search);
    constexpr int users = 10'000;
    SharingFixture f(users);
    EntriesQuery query = queryOf(static_cast<EntrySort>(sort), 1h, search.toUtf8().constData());
    query.descending = descending;
    query.limit = users;
    const std::vector<EntryRow> whole = SharingFixture(users).page(query).rows;
    QVERIFY(whole.size() > 3'000);

    std::uint32_t random = 1;
    const auto next = [&random](std::size_t below) {
        random = random * 1'664'525 + 1'013'904'223;
        return (random >> 8) % below;
    };
    for (int i = 0; i < 60; ++i) {
        query.offset = next(whole.size() + 200);
        query.limit = i % 9 == 0 ? 5'000 : next(700);
        const EntriesPage part = f.page(query);
        const std::size_t from = std::min(query.offset, whole.size());
        const std::size_t to = std::min(from + query.limit, whole.size());
        QCOMPARE(part.matching, whole.size());
        QVERIFY(part.rows ==
                std::vector<EntryRow>(whole.begin() + std::ptrdiff_t(from), whole.begin() + std::ptrdiff_t(to)));
    }
    QCOMPARE(f.listings.copies(), 1U);
}

void tst_EntryListings::whoIsNotWantedIsNotLookedFor()
{
    SharingFixture f(200'000);
    f.page({});
    for (const char *search : {"", "77"}) {
        for (const std::size_t offset : {0U, 100'000U}) {
            EntriesQuery query = queryOf(EntrySort::Hits, 1h, search);
            query.offset = offset;
            int asked = 0;

            const Result<EntriesPage> page =
                f.listings.page(query, f.voices, [&asked] { return ++asked <= 3; }); // the end comes in the midst

            QVERIFY(!page);
            QVERIFY(page.error().code == ErrorCode::Cancelled);
            QCOMPARE(asked, search[0] == '\0' ? 4 : 5); // once more after a search that was broken off
        }
    }
}

void tst_EntryListings::aListGivenUpIsMadeByTheNextWhoAsks()
{
    SharingFixture f(50'000);
    EntriesQuery query = queryOf(EntrySort::TimeToLive, 1h);
    query.offset = 25'000;
    int asked = 0;
    QVERIFY(!f.listings.page(query, f.voices, [&asked] { return ++asked <= 2; }));

    QCOMPARE(f.page(query).rows.size(), std::size_t{500});
    QCOMPARE(f.page(query).matching, std::size_t{50'000});
}

void tst_EntryListings::forgettingGivesAllBack()
{
    SharingFixture f(100);
    f.page({});
    f.listings.forget();

    QCOMPARE(f.page(queryOf(EntrySort::Hits, 1h)).total, std::size_t{100});
    QCOMPARE(f.listings.copies(), 2U); // there was none to be reused
}

// What a person does in a few seconds: sorts by each column, types a search, drags the scroll bar.
void tst_EntryListings::aQuarterOfAMillionIsCopiedOnce()
{
    SharingFixture f(250'000);
    f.page({});
    std::size_t pages = 0;
    for (int sort = int(EntrySort::Identity); sort <= int(EntrySort::LoadTime); ++sort) {
        pages += f.page(queryOf(static_cast<EntrySort>(sort), 4s)).rows.size() / 500;
    }
    for (const char *search : {"u", "us", "use", "user-1", "user-12", "user-123"})
        pages += f.page(queryOf(EntrySort::Identity, 4s, search)).rows.size() / 500;
    for (std::size_t offset = 0; offset < 250'000; offset += 10'000) {
        EntriesQuery query = queryOf(EntrySort::TimeToLive, 4s);
        query.offset = offset;
        pages += f.page(query).rows.size() / 500;
    }

    QCOMPARE(pages, std::size_t{8 + 6 + 25});
    QCOMPARE(f.listings.copies(), 1U);
}

void tst_EntryListings::lookingChangesNothing()
{
    SharingFixture f(5'000);
    f.cache.get("user-7");
    const auto before = f.cache.counters();
    std::vector<std::uint64_t> hits;
    const auto note = [&](std::string_view, const PackedProfile &, const EntryFacts &facts) {
        hits.push_back(facts.hits);
        hits.push_back(std::uint64_t(facts.deadline.time_since_epoch().count()));
    };
    f.cache.forEach(note);
    const std::vector<std::uint64_t> wanted = std::exchange(hits, {});

    EntriesQuery query = queryOf(EntrySort::Hits, 0ms, "7");
    for (query.offset = 0; query.offset < 5'000; query.offset += 500)
        f.page(query);
    f.cache.forEach(note);

    QVERIFY(hits == wanted);
    QCOMPARE(f.cache.counters().gets, before.gets);
    QCOMPARE(f.cache.counters().hits, before.hits);
}

QTEST_GUILESS_MAIN(tst_EntryListings)
#include "tst_EntryListings.moc"
