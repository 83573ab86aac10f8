// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/service/ExpiryUndo.h"
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

struct UndoFixture : ServiceFixture {
    UndoFixture()
        : undo(clock, cache, events)
    {
        for (const char *user : {"ana", "ben", "cleo"}) {
            repository.add(profileOf(user));
            (void)get(user);
        }
    }
    std::string undone(const std::string &id)
    {
        const Result<UndoneExpiry> result = undo.undo(id, "olga");
        return result ? std::to_string(result->restored) + " restored, " + std::to_string(result->skipped) + " skipped"
                      : result.error().detail;
    }

    ExpiryUndo undo;
};

using Meanwhile = std::function<void(UndoFixture &)>;

constexpr const char *over = "There is no such expiry to be taken back, or its time is over.";

// A cache of some users, to whom everything happens that can, and what must be true of each.
class UndoModel
{
public:
    explicit UndoModel(unsigned seed)
        : m_random(seed)
    {
        for (int user = 0; user < 6; ++user)
            m_states.emplace("user-" + std::to_string(user), State());
    }

    // Returns: what went wrong; empty otherwise.
    std::string run(int steps)
    {
        for (int step = 0; step < steps && m_problem.empty(); ++step) {
            doSomething(below(12));
            compare(step);
        }
        return m_problem;
    }

private:
    struct State {
        bool isCached = false;
        bool isForced = false;
        int epoch = 0; // another one with each invalidation and each reload
    };
    struct Taken {
        std::string id;
        MonotonicTime until{};
        std::map<std::string, int> epochs; // of the users whose entries it forced, after it
    };

    unsigned below(unsigned bound) { return std::uniform_int_distribution<unsigned>(0, bound - 1)(m_random); }
    std::string someone() { return "user-" + std::to_string(below(6)); }

    void doSomething(unsigned what)
    {
        switch (what) {
        case 0:
        case 1:
        case 2:
            return reload(someone());
        case 3:
        case 4:
            return expireSome();
        case 5:
            return below(2) == 0 ? expireEveryone() : reload(someone());
        case 6:
            return remove(someone());
        case 7:
            return change(someone());
        case 8:
            return void(m_f.clock.advance(std::chrono::seconds(below(15))));
        case 9:
            return below(3) == 0 ? cleanUp() : reload(someone());
        default:
            return takeBack();
        }
    }

    void reload(const std::string &user)
    {
        m_f.clock.advance(1ms);
        m_f.repository.add(profileOf(user));
        (void)m_f.refresh(user);
        State &state = m_states[user];
        state = {true, false, state.epoch + 1};
    }
    void remove(const std::string &user)
    {
        m_f.service.remove({idOf(user)}, "test");
        State &state = m_states[user];
        state = {false, false, state.epoch + 1};
    }
    void change(const std::string &user)
    {
        m_f.service.applyChanges({{idOf(user), RowChange::Kind::Changed, 0}});
        force(user);
    }
    void force(const std::string &user)
    {
        State &state = m_states[user];
        state = {state.isCached, state.isCached, state.epoch + 1};
    }
    void expireSome()
    {
        std::vector<ProfileId> ids;
        std::set<std::string> forced;
        for (unsigned count = below(4) + 1; count > 0; --count) {
            const std::string user = someone();
            ids.push_back(idOf(user));
            if (m_states[user].isCached && !m_states[user].isForced)
                forced.insert(user);
        }
        const ForcedExpiry expiry = m_f.undo.expire(ids, "test");
        for (const ProfileId &id : ids)
            force(id.text());
        remember(expiry.undoId, forced);
    }
    void expireEveryone()
    {
        std::set<std::string> forced;
        for (const auto &[user, state] : m_states) {
            if (state.isCached && !state.isForced)
                forced.insert(user);
        }
        const ForcedExpiry expiry = m_f.undo.expireAll("test");
        for (const auto &[user, state] : m_states)
            force(user);
        remember(expiry.undoId, forced);
    }
    void remember(const std::string &id, const std::set<std::string> &forced)
    {
        Taken taken{id, m_f.clock.now() + 30s, {}};
        for (const std::string &user : forced)
            taken.epochs.emplace(user, m_states[user].epoch);
        m_taken.push_back(std::move(taken));
        while (m_taken.size() > ExpiryUndo::mostUndos)
            m_taken.pop_front();
    }
    void takeBack()
    {
        if (m_taken.empty())
            return;
        const std::size_t place = below(unsigned(m_taken.size()));
        const Taken taken = m_taken[place];
        m_taken.erase(m_taken.begin() + std::ptrdiff_t(place));
        const Result<UndoneExpiry> result = m_f.undo.undo(taken.id, "test");
        const bool isOver = m_f.clock.now() > taken.until;
        if (bool(result) == isOver)
            m_problem = isOver ? "taken back too late" : "not taken back in time";
        std::uint64_t restored = 0;
        for (const auto &[user, epoch] : taken.epochs) {
            State &state = m_states[user];
            if (isOver || !state.isCached || state.epoch != epoch)
                continue;
            state.isForced = false;
            restored += m_f.service.isActive(idOf(user)) ? 1 : 0;
        }
        if (result && result->restored != restored)
            m_problem = std::to_string(result->restored) + " said to be restored, not " + std::to_string(restored);
    }
    void cleanUp()
    {
        for (auto &[user, state] : m_states) {
            const auto entry = m_f.cache.peek(user);
            if (entry && (state.isForced || m_f.clock.now() > entry->facts.deadline))
                state = {false, false, state.epoch};
        }
        m_f.cache.cleanup();
    }

