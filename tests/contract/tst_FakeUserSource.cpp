// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/contract/UserSourceContract.h"
#include "tests/support/FakeUserSource.h"

using namespace hearth;

// The fake that other tests lean on behaves as the real ones do.
class TestFakeUserSource final : public UserSourceContract
{
    Q_OBJECT

    void setUp() override { m_fake = std::make_unique<FakeUserSource>(); }
    void tearDown() override { m_fake.reset(); }
    UserSource &source() override { return *m_fake; }
    void add(const std::vector<Profile> &profiles, std::optional<int> created) override
    {
        for (const Profile &each : profiles)
            m_fake->add(each, created ? std::optional(time(*created)) : std::nullopt);
    }
    void addRoom(const std::string &host, bool isActive) override { m_fake->addRoom(host, isActive); }

    std::unique_ptr<FakeUserSource> m_fake;

private Q_SLOTS:
    void aHeldStreamGoesOnStepByStep()
    {
        addMany(5);
        m_fake->setPortion(3);
        m_fake->hold();
        const auto into = std::make_shared<Streamed>();
        source().stream(RecentlyUpdated{5}, 5, takerInto(into), {}, [into](auto end) { into->end = std::move(end); });
        QCOMPARE(into->begins, 0);

        QVERIFY(m_fake->releaseOne());
        QCOMPARE(into->begins, 1);
        QVERIFY(m_fake->releaseOne());
        QCOMPARE(into->rows.size(), std::size_t(3));
        m_fake->release();

        QCOMPARE(into->rows.size(), std::size_t(5));
        QVERIFY(into->end && *into->end);
        QVERIFY(!m_fake->releaseOne());
    }

    void aHeldStreamCanBeStopped()
    {
        addMany(5);
        m_fake->hold();
        std::stop_source stop;
        const auto into = std::make_shared<Streamed>();
        source().stream(RecentlyUpdated{5}, 5, takerInto(into), stop.get_token(),
                        [into](auto end) { into->end = std::move(end); });

        stop.request_stop();

        QVERIFY(into->end);
        QCOMPARE(into->error(), ErrorCode::Cancelled);
        QCOMPARE(m_fake->heldCount(), std::size_t(0));
    }

    void itFailsAsTold()
    {
        addMany(5);
        const Error error{ErrorCode::Unavailable, "away"};
        m_fake->failWith(error, 4);

        const Streamed some = stream(RecentlyUpdated{5});

        QCOMPARE(some.rows.size(), std::size_t(4));
        QVERIFY(!*some.end && some.end->error() == error);
        m_fake->answerNormally();
        QCOMPARE(stream(RecentlyUpdated{5}).rows.size(), std::size_t(5));
    }
};

QTEST_GUILESS_MAIN(TestFakeUserSource)
#include "tst_FakeUserSource.moc"
