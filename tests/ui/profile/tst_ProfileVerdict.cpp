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
        stored->updatedAt = FakeNode::noon() - 252s;
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
        QCOMPARE(found.sentence, QString("The database row changed 4 min 12 s ago: voice, formal tone."));
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
};

QTEST_MAIN(ProfileVerdictTest)
#include "tst_ProfileVerdict.moc"