    void compare(int step)
    {
        for (const auto &[user, state] : m_states) {
            const auto entry = m_f.cache.peek(user);
            if (entry.has_value() != state.isCached || (entry && entry->facts.forced != state.isForced))
                m_problem += " step " + std::to_string(step) + ": " + user + " should " +
                             (state.isForced ? "be expired by force" : "not be expired by force");
        }
    }

    std::mt19937 m_random;
    struct Fixture : ServiceFixture {
        ExpiryUndo undo{clock, cache, events};
    } m_f;
    std::map<std::string, State> m_states;
    std::deque<Taken> m_taken;
    std::string m_problem;
};

} // namespace

Q_DECLARE_METATYPE(Meanwhile)
Q_DECLARE_METATYPE(std::string)

// A forced expiry can be taken back, but only of entries to which nothing else happened since.
class tst_ExpiryUndo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void takenBackAnEntryHasItsOldDeadline();
    void everyoneCanBeTakenBack();
    void whatCouldBeServedStaleCanBeAgain();
    void onlyOnceAndOnlyInTime();
    void whoseEntryChangedSinceStaysAsHeIs_data();
    void whoseEntryChangedSinceStaysAsHeIs();
    void aChangeInTheMiddleOfItIsNoticed_data();
    void aChangeInTheMiddleOfItIsNoticed();
    void whatWasBeingLoadedIsRefusedAllTheSame_data();
    void whatWasBeingLoadedIsRefusedAllTheSame();
    void eachIsOneEvent();
    void itIsBounded();
    void idsCannotBeGuessed();
    void aModelAgrees();
};

void tst_ExpiryUndo::takenBackAnEntryHasItsOldDeadline()
{
    UndoFixture f;
    const MonotonicTime deadline = f.cache.peek("ana")->facts.deadline;
    f.clock.advance(10s);

    const ForcedExpiry forced = f.undo.expire({idOf("ana"), idOf("ben"), idOf("ana"), idOf("nobody")}, "olga");

    QCOMPARE(forced.expired, 2u);
    QCOMPARE(forced.undoUntil, f.clock.wallNow() + 30s);
    QCOMPARE(f.cached("ana"), std::string("es expired"));
    f.clock.advance(30s);
    QCOMPARE(f.undone(forced.undoId), std::string("2 restored, 0 skipped"));
    QCOMPARE(f.cached("ana"), std::string("es"));
    QCOMPARE(f.cache.peek("ana")->facts.deadline, deadline);
    QCOMPARE(f.get("ben")->served(), Served::Hit);
    f.clock.advance(21s);
    QCOMPARE(f.cached("ana"), std::string("es expired")); // the time went on meanwhile
}

void tst_ExpiryUndo::everyoneCanBeTakenBack()
{
    UndoFixture f;
    f.service.expire({idOf("cleo")}, "test");

    const ForcedExpiry forced = f.undo.expireAll("olga");

    QCOMPARE(forced.expired, 2u);
    QCOMPARE(f.cached("ana"), std::string("es expired"));
    QCOMPARE(f.undone(forced.undoId), std::string("2 restored, 0 skipped"));
    QCOMPARE(f.cached("ana"), std::string("es"));
    QCOMPARE(f.cached("cleo"), std::string("es expired")); // somebody else's
}

void tst_ExpiryUndo::whatCouldBeServedStaleCanBeAgain()
{
    UndoFixture f;
    f.clock.advance(61s);
    const ForcedExpiry one = f.undo.expire({idOf("ana")}, "olga");
    const ForcedExpiry all = f.undo.expireAll("olga");
    f.repository.failWith({ErrorCode::Unavailable, "away"});
    QVERIFY(!f.get("ben"));

    QCOMPARE(f.undone(all.undoId), std::string("0 restored, 0 skipped"));
    QCOMPARE(one.expired + all.expired, 0u);

    QVERIFY(f.get("ben")->isStale());
    QVERIFY(!f.get("ana")); // the second expiry was one more invalidation
}

