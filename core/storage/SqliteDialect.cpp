// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqliteDialect.h"

#include "core/base/Format.h"
#include "core/storage/SampleData.h"
#include "core/storage/SchemaScript.h"
#include "core/storage/SqlConnection.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace hearth {

namespace {

// SQLite's primary result codes that mean something of their own.
enum SqliteCode {
    Perm = 3,
    Busy = 5,
    Locked = 6,
    ReadOnly = 8,
    IoError = 10,
    Corrupt = 11,
    Full = 13,
    CantOpen = 14,
    Constraint = 19,
    NotADatabase = 26
};

std::string parentOf(const std::string &path)
{
    return std::filesystem::path(path).parent_path().string();
}

std::string systemMessage(int error)
{
    return std::generic_category().message(error);
}

// Makes the directory and those above it that are missing, for their owner only. Returns: errno, 0 when it is there.
int makeDirectory(const std::string &path)
{
    struct stat status {
    };
    if (path.empty() || ::stat(path.c_str(), &status) == 0)
        return path.empty() || S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    if (const int error = errno; error != ENOENT)
        return error;
    if (const int error = makeDirectory(parentOf(path)); error != 0)
        return error;
    return ::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST ? 0 : errno;
}

// Makes an empty file that only its owner may read, unless there is one. Returns: errno, 0 when it is there.
int makePrivateFile(const std::string &path)
{
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return errno == EEXIST ? 0 : errno;
    ::close(file);
    return 0;
}

SqlFailure unusable(std::string detail, std::string nextStep, ErrorCode code = ErrorCode::Unavailable)
{
    return {SqlFailureKind::Unusable, {code, std::move(detail)}, std::move(nextStep)};
}

} // namespace

SqliteDialect::SqliteDialect(const DatabaseOptions &options, const Clock &clock)
    : m_url(options.url)
    , m_timeout(options.timeout)
    , m_fillWithSamples(options.fillWithSamples)
    , m_clock(clock)
{
}

