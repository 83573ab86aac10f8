// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/service/DatabaseJournal.h"
#include "tests/support/ManualClock.h"

#include <QtTest>

using namespace hearth;

// What becomes of the database is in the event log, whoever looks.
class tst_DatabaseJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsNewIsToldOnce();
};

void tst_DatabaseJournal::whatIsNewIsToldOnce()
{
    const ManualClock clock;
    EventLog events(clock);
    DatabaseJournal journal(events);
    DatabaseStatus status;
    const auto take = [&journal, &status] {
        journal.take(status);
        journal.take(status);
    };

    take(); // connecting: not known yet
    status.state = DatabaseState::Reachable;
    take();
    status.simulatedLatency = std::chrono::milliseconds(200); // no news
    take();
    status.state = DatabaseState::Unreachable;
    status.problem = "The server does not answer.";
    status.circuit.state = CircuitState::Open;
    take();
    status.circuit.state = CircuitState::HalfOpen; // an attempt
    take();
    status.problem = "The server refuses.";
    take();
    status = {};
    status.state = DatabaseState::Reachable;
    take();

    QStringList told;
    for (const Event &event : events.events({0, EventKind::Database, {}, 100}))
        told << QString::fromStdString(event.detail);
    QCOMPARE(told.join(QStringLiteral("\n")),
             QStringLiteral("database reachable\n"
                            "database unreachable: The server does not answer.\n"
                            "circuit breaker open: queries fail at once until the database answers\n"
                            "database unreachable: The server refuses.\n"
                            "database reachable\n"
                            "circuit breaker closed: queries are sent again"));
}

QTEST_GUILESS_MAIN(tst_DatabaseJournal)
#include "tst_DatabaseJournal.moc"
