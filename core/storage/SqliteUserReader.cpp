// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqliteUserReader.h"

#include "core/storage/ProfilePortion.h"
#include "core/storage/ProfileRows.h"
#include "core/storage/UserStatements.h"
#include "core/storage/WakeUp.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <atomic>

namespace hearth {

namespace {

using SteadyClock = std::chrono::steady_clock;

// SQLite waits so long for a locked file; then we look whether we were stopped.
constexpr auto patienceOption = "QSQLITE_BUSY_TIMEOUT=50";

QString nextConnectionName()
{
    static std::atomic<unsigned> counter = 0;
    return QStringLiteral("hearth-users-%1").arg(++counter);
}

SqlRows rowOf(const QSqlQuery &query, std::size_t columns)
{
    SqlRows row(columns);
    for (std::size_t column = 0; column < columns; ++column)
        row.append(query.value(int(column)));
    return row;
}

} // namespace

SqliteUserReader::SqliteUserReader(const DatabaseOptions &options, const Clock &clock, const WakeUp &wakeUp,
                                   WasStopped wasStopped)
    : m_options(options)
    , m_dialect(options, clock)
    , m_wakeUp(wakeUp)
    , m_wasStopped(std::move(wasStopped))
{
}

Result<void> SqliteUserReader::open()
{
    if (isConnected())
        return {};
    if (const auto failure = m_dialect.prepareStorage())
        return failure->error;
    m_name = nextConnectionName();
    std::optional<Error> error;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(m_dialect.driverName(), m_name);
        m_dialect.configure(database);
        database.setConnectOptions(QString::fromLatin1(patienceOption));
        if (!database.open())
            error = m_dialect.openFailure(database.lastError().databaseText(), database.lastError().nativeErrorCode())
                        .error;
    }
    if (!error)
        return {};
    close();
    return *error;
}

void SqliteUserReader::close()
{
    if (m_name.isEmpty())
        return;
    QSqlDatabase::database(m_name, false).close();
    QSqlDatabase::removeDatabase(m_name);
    m_name.clear();
}

Error SqliteUserReader::failed(const QSqlQuery &query) const
{
    const QSqlError error = query.lastError();
    return m_dialect.queryFailure(error.databaseText(), error.nativeErrorCode(), false).error;
}

Result<void> SqliteUserReader::start(QSqlQuery &query, const UserSelection &selection, const QString &columns)
{
    query.setForwardOnly(true);
    const UserGroupWords words{{}, QStringLiteral("?"), QStringLiteral("?")};
    const QString statement =
        QStringLiteral("select ") + columns + fromUserGroup(selection.group, words) + newestUsers(words);
    const auto until = SteadyClock::now() + m_options.timeout;
    for (;;) {
        bool isStarted = query.prepare(statement);
        if (isStarted) {
            if (const auto *speakers = std::get_if<SpeakersOf>(&selection.group))
                query.addBindValue(QString::fromStdString(speakers->languageCode));
            query.addBindValue(qlonglong(effectiveLimit(selection)));
            isStarted = query.exec();
        }
        if (isStarted)
            return {};
        Error error = failed(query);
        if (error.code != ErrorCode::Timeout || SteadyClock::now() >= until)
            return error;
        if (m_wakeUp.wait(SteadyClock::now()) && m_wasStopped())
            return Error{ErrorCode::Cancelled, "It was stopped."};
    }
}

Result<std::uint64_t> SqliteUserReader::count(const UserSelection &selection)
{
    UserReading nobody;
    nobody.begin = [] { return true; };
    nobody.ids = [](const auto &) { return true; };
    return read(selection, nobody);
}

Result<std::uint64_t> SqliteUserReader::read(const UserSelection &selection, const UserReading &reading)
{
    if (Result<void> opened = open(); !opened)
        return opened.error();
    const std::size_t columnCount = reading.ids ? 1U : std::size_t(ProfileColumnCount);
    QString columns = QStringLiteral("user_identity");
    if (!reading.ids)
        columns +=
            QStringLiteral(", native_language, voice_avatar_id, voice_provider, formal_tone, preserve_emotion, ") +
            m_dialect.epochMilliseconds(QStringLiteral("updated_at")) + QStringLiteral(", 0");
    if (!reading.begin())
        return Error{ErrorCode::Cancelled, "It was stopped."};
    QSqlQuery query(QSqlDatabase::database(m_name, false));
    if (Result<void> started = start(query, selection, columns); !started)
        return started.error();
    ProfilePortion portion(reading);
    bool goesOn = true;
    while (goesOn && query.next()) {
        const SqlRows row = rowOf(query, columnCount);
        if (reading.ids) {
            Result<ProfileId> id = ProfileId::parse(row.text(0, IdentityColumn).value_or(""));
            goesOn = !id || portion.add(*std::move(id));
        } else {
            Result<Profile> profile = profileOf(row, 0);
            goesOn = !profile || portion.add(*std::move(profile));
        }
    }
    if (goesOn && query.lastError().isValid())
        return failed(query);
    if (!goesOn || !portion.flush())
        return Error{ErrorCode::Cancelled, "It was stopped."};
    return portion.given();
}

} // namespace hearth