std::optional<SqlFailure> SqliteDialect::prepareStorage() const
{
    const std::string &file = m_url.filePath();
    const std::string directory = parentOf(file);
    if (m_fillWithSamples) {
        if (const int error = makeDirectory(directory); error != 0)
            return unusable("The directory " + directory + " cannot be made (" + systemMessage(error) + ").",
                            "Make it writable, or name another database with --database.");
        if (const int error = makePrivateFile(file); error != 0)
            return unusable("The database file " + file + " cannot be made (" + systemMessage(error) + ").",
                            "Make its directory writable, or name another database with --database.");
    }
    struct stat status {
    };
    if (::stat(directory.c_str(), &status) != 0)
        return unusable("The directory of the database file " + file + " is not there (" + systemMessage(errno) + ").",
                        "Make the directory, or correct the path in DATABASE_URL.");
    if (!S_ISDIR(status.st_mode))
        return unusable("The path of the database file " + file + " leads through something that is no directory.",
                        "Correct the path in DATABASE_URL.");
    if (::stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
        return unusable("The database file " + file + " is not a file.", "Correct the path in DATABASE_URL.");
    return std::nullopt;
}

void SqliteDialect::configure(QSqlDatabase &database) const
{
    // A locked file is waited for, but never so long that stopping would take its time.
    const auto patience = std::clamp(m_timeout / 2, std::chrono::milliseconds(10), std::chrono::milliseconds(1'000));
    database.setDatabaseName(QString::fromStdString(m_url.filePath()));
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(patience.count()));
}

QStringList SqliteDialect::sessionSetup() const
{
    return {QStringLiteral("pragma journal_mode = wal"), QStringLiteral("pragma synchronous = normal"),
            QStringLiteral("pragma foreign_keys = on")};
}

std::optional<SqlFailure> SqliteDialect::makeReady(SqlConnection &connection, bool createMissing,
                                                   DatabaseAccess &access) const
{
    if (createMissing) {
        if (auto failure = createTables(connection))
            return failure;
    }
    if (createMissing && m_fillWithSamples) {
        if (Result<void> filled = fillWithSampleData(connection, m_clock.wallNow()); !filled)
            return connection.lastFailure().value_or(SqlFailure{SqlFailureKind::Unusable, filled.error(), {}});
    }
    if (::access(m_url.filePath().c_str(), W_OK) != 0)
        access.notice = "The database file may only be read: default profiles are cached, not stored.";
    return std::nullopt;
}

std::optional<SqlFailure> SqliteDialect::createTables(SqlConnection &connection) const
{
    const Result<SqlRows> present =
        connection.execute(QStringLiteral("select name from sqlite_master where type in ('table', 'view')"));
    if (!present)
        return connection.lastFailure();
    std::vector<std::string> names;
    for (std::size_t row = 0; row < present->size(); ++row)
        names.push_back(present->text(row, 0).value_or(""));
    for (const TableScript &script : schemaScript(DatabaseKind::Sqlite)) {
        const std::string table = script.table.toStdString();
        if (std::find(names.begin(), names.end(), table) != names.end())
            continue;
        const bool isNeeded = table == "user_profiles";
        if (!connection.execute(script.statement) && isNeeded)
            return connection.lastFailure();
    }
    connection.clearFailure();
    return std::nullopt;
}

SqlFailure SqliteDialect::openFailure(const QString &text, const QString &code) const
{
    return failure(text, code, true);
}

SqlFailure SqliteDialect::hangFailure() const
{
    return {SqlFailureKind::Lost,
            {ErrorCode::Unavailable, "The database file " + m_url.filePath() + " could not be read in time."},
            "Check the disk and the file."};
}

SqlFailure SqliteDialect::queryFailure(const QString &text, const QString &code, bool) const
{
    return failure(text, code, false);
}

SqlFailure SqliteDialect::failure(const QString &text, const QString &code, bool isOpening) const
{
    const std::string file = m_url.filePath();
    const std::string message = text.trimmed().toStdString();
    static const QRegularExpression missing(QStringLiteral("no such (table|column): (\\S+)"));
    if (const auto match = missing.match(text); match.hasMatch()) {
        return unusable("The " + match.captured(1).toStdString() + ' ' + match.captured(2).toStdString() +
                            " is missing in the database file " + file + ".",
                        "Compare it with resources/schema/sqlite.sql, or name another file in DATABASE_URL.",
                        ErrorCode::SchemaMismatch);
    }
    switch (code.toInt() & 0xff) {
    case NotADatabase:
        return unusable("The file " + file + " is not an SQLite database.",
                        "Name another file in DATABASE_URL, or move this one away.");
    case Corrupt:
        return unusable("The database file " + file + " is damaged (" + message + ").",
                        "Restore it from a backup, or move it away.");
    case CantOpen:
    case Perm:
        return unusable("The database file " + file + " cannot be opened (" + message + ").",
                        "Check the path in DATABASE_URL, and that file and directory may be read and written.");
    case IoError:
        return {SqlFailureKind::Lost,
                {ErrorCode::Unavailable, "The database file " + file + " cannot be read (" + message + ")."},
                "Check the disk and the file."};
    case Full:
        return {SqlFailureKind::Other, {ErrorCode::Unavailable, "The disk of " + file + " is full."}, "Make room."};
    case ReadOnly:
        return {SqlFailureKind::Denied,
                {ErrorCode::PermissionDenied, "The database file " + file + " may only be read."},
                "Make file and directory writable."};
    case Busy:
    case Locked:
        return {SqlFailureKind::Timeout,
                {ErrorCode::Timeout, "The database file " + file + " is locked by another program."},
                "Wait until it is done, or close it."};
    case Constraint:
        return {
            SqlFailureKind::Other, {ErrorCode::BadData, "The database did not take a value (" + message + ")."}, {}};
    default:
        break;
    }
    if (isOpening)
        return unusable("The database file " + file + " cannot be opened (" + message + ").",
                        "Check the path in DATABASE_URL.");
    return {SqlFailureKind::Other, {ErrorCode::Internal, "The database refused a statement (" + message + ")."}, {}};
}

QString SqliteDialect::epochMilliseconds(const QString &column) const
{
    // 2440587.5 is 1970 as a Julian day; what is no time becomes null.
    return QStringLiteral("cast(round((julianday(%1) - 2440587.5) * 86400000.0) as integer)").arg(column);
}

QString SqliteDialect::timeFromEpochMilliseconds() const
{
    return QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch')");
}

QString SqliteDialect::currentTime() const
{
    return QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
}

QString SqliteDialect::isOneOf(const QString &column) const
{
    return column + QLatin1String(" in (select value from json_each(?))");
}

QVariant SqliteDialect::listValue(const std::vector<ProfileId> &ids) const
{
    QJsonArray list;
    for (const ProfileId &id : ids)
        list.append(QString::fromStdString(id.text()));
    return QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact));
}

} // namespace hearth
