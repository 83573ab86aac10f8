// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLoggingCategory>
#include <QMutex>
#include <QStringList>

namespace hearth {

// Keeps the lines of the category hearth.cache, all levels, as "INFO Cached user profile for ana (30 min TTL)".
class LogRecorder
{
public:
    LogRecorder()
    {
        lines().clear();
        QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache=true"));
        m_previous = qInstallMessageHandler(&LogRecorder::record);
    }
    ~LogRecorder()
    {
        qInstallMessageHandler(m_previous);
        QLoggingCategory::setFilterRules(QString());
    }
    LogRecorder(const LogRecorder &) = delete;
    LogRecorder &operator=(const LogRecorder &) = delete;

    QStringList take() const { return std::exchange(lines(), {}); }

private:
    static QStringList &lines()
    {
        static QStringList all;
        return all;
    }
    static void record(QtMsgType type, const QMessageLogContext &context, const QString &text)
    {
        if (qstrcmp(context.category, "hearth.cache") != 0)
            return;
        const char *level = type == QtDebugMsg ? "DEBUG " : type == QtInfoMsg ? "INFO " : "WARNING ";
        lines() << QLatin1String(level) + text;
    }

    QtMessageHandler m_previous;
};

} // namespace hearth