void tst_ExpiryUndo::onlyOnceAndOnlyInTime()
{
    UndoFixture f;
    const ForcedExpiry first = f.undo.expire({idOf("ana")}, "olga");
    const ForcedExpiry second = f.undo.expire({idOf("ben")}, "olga");

    QCOMPARE(f.undone(first.undoId), std::string("1 restored, 0 skipped"));
    QCOMPARE(f.undone(first.undoId), std::string(over));
    QCOMPARE(f.undone(""), std::string(over));
    f.clock.advance(30s + 1ns);
    QCOMPARE(f.undone(second.undoId), std::string(over));

    QCOMPARE(f.cached("ben"), std::string("es expired"));
    QCOMPARE(f.undo.undo("", "olga").error().code, ErrorCode::NotFound);
}

void tst_ExpiryUndo::whoseEntryChangedSinceStaysAsHeIs_data()
{
    QTest::addColumn<Meanwhile>("meanwhile");
    QTest::addColumn<std::string>("cached");

    const auto row = [](const char *name, const Meanwhile &meanwhile, const std::string &cached) {
        QTest::newRow(name) << meanwhile << cached;
    };
    const std::string forced = "es expired";
    row(
        "expired once more", [](UndoFixture &f) { f.service.expire({idOf("ana")}, "test"); }, forced);
    row(
        "expired with everyone", [](UndoFixture &f) { f.service.expireAll("test"); }, forced);
    row(
        "expired by another that can be undone", [](UndoFixture &f) { f.undo.expireAll("test"); }, forced);
    row(
        "changed by others", [](UndoFixture &f) { f.service.applyChanges({{idOf("ana")}}); }, forced);
    row(
        "deleted by others",
        [](UndoFixture &f) {
            f.service.applyChanges({{idOf("ana"), RowChange::Kind::Deleted}});
        },
        "nothing");
    row(
        "removed", [](UndoFixture &f) { f.service.remove({idOf("ana")}, "test"); }, "nothing");
    row(
        "cleaned up", [](UndoFixture &f) { f.cache.cleanup(); }, "nothing");
    row(
        "reloaded and expired",
        [](UndoFixture &f) {
            f.repository.add(profileOf("ana", "fr"));
            (void)f.get("ana");
            f.service.expire({idOf("ana")}, "test");
        },
        "fr expired");
    row(
        "reloaded", [](UndoFixture &f) { f.repository.add(profileOf("ana", "fr")), (void)f.get("ana"); }, "fr");
    row(
        "written", [](UndoFixture &f) { (void)f.update("ana", {.nativeLanguage = "fr"}); }, "fr");
    row(
        "written perhaps",
        [](UndoFixture &f) {
            f.repository.loseAnswersOfWrites({ErrorCode::Timeout, "slow"});
            (void)f.update("ana", {.nativeLanguage = "fr"});
        },
        forced);
    row(
        "not found", [](UndoFixture &f) { f.repository.remove(idOf("ana")), f.clock.advance(1ms), (void)f.get("ana"); },
        "nothing");
}

void tst_ExpiryUndo::whoseEntryChangedSinceStaysAsHeIs()
{
    QFETCH(Meanwhile, meanwhile);
    QFETCH(std::string, cached);
    UndoFixture f;
    const ForcedExpiry forced = f.undo.expire({idOf("ana")}, "olga");
    f.clock.advance(1s);

    meanwhile(f);

    QCOMPARE(f.undone(forced.undoId), std::string("0 restored, 1 skipped"));
    QCOMPARE(f.cached("ana"), cached);
}

void tst_ExpiryUndo::aChangeInTheMiddleOfItIsNoticed_data()
{
    QTest::addColumn<bool>("ofEveryone");
    QTest::newRow("some") << false;
    QTest::newRow("everyone") << true;
}

void tst_ExpiryUndo::aChangeInTheMiddleOfItIsNoticed()
{
    QFETCH(bool, ofEveryone);
    UndoFixture f;
    const SeqPoint::Hook change(ofEveryone ? "ExpiryUndo.expireAll.looked" : "ExpiryUndo.expire.looked",
                                [&f] { f.service.applyChanges({{idOf("ana")}}); });

    const ForcedExpiry forced = ofEveryone ? f.undo.expireAll("olga") : f.undo.expire({idOf("ana")}, "olga");
    f.undone(forced.undoId);

    QCOMPARE(f.cached("ana"), std::string("es expired"));
}

