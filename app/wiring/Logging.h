// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/NodeConfig.h"
#include "core/base/Clock.h"

#include <QByteArray>
#include <QString>
#include <QtGlobal>

namespace hearth {

// From here on every qDebug(), qCInfo() … of the process is one line on stderr: the categories "hearth.*" and the
// unnamed one from this level on, those of Qt and of others from warnings on. The environment's QT_LOGGING_RULES go
// before that. Call it once, in main, before the first thread.
void installLogging(LogLevel level, LogFormat format);

// One record as it is written, line break included. Thread-safe.
//   text  2026-11-22T10:33:20.120Z INFO  Cached user profile for john_doe (30 min TTL)
//   json  {"category":"hearth.cache","level":"info","message":"Cached …","time":"2026-11-22T10:33:20.120Z"}
// Line breaks, control and bidirectional characters in the message are escaped: one record is one line, and a name in
// it can neither forge another nor reorder this one.
QByteArray logLine(LogFormat format, WallTime time, QtMsgType type, const QString &category, const QString &message);

// QLoggingCategory filter rules for a level.
QString loggingRules(LogLevel level);

} // namespace hearth
