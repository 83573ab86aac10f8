// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/contract/ProfileRepositoryContract.h"

#include <QTemporaryDir>

using namespace hearth;

// A file of its own for every test.
class TestSqliteProfileRepository final : public ProfileRepositoryContract
{
    Q_OBJECT

    void setUp() override
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_pool = std::make_unique<SqlExecutorPool>(
            DatabaseOptions{DatabaseUrl::sqliteFile(m_directory->filePath(QStringLiteral("hearth.db")).toStdString())},
            m_clock);
        m_repository = std::make_unique<SqlProfileRepository>(*m_pool);
    }
    void tearDown() override
    {
        m_repository.reset();
        m_pool.reset();
        m_directory.reset();
    }
    ProfileRepository &repository() override { return *m_repository; }
    void addVoice(const Voice &voice) override;
    void changeLanguage(const std::string &identity, const std::string &code) override;
    void execute(const QString &sql, const QVariantList &values);

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<SqlExecutorPool> m_pool;
    std::unique_ptr<SqlProfileRepository> m_repository;
};

void TestSqliteProfileRepository::addVoice(const Voice &voice)
{
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    execute(QStringLiteral("insert into voice_avatars (voice_id, provider, name, gender, accent, description,"
                           " language) values (?, ?, ?, ?, ?, ?, ?)"),
            {text(voice.id), text(voice.provider), text(voice.name), text(voice.gender), text(voice.accent),
             text(voice.description), text(voice.language)});
}

void TestSqliteProfileRepository::changeLanguage(const std::string &identity, const std::string &code)
{
    execute(QStringLiteral("update user_profiles set native_language = ? where user_identity = ?"),
            {QString::fromStdString(code), QString::fromStdString(identity)});
}

void TestSqliteProfileRepository::execute(const QString &sql, const QVariantList &values)
{
    const auto done = await<bool>([&](auto answer) {
        m_pool->run<bool>(
            SqlRepeat::Never,
            [sql, values](SqlConnection &connection) -> Result<bool> {
                const auto rows = connection.query(sql, values);
                return rows ? Result<bool>(true) : rows.error();
            },
            [answer](Result<bool> result, const QueryTiming &) { answer(std::move(result)); });
    });
    QVERIFY2(done, done ? "" : done.error().detail.c_str());
}

QTEST_GUILESS_MAIN(TestSqliteProfileRepository)
#include "tst_SqliteProfileRepository.moc"
