// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

std::vector<RowChange> changeTo(const ServiceFixture &f, const char *user)
{
    return {{idOf(user), RowChange::Kind::Changed, f.repository.stored(idOf(user))->rowVersion}};
}

} // namespace

// A change that is cached already costs nothing, but what was read before it is not stored after it.
class tst_ForeignChanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void whatIsFreshStaysAsItIs();
    void aFreshEntryThatExpiredByItselfCanStillBeServedStale();
    void aFreshEntryThatWasForcedStaysForced();
    void whatIsForcedMeanwhileStaysForced();
    void aLoadThatReadTheRowBeforeAFreshChangeIsReadAgain();
};

void tst_ForeignChanges::whatIsFreshStaysAsItIs()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    const EntryFacts before = f.cache.peek("ana")->facts;

    QCOMPARE(f.service.applyChanges(changeTo(f, "ana")), 0u);

    const EntryFacts after = f.cache.peek("ana")->facts;
    QCOMPARE(f.cached("ana"), std::string("es"));
    QCOMPARE(after.deadline, before.deadline);
    QCOMPARE(after.cachedAt, before.cachedAt);
    QCOMPARE(f.get("ana")->served(), Served::Hit);
    QVERIFY(f.eventsOf(EventKind::Expired).empty());
}

void tst_ForeignChanges::aFreshEntryThatExpiredByItselfCanStillBeServedStale()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.clock.advance(61s);

    f.service.applyChanges(changeTo(f, "ana"));

    f.repository.failWith({ErrorCode::Unavailable, "away"});
    QVERIFY(f.get("ana")->isStale());
}

void tst_ForeignChanges::aFreshEntryThatWasForcedStaysForced()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.service.expire({idOf("ana")}, "test");

    f.service.applyChanges(changeTo(f, "ana"));

    QCOMPARE(f.cached("ana"), std::string("es expired"));
}

void tst_ForeignChanges::whatIsForcedMeanwhileStaysForced()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    const SeqPoint::Hook force("ForeignChanges.looked", [&f] { f.service.expire({idOf("ana")}, "test"); });

    f.service.applyChanges(changeTo(f, "ana"));

    QCOMPARE(f.cached("ana"), std::string("es expired"));
    QVERIFY(f.cache.peek("ana")->facts.forced);
}

// Of two loads the one that was sent first may read the row last. Their times do not tell.
void tst_ForeignChanges::aLoadThatReadTheRowBeforeAFreshChangeIsReadAgain()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    const MonotonicTime sentFirst = f.clock.now();
    f.clock.advance(1s);
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into()); // sent later, and reads "es"
    f.repository.add(profileOf("ana", "fr"));
    const auto seen = pack(*f.repository.stored(idOf("ana")), f.texts);
    QCOMPARE(f.cache.put("ana", *seen, {60s, sentFirst, f.cache.generation("ana"), EntrySource::Refresh, {}}),
             PutResult::Stored);

    f.service.applyChanges(changeTo(f, "ana"));
    QVERIFY(f.repository.releaseOne());

    QCOMPARE(f.cached("ana"), std::string("fr"));
    QCOMPARE(answers.language(0), std::string("fr"));
}

QTEST_GUILESS_MAIN(tst_ForeignChanges)
#include "tst_ForeignChanges.moc"
