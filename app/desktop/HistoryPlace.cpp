// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/HistoryPlace.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QStandardPaths>
#include <QStringList>

namespace hearth {

namespace {

constexpr int digits = 32;

// What the address leaves open, libpq takes from the environment.
QString orFromEnvironment(const std::string &part, const char *variable)
{
    return part.empty() ? qEnvironmentVariable(variable) : QString::fromStdString(part);
}

QStringList identityOf(const DatabaseUrl &database)
{
    const QString kind = QString::fromStdString(database.kindName());
    if (database.isSqlite()) {
        const QFileInfo file(QString::fromStdString(database.filePath()));
        const QString folder = QFileInfo(file.absolutePath()).canonicalFilePath(); // the file itself may come later
        return {kind, folder.isEmpty() ? file.absolutePath() : folder, file.fileName()};
    }
    return {kind, orFromEnvironment(database.host(), "PGHOST").toLower(), QString::number(database.port()),
            orFromEnvironment(database.user(), "PGUSER"), orFromEnvironment(database.database(), "PGDATABASE")};
}

} // namespace

QString historyFileOf(const DatabaseUrl &database)
{
    const QByteArray identity = identityOf(database).join(QChar(u'\0')).toUtf8();
    const QByteArray hash = QCryptographicHash::hash(identity, QCryptographicHash::Sha256).toHex().left(digits);
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/history/") +
           QString::fromLatin1(hash) + QStringLiteral(".hearth-history");
}

} // namespace hearth
