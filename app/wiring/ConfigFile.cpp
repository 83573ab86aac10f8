// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/ConfigFile.h"

#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>
#include <QStringList>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 largestFile = 1024 * 1024;

Error problem(ErrorCode code, const QString &sentence)
{
    return {code, sentence.toStdString()};
}

// A whole small file as text. Returns: NotFound, BadData
Result<QString> readText(const QString &path)
{
    QFile file(path);
    const QFileInfo info(path);
    if (!info.exists())
        return problem(ErrorCode::NotFound, u"there is no such file"_s);
    if (info.isDir())
        return problem(ErrorCode::BadData, u"it is a folder, allowed is a file"_s);
    if (!file.open(QIODevice::ReadOnly))
        return problem(ErrorCode::BadData, u"it cannot be read (%1)"_s.arg(file.errorString()));
    const QByteArray bytes = file.read(largestFile + 1);
    if (bytes.size() > largestFile)
        return problem(ErrorCode::BadData, u"it is larger than 1 MiB"_s);
    QStringDecoder decoder(QStringDecoder::Utf8);
    QString text = decoder(bytes);
    if (decoder.hasError() || text.contains(QChar(u'\0')))
        return problem(ErrorCode::BadData, u"it is not UTF-8 text"_s);
    return text;
}

QString unquoted(const QString &value)
{
    const bool quoted = value.size() >= 2 && value.startsWith(u'"') && value.endsWith(u'"');
    return quoted ? value.mid(1, value.size() - 2) : value;
}

} // namespace

Result<std::vector<ConfigLine>> readConfigFile(const QString &path)
{
    const auto text = readText(path);
    if (!text)
        return text.error();
    std::vector<ConfigLine> lines;
    int number = 0;
    for (const QString &raw : text->split(u'\n')) {
        ++number;
        const QString line = raw.trimmed();
        const bool section = line.startsWith(u'[') && line.endsWith(u']');
        if (line.isEmpty() || line.startsWith(u'#') || line.startsWith(u';') || section)
            continue;
        const qsizetype equals = line.indexOf(u'=');
        const QString key = line.left(equals).trimmed();
        if (equals < 0 || key.isEmpty())
            return problem(ErrorCode::BadData, u"line %1 is not of the form key = value"_s.arg(number));
        lines.push_back({key, unquoted(line.mid(equals + 1).trimmed()), number});
    }
    return lines;
}

Result<QString> readSecretFile(const QString &path)
{
    const auto text = readText(path);
    if (!text)
        return Error{ErrorCode::BadData, text.error().detail};
    QString secret = *text;
    if (secret.endsWith(u'\n'))
        secret.chop(1);
    if (secret.endsWith(u'\r'))
        secret.chop(1);
    if (secret.isEmpty())
        return problem(ErrorCode::BadData, u"it is empty"_s);
    return secret;
}

} // namespace hearth
