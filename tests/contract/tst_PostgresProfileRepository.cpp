// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/contract/ProfileRepositoryContract.h"
#include "tests/support/PrivatePgbouncer.h"
#include "tests/support/PrivatePostgres.h"

using namespace hearth;

namespace {

constexpr const char *urlVariable = "HEARTH_TEST_POSTGRES_URL";
constexpr const char *adminVariable = "HEARTH_TEST_POSTGRES_ADMIN_URL";

} // namespace

// A database of its own for every test, on the server that HEARTH_TEST_POSTGRES_URL names. Without one it fails:
// a test that is skipped where it matters proves nothing.
class TestPostgresProfileRepository final : public ProfileRepositoryContract
{
    Q_OBJECT

public:
    enum class Way { Direct, PlainQueries, ThroughPooler };
    explicit TestPostgresProfileRepository(Way way)
        : m_way(way)
    {
    }

private:
    void setUp() override
    {
        const QString given = qEnvironmentVariable(urlVariable);
        const QString admin = qEnvironmentVariable(adminVariable, given);
        m_database = std::make_unique<ScratchDatabase>(admin, QUrl(given).userName());
        m_url = otherDatabase(given, QUrl(m_database->url()).path().mid(1));
        if (m_way != Way::Direct)
            m_url = withOption(m_url, QStringLiteral("pooler=transaction"));
        if (m_pooler)
            m_url = m_pooler->through(m_url);
        setUpPool();
    }
    void setUpPool()
    {
        m_repository.reset();
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(m_url.toStdString());
        QVERIFY2(parsed, parsed ? "" : parsed.error().detail.c_str());
        m_pool = std::make_unique<SqlExecutorPool>(DatabaseOptions{*parsed}, m_clock);
        m_repository = std::make_unique<SqlProfileRepository>(*m_pool);
        QVERIFY(waitUntil([this] { return m_pool->status().state != DatabaseState::Connecting; }));
        QCOMPARE(m_pool->status().problem, std::string());
    }
    void tearDown() override
    {
        m_repository.reset();
        m_pool.reset();
        m_database.reset();
    }
    ProfileRepository &repository() override { return *m_repository; }
    void addVoice(const Voice &voice) override
    {
        const auto quoted = [](const std::string &text) {
            return u'\'' + QString::fromStdString(text).replace(u'\'', QLatin1String("''")) + u'\'';
        };
        m_database->run(
            QStringLiteral("insert into voice_avatars (voice_id, provider, name, gender, accent, description,"
                           " language) values (") +
            QStringList{quoted(voice.id), quoted(voice.provider), quoted(voice.name), quoted(voice.gender),
                        quoted(voice.accent), quoted(voice.description), quoted(voice.language)}
                .join(u',') +
            u')');
    }

    void changeLanguage(const std::string &identity, const std::string &code) override
    {
        m_database->run(QStringLiteral("update user_profiles set native_language = '%1' where user_identity = '%2'")
                            .arg(QString::fromStdString(code), QString::fromStdString(identity)));
    }

    const Way m_way;
    std::unique_ptr<PrivatePgbouncer> m_pooler;
    QString m_url;
    SystemClock m_clock;
    std::unique_ptr<ScratchDatabase> m_database;
    std::unique_ptr<SqlExecutorPool> m_pool;
    std::unique_ptr<SqlProfileRepository> m_repository;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(qEnvironmentVariableIsSet(urlVariable),
                 "HEARTH_TEST_POSTGRES_URL must name a PostgreSQL server; ./test starts one");
        if (m_way == Way::ThroughPooler)
            m_pooler = std::make_unique<PrivatePgbouncer>(qEnvironmentVariable(urlVariable));
    }
    void cleanupTestCase() { m_pooler.reset(); }

    void readingLeavesEveryRowAsItIs()
    {
        insert(profile("ana"));
        const QString state =
            QStringLiteral("select string_agg(user_identity || xmin::text || ctid::text, ',') from user_profiles");
        const QString before = m_database->run(state);

        find("ana");
        find("nobody");
        QVERIFY(await<std::vector<ProfileId>>([&](auto done) { repository().recentIds(5, done); }));
        QVERIFY(await<std::vector<Voice>>([&](auto done) { repository().voices(done); }));
        SqlExecutorPool another(DatabaseOptions{*DatabaseUrl::parse(m_database->url().toStdString())}, m_clock);
        QVERIFY(waitUntil([&] { return another.status().state == DatabaseState::Reachable; }));

        QCOMPARE(m_database->run(state), before);
        QCOMPARE(m_database->run(QStringLiteral("select count(*) from rooms")), QStringLiteral("0"));
        QCOMPARE(m_database->run(QStringLiteral("select count(*) from voice_avatars")), QStringLiteral("0"));
    }

    void nullsTakeTheirDefaults()
    {
        m_database->run(QStringLiteral("alter table user_profiles alter native_language drop not null"));
        m_database->run(QStringLiteral("insert into user_profiles (user_identity, native_language, formal_tone,"
                                       " preserve_emotion, updated_at) values ('bare', null, null, null, 'infinity')"));

        QVERIFY(isSameRow(*find("bare"), profile("bare")));
    }

    void aViewHasNoVersionsButItsContent()
    {
        m_database->run(QStringLiteral("alter table user_profiles rename to people"));
        m_database->run(QStringLiteral("create view user_profiles as select * from people"));
        m_database->run(QStringLiteral("grant all on user_profiles to public"));
        setUpPool(); // what the table is like is found out when connecting
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
        m_database->run(QStringLiteral("insert into user_profiles (user_identity) values (E'bad\\x01'), ('')"));

        const auto ids = await<std::vector<ProfileId>>([&](auto done) { repository().recentIds(10, done); });

        QVERIFY(ids);
        QCOMPARE(joined(*ids), std::string("ana"));
    }
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    int failed = 0;
    using Way = TestPostgresProfileRepository::Way;
    for (const Way way : {Way::Direct, Way::PlainQueries, Way::ThroughPooler}) {
        TestPostgresProfileRepository test(way);
        failed += QTest::qExec(&test, argc, argv);
    }
    return failed;
}
#include "tst_PostgresProfileRepository.moc"
