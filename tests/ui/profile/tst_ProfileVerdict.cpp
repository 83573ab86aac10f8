// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "ui/profile/ProfileFieldsModel.h"
#include "ui/profile/ProfileVerdict.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class ProfileVerdictTest final : public QObject
{
    Q_OBJECT

private:
    static ProfileView inStep()
    {
        FakeNode node(1);
        return node.madeUpProfile("user-0000");
    }
    static ProfileView differingView()
    {
        ProfileView view = inStep();
        auto stored = std::make_shared<Profile>(*view.stored);
        stored->formalTone = true;
        stored->updatedAt = *view.cached->updatedAt + 252s;
        view.stored = stored;
        view.agreement = Agreement::Different;
        view.differing = {"voice_avatar", "formal_tone"};
        return view;
    }
    static ProfileVerdict verdict(const ProfileView &view) { return verdictOf(view, FakeNode::noon() + 1s); }

private Q_SLOTS:
    void inStepIsCalm()
    {
        QCOMPARE(verdict(inStep()).title, QString("In step."));
        QVERIFY(verdict(inStep()).tone == Tone::Ok);
    }

    void aNewerRowSaysByHowMuchAndInWhat()
    {
        const ProfileVerdict found = verdictOf(differingView(), FakeNode::noon());

        QCOMPARE(found.title, QString("The cached copy is older."));
        QCOMPARE(found.sentence, QString("The database is 4 min 12 s newer: voice, formal tone."));
        QVERIFY(found.tone == Tone::Warning);
    }

    void withoutTimesNobodyIsCalledOlder()
    {
        ProfileView view = differingView();
        auto stored = std::make_shared<Profile>(*view.stored);
        stored->updatedAt.reset();
        view.stored = stored;

        QCOMPARE(verdict(view).title, QString("The cached copy differs from the database."));
    }

    void aRowThatWentBackIsNotCalledNewer()
    {
        ProfileView view = differingView();
        auto stored = std::make_shared<Profile>(*view.stored);
        stored->updatedAt = *view.cached->updatedAt - 252s;
        view.stored = stored;

        QCOMPARE(verdict(view).title, QString("The cached copy differs from the database."));
    }

    void aRowThatIsGoneIsAnError()
    {
        ProfileView view = inStep();
        view.agreement = Agreement::Absent;
        view.stored = nullptr;

        QCOMPARE(verdict(view).title, QString("The row is gone."));
    }

    void notCachedAndUnknownAreTwoThings()
    {
        ProfileView view = inStep();
        view.entry.reset();
        view.cached = nullptr;
        QCOMPARE(verdict(view).title, QString("Not cached."));
        view.stored = nullptr;
        view.agreement = Agreement::Absent;

        QCOMPARE(verdict(view).title, QString("Unknown user."));
        QCOMPARE(verdict(view).sentence, QString("Nobody of that name is cached, and the database has no such row."));
    }

    void expiredSaysWhatComesNext()
    {
        const ProfileVerdict found = verdictOf(inStep(), FakeNode::noon() + 31min);

        QCOMPARE(found.title, QString("Expired."));
        QVERIFY(found.sentence.contains("next read goes to the database"));
    }

    void anUnreachableDatabaseSaysWhyAndWhatIsServed()
    {
        ProfileView view = inStep();
        view.agreement = Agreement::Unreachable;
        view.stored = nullptr;
        view.databaseProblem = "connection refused";

        const ProfileVerdict found = verdict(view);

        QVERIFY(found.tone == Tone::Error);
        QVERIFY(found.sentence.startsWith("Connection refused. The cached copy is served until "));
    }

    void differingFieldsAreMarkedInWordsToo()
    {
        ProfileFieldsModel model;
        QAbstractItemModelTester tester(&model);

        model.show(differingView(), FakeNode::noon());

        const auto accessible = [&model](int row) {
            return model.index(row, ProfileFieldsModel::Database).data(Qt::AccessibleTextRole).toString();
        };
        QCOMPARE(accessible(ProfileFieldsModel::FormalTone), QString("yes, differs"));
        QCOMPARE(accessible(ProfileFieldsModel::PreserveEmotion), QString("yes"));
    }

    void whatIsTheSameIsQuietAndWhatDiffersIsNot()
    {
        ProfileFieldsModel model;
        QAbstractItemModelTester tester(&model);
        const auto isQuiet = [&model](int row, int column) {
            return model.index(row, column).data(ProfileFieldsModel::QuietRole).toBool();
        };
        const auto differs = [&model](int row) {
            return model.index(row, ProfileFieldsModel::Cached).data(ProfileFieldsModel::DiffersRole).toBool();
        };

        model.show(differingView(), FakeNode::noon());
        QVERIFY(isQuiet(ProfileFieldsModel::NativeLanguage, ProfileFieldsModel::Cached));
        QVERIFY(!isQuiet(ProfileFieldsModel::FormalTone, ProfileFieldsModel::Cached));
        QVERIFY(!isQuiet(ProfileFieldsModel::FormalTone, ProfileFieldsModel::Database));
        QVERIFY(differs(ProfileFieldsModel::FormalTone) && differs(ProfileFieldsModel::Updated));
        QVERIFY(!differs(ProfileFieldsModel::NativeLanguage));

        ProfileView alone = inStep();
        alone.stored = nullptr;
        model.show(alone, FakeNode::noon());
        QVERIFY(!isQuiet(ProfileFieldsModel::NativeLanguage, ProfileFieldsModel::Cached)); // nothing to compare with
        QCOMPARE(model.index(0, ProfileFieldsModel::Database).data().toString(), QString("—"));
    }

    void whatIsMaskedSaysSoAndNothingElse()
    {
        ProfileFieldsModel model;
        QAbstractItemModelTester tester(&model);

        model.show(maskedView(differingView()), FakeNode::noon());

        for (int row = ProfileFieldsModel::NativeLanguage; row <= ProfileFieldsModel::PreserveEmotion; ++row) {
            for (const int column : {ProfileFieldsModel::Cached, ProfileFieldsModel::Database}) {
                QCOMPARE(model.index(row, column).data().toString(), QString("masked"));
                QVERIFY(model.index(row, column).data(Qt::ToolTipRole).toString().contains("Reveal…"));
            }
        }
        QVERIFY(model.index(ProfileFieldsModel::Updated, ProfileFieldsModel::Database).data().toString() != "masked");
        QCOMPARE(verdict(maskedView(differingView())).title, QString("The cached copy is older."));
    }

    void theTimeToLiveDrainsToNothing()
    {
        const ProfileView view = inStep(); // cached at noon, for 30 min
        const auto text = [&](std::chrono::milliseconds later) {
            return timeToLiveText(view, FakeNode::noon() + later);
        };
        const auto left = [&](std::chrono::milliseconds later) {
            return fractionLeft(*view.entry, FakeNode::noon() + later);
        };

        QCOMPARE(text(0s), QString("30:00 left of 30:00 · less than 1 s old"));
        QCOMPARE(text(144s), QString("27:36 left of 30:00 · 2 min 24 s old"));
        QCOMPARE(text(30min), QString("0:00 left of 30:00 · 30 min old"));
        QCOMPARE(text(30min + 130s), QString("expired 2:10 ago · 32 min 10 s old"));
        QCOMPARE(text(-10s), QString("30:10 left of 30:00 · less than 1 s old")); // its clock is ahead
        QCOMPARE(left(0s), 1.0);
        QCOMPARE(left(15min), 0.5);
        QCOMPARE(left(-10s), 1.0);
        QCOMPARE(left(31min), 0.0);
    }

    void aForcedExpirySaysSo()
    {
        ProfileView view = inStep();
        view.entry->state = EntryState::Expired;
        view.entry->expiryForced = true;
        view.entry->expiresAt = FakeNode::noon() + 60s;

        QCOMPARE(timeToLiveText(view, FakeNode::noon() + 65s), QString("expired by force 0:05 ago · 1 min 5 s old"));
        QCOMPARE(fractionLeft(*view.entry, FakeNode::noon() + 65s), 0.0);
    }

    void aRevealIsTold()
    {
        Event event;
        event.kind = EventKind::Revealed;
        event.detail = "ticket 4711";
        event.who = "support/maria";

        QCOMPARE(eventText(event), QString("what is masked was shown: ticket 4711 · by support/maria"));
    }

    void newEventsComeOnTopOfTheOld()
    {
        const auto event = [](std::uint64_t seq) {
            Event made;
            made.seq = seq;
            made.time = FakeNode::noon() + std::chrono::seconds(seq);
            made.detail = std::to_string(seq);
            return made;
        };
        const auto text = [](const ProfileEventsModel &model) {
            QString all;
            for (int row = 0; row < model.rowCount(); ++row)
                all += model.index(row, ProfileEventsModel::What).data().toString();
            return all;
        };
        ProfileEventsModel model;
        QAbstractItemModelTester tester(&model);
        model.merge({event(3), event(2), event(1)});
        const QPersistentModelIndex third = model.index(0, 0);

        model.merge({event(5), event(4), event(3), event(2)});
        QCOMPARE(text(model), QString("5432"));
        QCOMPARE(third.row(), 2);
        model.merge({event(9), event(8)});
        QCOMPARE(text(model), QString("98"));
        model.merge({});

        QCOMPARE(model.rowCount(), 0);
    }

    void theSummaryIsForATicket()
    {
        const QString text = ticketSummary(differingView(), FakeNode::noon(), FakeNode().info());

        QVERIFY(text.contains("User: user-0000"));
        QVERIFY(text.contains("2026-01-01 12:00:00 UTC"));
        QVERIFY(text.contains("Verdict: The cached copy is older."));
        QVERIFY(text.contains("Database holds: English"));
    }

    void theSummaryHoldsNothingThatIsMasked()
    {
        ProfileView view = differingView();
        view.cachedVoice.name = "Thalia";

        const QString text = ticketSummary(maskedView(view), FakeNode::noon(), FakeNode().info());

        QVERIFY(text.contains("Cache holds: masked, updated 2026-01-01 10:00:00 UTC"));
        QVERIFY(text.contains("Database holds: masked"));
        for (const char *masked : {"English", "Thalia", "thalia", "deepgram", "yes", "unsupported"})
            QVERIFY2(!text.contains(QLatin1String(masked)), masked);
    }
};

QTEST_MAIN(ProfileVerdictTest)
#include "tst_ProfileVerdict.moc"
