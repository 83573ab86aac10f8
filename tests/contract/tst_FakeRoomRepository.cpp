// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/contract/RoomRepositoryContract.h"
#include "tests/support/FakeRoomRepository.h"
#include "tests/support/ManualClock.h"

#include <memory>

using namespace hearth;
using namespace std::chrono_literals;

// The fake that other tests lean on behaves as the real ones do.
class TestFakeRoomRepository final : public RoomRepositoryContract
{
    Q_OBJECT

    void setUp() override { m_fake = std::make_unique<FakeRoomRepository>(m_clock); }
    void tearDown() override { m_fake.reset(); }
    RoomRepository &repository() override { return *m_fake; }
    void passTime() override { m_clock.advance(1s); }

    ManualClock m_clock;
    std::unique_ptr<FakeRoomRepository> m_fake;

private Q_SLOTS:
    void heldQuestionsWaitUntilReleased()
    {
        int answers = 0;
        m_fake->hold();
        m_fake->find("r1", [&](const auto &) { ++answers; });

        QCOMPARE(answers, 0);
        m_fake->release();

        QCOMPARE(answers, 1);
        QCOMPARE(m_fake->queryCount(), std::uint64_t(1));
    }

    void itFailsAsTold()
    {
        const Error error{ErrorCode::Unavailable, "away"};
        m_fake->failWritesWith(error);
        const auto refused = insert(room("r1"));
        const auto read = find("r1");
        m_fake->failWith(error);
        const auto unread = find("r1");
        m_fake->failWith({});
        m_fake->failWritesWith({});

        QVERIFY(!refused && refused.error() == error);
        QVERIFY(read);
        QVERIFY(!unread && unread.error() == error);
        QVERIFY(insert(room("r1")));
    }
};

QTEST_GUILESS_MAIN(TestFakeRoomRepository)
#include "tst_FakeRoomRepository.moc"
