// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/Logging.h"

#include "core/profiles/ProfileJson.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>

#include <atomic>
#include <unistd.h>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

std::atomic<LogFormat> installedFormat{LogFormat::Text};

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    default:
        return LogLevel::Error;
    }
}

const char *word(LogLevel level)
{
    constexpr const char *words[] = {"debug", "info", "warning", "error"};
    return words[static_cast<std::size_t>(level)];
}

// Of equal width, so that messages stand below each other.
const char *paddedWord(LogLevel level)
{
    constexpr const char *words[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};
    return words[static_cast<std::size_t>(level)];
}

bool isOurs(const QString &category)
{
    return category.isEmpty() || category == u"default" || category == u"hearth" || category.startsWith(u"hearth.");
}

// Whether a character could break, hide or reorder the line it stands in.
bool mustBeEscaped(QChar c)
{
    return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
           c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph;
}

QString escaped(const QString &message)
{
    QString text;
    text.reserve(message.size());
    for (const QChar c : message) {
        if (c == u'\n')
            text += u"\\n"_s;
        else if (c == u'\r')
            text += u"\\r"_s;
        else if (c == u'\t')
            text += u"\\t"_s;
        else if (mustBeEscaped(c))
            text += u"\\u%1"_s.arg(c.unicode(), 4, 16, QChar(u'0'));
        else
            text += c;
    }
    return text;
}

WallTime wallNow()
{
    return SystemClock().wallNow();
}

// In one call, so that lines of several threads do not mix. A log that cannot be written stops nothing.
void writeLine(const QByteArray &line)
{
    qsizetype written = 0;
    while (written < line.size()) {
        const auto count =
            ::write(STDERR_FILENO, line.constData() + written, static_cast<std::size_t>(line.size() - written));
        if (count <= 0)
            return;
        written += count;
    }
}

void handleMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const QString category = context.category ? QString::fromUtf8(context.category) : QString();
    writeLine(logLine(installedFormat, wallNow(), type, category, message));
}

} // namespace

QByteArray logLine(LogFormat format, WallTime time, QtMsgType type, const QString &category, const QString &message)
{
    const LogLevel level = levelOf(type);
    const QString stamp = QString::fromStdString(toRfc3339(time));
    const QString text = escaped(message);
    if (format == LogFormat::Json) {
        const QJsonObject record{{u"time"_s, stamp},
                                 {u"level"_s, QLatin1StringView(word(level))},
                                 {u"category"_s, category},
                                 {u"message"_s, text}};
        return QJsonDocument(record).toJson(QJsonDocument::Compact) + '\n';
    }
    const QString prefix = isOurs(category) ? QString() : category + u": "_s;
    return u"%1 %2 %3%4\n"_s.arg(stamp, QLatin1StringView(paddedWord(level)), prefix, text).toUtf8();
}

QString loggingRules(LogLevel level)
{
    QString rules = u"*.debug=false\n*.info=false\n"_s;
    const std::pair<LogLevel, const char *> types[] = {
        {LogLevel::Debug, "debug"}, {LogLevel::Info, "info"}, {LogLevel::Warning, "warning"}};
    for (const auto &[type, name] : types) {
        for (const char *category : {"default", "hearth", "hearth.*"})
            rules += u"%1.%2=%3\n"_s.arg(QLatin1StringView(category), QLatin1StringView(name),
                                         type >= level ? u"true"_s : u"false"_s);
    }
    return rules;
}

void installLogging(LogLevel level, LogFormat format)
{
    installedFormat = format;
    QLoggingCategory::setFilterRules(loggingRules(level));
    qInstallMessageHandler(handleMessage);
}

} // namespace hearth
