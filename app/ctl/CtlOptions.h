// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/NodeConfig.h"

#include <QCommandLineParser>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <memory>
#include <variant>

namespace hearth {

struct Verb;

inline constexpr int exitDone = 0;
inline constexpr int exitFailed = 1;
inline constexpr int exitWrongUsage = 2;
inline constexpr int exitUnreachable = 69;
inline constexpr int exitWrongSetting = 78;

// What every verb has in common. Immutable value once read.
struct CtlOptions {
    NodeConfig config;
    QUrl node{QStringLiteral("http://127.0.0.1:8080")};
    std::chrono::milliseconds timeout{10'000}; // of one answer of a node
    bool isEmbedded = false;                   // a core of its own instead of a node
    bool usesSample = false;                   // over the embedded sample database
    bool asJson = false;
    bool inUtc = false;
};

// A verb, and what it was given.
struct Invocation {
    const Verb *verb = nullptr;
    CtlOptions options;
    std::unique_ptr<QCommandLineParser> arguments; // the verb's own options and positional arguments
};

// The program ends before it began: what to say, and with which code. Code 0 goes to stdout.
struct CtlExit {
    int code = 0;
    QString text;
};

// Needs a QCoreApplication.
std::variant<Invocation, CtlExit> readInvocation(const QStringList &arguments);

// Where the embedded sample database of this person's programs is.
QString sampleDatabaseFile();

} // namespace hearth
