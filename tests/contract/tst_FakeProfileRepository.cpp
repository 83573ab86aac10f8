// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/contract/ProfileRepositoryContract.h"
#include "tests/support/FakeProfileRepository.h"

using namespace hearth;

// The fake that other tests lean on behaves as the real ones do.
class TestFakeProfileRepository final : public ProfileRepositoryContract
{
    Q_OBJECT

    void setUp() override { m_fake = std::make_unique<FakeProfileRepository>(); }
    void tearDown() override { m_fake.reset(); }
    ProfileRepository &repository() override { return *m_fake; }
    void addVoice(const Voice &voice) override { m_fake->addVoice(voice); }

    void changeLanguage(const std::string &identity, const std::string &code) override
    {
        m_fake->add(profile(identity, code));
    }

    std::unique_ptr<FakeProfileRepository> m_fake;

private Q_SLOTS:
    void heldQuestionsWaitUntilReleased()
    {
        m_fake->add(profile("ana"));
        m_fake->hold();
        int answers = 0;
        m_fake->find(id("ana"), [&](const auto &) { ++answers; });
        m_fake->remove(id("ana")); // what was asked before sees the row
        m_fake->find(id("ana"), [&](const auto &result) { answers += result && !result->profile ? 10 : 100; });

        QCOMPARE(answers, 0);
        QCOMPARE(m_fake->heldCount(), std::size_t(2));
        QVERIFY(m_fake->releaseOne());
        QCOMPARE(answers, 1);
        m_fake->release();

        QCOMPARE(answers, 11);
        QCOMPARE(m_fake->findCount(id("ana")), std::uint64_t(2));
    }

    void itFailsAsTold()
    {
        const Error error{ErrorCode::Unavailable, "away"};
        m_fake->failWith(error);
        const auto failed = await<LoadedProfile>([&](auto done) { m_fake->find(id("ana"), done); });
        m_fake->answerNormally();
        const auto answered = await<LoadedProfile>([&](auto done) { m_fake->find(id("ana"), done); });

        QVERIFY(!failed && failed.error() == error);
        QVERIFY(answered);
    }
};

QTEST_GUILESS_MAIN(TestFakeProfileRepository)
#include "tst_FakeProfileRepository.moc"
