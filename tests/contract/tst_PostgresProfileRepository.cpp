// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlProfileRepository.h"
#include "tests/contract/PostgresWays.h"
#include "tests/contract/ProfileRepositoryContract.h"

using namespace hearth;

class TestPostgresProfileRepository final : public ProfileRepositoryContract
{
    Q_OBJECT

public:
    explicit TestPostgresProfileRepository(PostgresWays::Way way)
        : m_postgres(way)
    {
    }

private:
    void setUp() override
    {
        m_postgres.setUp();
        m_repository = std::make_unique<SqlProfileRepository>(m_postgres.pool());
    }
    void tearDown() override
    {
        m_repository.reset();
        m_postgres.tearDown();
    }
    ProfileRepository &repository() override { return *m_repository; }
    void addVoice(const Voice &voice) override
    {
        const auto quoted = [](const std::string &text) {
            return u'\'' + QString::fromStdString(text).replace(u'\'', QLatin1String("''")) + u'\'';
        };
        m_postgres.database().run(
            QStringLiteral("insert into voice_avatars (voice_id, provider, name, gender, accent, description,"
                           " language) values (") +
            QStringList{quoted(voice.id), quoted(voice.provider), quoted(voice.name), quoted(voice.gender),
                        quoted(voice.accent), quoted(voice.description), quoted(voice.language)}
                .join(u',') +
            u')');
    }

    void changeLanguage(const std::string &identity, const std::string &code) override
    {
        m_postgres.database().run(
            QStringLiteral("update user_profiles set native_language = '%1' where user_identity = '%2'")
                .arg(QString::fromStdString(code), QString::fromStdString(identity)));
    }

    PostgresWays m_postgres;
    std::unique_ptr<SqlProfileRepository> m_repository;

private Q_SLOTS:
    void initTestCase() { m_postgres.initTestCase(); }
    void cleanupTestCase() { m_postgres.cleanupTestCase(); }

    void readingLeavesEveryRowAsItIs()
    {
        insert(profile("ana"));
        const QString state =
            QStringLiteral("select string_agg(user_identity || xmin::text || ctid::text, ',') from user_profiles");
        const QString before = m_postgres.database().run(state);

        find("ana");
        find("nobody");
        QVERIFY(await<std::vector<ProfileId>>([&](auto done) { repository().recentIds(5, done); }));
        QVERIFY(await<std::vector<Voice>>([&](auto done) { repository().voices(done); }));
        SqlExecutorPool another(DatabaseOptions{*DatabaseUrl::parse(m_postgres.database().url().toStdString())},
                                m_postgres.clock());
        QVERIFY(waitUntil([&] { return another.status().state == DatabaseState::Reachable; }));

        QCOMPARE(m_postgres.database().run(state), before);
        QCOMPARE(m_postgres.database().run(QStringLiteral("select count(*) from rooms")), QStringLiteral("0"));
        QCOMPARE(m_postgres.database().run(QStringLiteral("select count(*) from voice_avatars")), QStringLiteral("0"));
    }

    void nullsTakeTheirDefaults()
    {
        m_postgres.database().run(QStringLiteral("alter table user_profiles alter native_language drop not null"));
        m_postgres.database().run(
            QStringLiteral("insert into user_profiles (user_identity, native_language, formal_tone,"
                           " preserve_emotion, updated_at) values ('bare', null, null, null, 'infinity')"));

        QVERIFY(isSameRow(*find("bare"), profile("bare")));
    }

    void aViewHasNoVersionsButItsContent()
    {
        m_postgres.database().run(QStringLiteral("alter table user_profiles rename to people"));
        m_postgres.database().run(QStringLiteral("create view user_profiles as select * from people"));
        m_postgres.database().run(QStringLiteral("grant all on user_profiles to public"));
        m_repository.reset();
        m_postgres.connect();
        m_repository = std::make_unique<SqlProfileRepository>(
            m_postgres.pool()); // what the table is like is found out when connecting
        insert(profile("ana", "es"));

        const std::uint32_t before = versions({"ana"}).at(0);
        changeLanguage("ana", "fr");

        QVERIFY(before != 0);
        QVERIFY(versions({"ana"}).at(0) != before);
        QCOMPARE(find("ana")->rowVersion, versions({"ana"}).at(0));
    }

    void aRowWithoutValidIdentityIsLeftOut()
    {
        insert(profile("ana"));
        m_postgres.database().run(
            QStringLiteral("insert into user_profiles (user_identity) values (E'bad\\x01'), ('')"));

        const auto ids = await<std::vector<ProfileId>>([&](auto done) { repository().recentIds(10, done); });

        QVERIFY(ids);
        QCOMPARE(joined(*ids), std::string("ana"));
    }
};

int main(int argc, char **argv)
{
    return runInAllWays<TestPostgresProfileRepository>(argc, argv);
}
#include "tst_PostgresProfileRepository.moc"
