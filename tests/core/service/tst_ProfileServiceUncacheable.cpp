// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/service/LogRecorder.h"
#include "tests/core/service/ServiceFixture.h"

#include <QtTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// A service whose table of texts has a place for those of one kind of row, which "ana" takes.
struct FullTable : ServiceFixture {
    FullTable()
        : ServiceFixture(DefaultProfiles::Store, 1)
    {
        repository.add(profileOf("ana", "es"));
        repository.add(profileOf("ben", "fr"));
        service.get(idOf("ana"), UnknownUser::NotFound, [](const Result<ServedProfile> &) {});
    }
};

} // namespace

// A profile for whose texts the table has no place is served, by the same rules as any other, but not cached.
class tst_ProfileServiceUncacheable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsServedEachTimeFromTheDatabase();
    void everybodyInOneFlightGetsIt();
    void itIsLoggedOnce();
    void whatWasCachedOfTheUserIsNotServedAfterIt();
    void whatWasReadBeforeAnInvalidationIsNotServed();
    void aNewerOneThatIsCachedIsServedInstead();
    void aWarmUpCountsIt();

    // Of QtTest: before each test.
    void init() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache=false")); }
};

void tst_ProfileServiceUncacheable::itIsServedEachTimeFromTheDatabase()
{
    FullTable f;
    Profile row = profileOf("ben", "fr");
    row.voiceId = "Sade";
    row.formalTone = true;
    row.preserveEmotion = false;
    row.updatedAt = WallTime(5ms);
    f.repository.add(row);
    const std::optional<Profile> stored = f.stored("ben");
    const auto queries = f.repository.queryCount();

    const Result<ServedProfile> first = f.get("ben");
    const Result<ServedProfile> second = f.get("ben");

    QVERIFY(first && second);
    QCOMPARE(second->served(), Served::Miss);
    QVERIFY(stored == second->profile(idOf("ben")));
    QVERIFY(differences(*stored, row).empty());
    QVERIFY(second->texts() == (RowTexts{"fr", "Sade", ""}));
    QVERIFY(second->formalTone() && !second->preserveEmotion());
    QVERIFY(second->updatedAt() == row.updatedAt);
    QCOMPARE(second->rowVersion(), stored->rowVersion);
    QCOMPARE(f.repository.queryCount() - queries, 2u);
    QCOMPARE(f.cached("ben"), std::string("nothing"));
    QCOMPARE(f.service.counters().uncacheable, 2u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
    QCOMPARE(f.get("ana")->served(), Served::Hit);
}

void tst_ProfileServiceUncacheable::everybodyInOneFlightGetsIt()
{
    FullTable f;
    f.repository.hold();
    Answers answers;

    f.service.get(idOf("ben"), UnknownUser::NotFound, answers.into());
    f.service.get(idOf("ben"), UnknownUser::CreateDefault, answers.into());
    f.repository.release();

    QCOMPARE(answers.language(0), std::string("fr"));
    QCOMPARE(answers.language(1), std::string("fr"));
    QCOMPARE(answers.at(0)->served(), Served::Miss);
    QCOMPARE(answers.at(1)->served(), Served::Coalesced);
}

void tst_ProfileServiceUncacheable::itIsLoggedOnce()
{
    FullTable f;
    const LogRecorder log;

    QVERIFY(f.get("ben") && f.get("ben") && f.refresh("ben"));

    const QStringList lines = log.take();
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines.front().startsWith(QStringLiteral("WARNING ")) && lines.front().contains(QStringLiteral("1 of")),
             qPrintable(lines.front()));
}

void tst_ProfileServiceUncacheable::whatWasCachedOfTheUserIsNotServedAfterIt()
{
    FullTable f;
    f.repository.add(profileOf("ana", "ha"));
    f.clock.advance(1s);

    QCOMPARE(f.refresh("ana")->nativeLanguage(), std::string_view("ha"));

    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("ha"));
}

void tst_ProfileServiceUncacheable::whatWasReadBeforeAnInvalidationIsNotServed()
{
    FullTable f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ben"), UnknownUser::NotFound, answers.into());
    f.service.expire({idOf("ben")}, "eve");
    const auto queries = f.repository.queryCount();

    f.repository.release();

    QCOMPARE(answers.language(0), std::string("fr"));
    QCOMPARE(f.repository.queryCount() - queries, 1u); // read again
}

void tst_ProfileServiceUncacheable::aNewerOneThatIsCachedIsServedInstead()
{
    FullTable f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ben"), UnknownUser::NotFound, answers.into());
    f.clock.advance(1s);
    const auto newer = pack(profileOf("ben", "es"), f.texts);
    QVERIFY(newer);
    QCOMPARE(f.cache.put("ben", *newer, {60s, f.clock.now(), f.cache.generation("ben"), EntrySource::WarmUp, 1ms}),
             PutResult::Stored);

    f.repository.release();

    QCOMPARE(answers.language(0), std::string("es"));
    QCOMPARE(f.cached("ben"), std::string("es"));
}

void tst_ProfileServiceUncacheable::aWarmUpCountsIt()
{
    FullTable f;
    const WarmStored result = f.warm({profileOf("ben", "fr"), profileOf("cyd", "es")});

    QCOMPARE(result.stored, 1u);
    QCOMPARE(result.uncacheable.size(), std::size_t{1});
    QCOMPARE(f.cached("ben"), std::string("nothing"));
    QCOMPARE(f.cached("cyd"), std::string("es"));
    QCOMPARE(f.service.counters().warmed, 1u);
}

QTEST_GUILESS_MAIN(tst_ProfileServiceUncacheable)
#include "tst_ProfileServiceUncacheable.moc"