void tst_ExpiryUndo::whatWasBeingLoadedIsRefusedAllTheSame_data()
{
    QTest::addColumn<bool>("ofEveryone");
    QTest::newRow("some") << false;
    QTest::newRow("everyone") << true;
}

void tst_ExpiryUndo::whatWasBeingLoadedIsRefusedAllTheSame()
{
    QFETCH(bool, ofEveryone);
    UndoFixture f;
    f.clock.advance(1s);
    f.repository.hold();
    Answers answers;
    f.service.refresh(idOf("ana"), answers.into());
    f.repository.add(profileOf("ana", "fr"));
    const ForcedExpiry forced = ofEveryone ? f.undo.expireAll("olga") : f.undo.expire({idOf("ana")}, "olga");
    f.undone(forced.undoId);

    QVERIFY(f.repository.releaseOne()); // with what the row said before
    const MonotonicTime cachedAt = f.cache.peek("ana")->facts.cachedAt;
    f.repository.release();

    QCOMPARE(cachedAt, f.clock.now() - 1s);
    QCOMPARE(answers.language(0), std::string("fr"));
    QCOMPARE(f.cached("ana"), std::string("fr"));
}

void tst_ExpiryUndo::eachIsOneEvent()
{
    UndoFixture f;
    const ForcedExpiry some = f.undo.expire({idOf("ana"), idOf("ben")}, "olga");
    f.service.remove({idOf("ben")}, "test");
    QVERIFY(f.undo.undo(some.undoId, "otto"));
    QVERIFY(f.undo.undo(f.undo.expireAll("olga").undoId, "otto"));

    const std::vector<Event> expired = f.eventsOf(EventKind::Expired);
    const std::vector<Event> restored = f.eventsOf(EventKind::Restored);
    QCOMPARE(expired.size(), std::size_t{2});
    QCOMPARE(expired[0].who, std::string("olga"));
    QCOMPARE(expired[0].count, 2u);
    QCOMPARE(expired[0].detail, std::string("expiry forced"));
    QVERIFY(expired[1].concernsEveryone);
    QCOMPARE(restored.size(), std::size_t{2});
    QCOMPARE(restored[0].who, std::string("otto"));
    QCOMPARE(restored[0].count, 1u);
    QCOMPARE(restored[0].user, std::string("ana"));
    QCOMPARE(restored[0].detail,
             std::string("expiry taken back: 1 active again, 1 were reloaded, invalidated or gone since"));
    QVERIFY(restored[1].concernsEveryone);
}

void tst_ExpiryUndo::itIsBounded()
{
    UndoFixture f;
    std::vector<ForcedExpiry> forced;
    for (int i = 0; i < 20; ++i)
        forced.push_back(f.undo.expire({idOf("ana")}, "olga"));
    QCOMPARE(f.undo.size(), ExpiryUndo::mostUndos);
    QCOMPARE(f.undone(forced[3].undoId), std::string(over));
    QCOMPARE(f.undone(forced[4].undoId), std::string("0 restored, 0 skipped"));

    f.cache.setMaxEntries(2);
    const ForcedExpiry first = f.undo.expireAll("olga");
    f.service.remove({idOf("ana"), idOf("ben"), idOf("cleo")}, "test");
    QVERIFY(f.get("ana") && f.get("ben"));
    const ForcedExpiry second = f.undo.expireAll("olga");
    QVERIFY(f.undo.rememberedUsers() <= 2);
    QCOMPARE(f.undone(first.undoId), std::string(over)); // the oldest went
    QCOMPARE(f.undone(second.undoId), std::string("2 restored, 0 skipped"));

    f.undo.expireAll("olga");
    f.clock.advance(31s);
    f.undo.dropOver();
    QCOMPARE(f.undo.size(), std::size_t{0});
}

void tst_ExpiryUndo::idsCannotBeGuessed()
{
    UndoFixture f;
    std::set<std::string> ids;
    for (int i = 0; i < 1'000; ++i)
        ids.insert(f.undo.expire({}, "olga").undoId);

    QCOMPARE(ids.size(), std::size_t{1'000});
    for (const std::string &id : ids)
        QCOMPARE(id.size(), std::size_t{32});
}

void tst_ExpiryUndo::aModelAgrees()
{
    for (unsigned seed = 1; seed <= 300; ++seed) {
        const std::string problem = UndoModel(seed).run(200);
        QVERIFY2(problem.empty(), ("seed " + std::to_string(seed) + ":" + problem).c_str());
    }
}

QTEST_GUILESS_MAIN(tst_ExpiryUndo)
#include "tst_ExpiryUndo.moc"
