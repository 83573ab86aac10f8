// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/node/Snapshots.h"

#include <QCommandLineOption>
#include <QCommandLineParser>
#include <QList>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What several verbs take, read and checked. Errors are InvalidArgument, with a sentence for people.
namespace hearth {

// --state, --language, --search
QList<QCommandLineOption> filterOptions();
bool hasFilter(const QCommandLineParser &parser);
Result<EntriesFilter> filterOf(const QCommandLineParser &parser);

QCommandLineOption yesOption();

// An option with a whole number. Returns: nullopt when it is not given.
Result<std::optional<std::uint64_t>> numberOf(const QCommandLineParser &parser, const char *option,
                                              std::uint64_t largest);

// The positional arguments as identities; at least one.
Result<std::vector<std::string>> identitiesOf(const QCommandLineParser &parser);
// Exactly one.
Result<std::string> identityOf(const QCommandLineParser &parser);
// None. Returns: a sentence when there are some.
Result<void> noArguments(const QCommandLineParser &parser);

std::string textOf(const QString &text);

} // namespace hearth
