// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/service/ProfileService.h"
#include "core/storage/DatabaseUrl.h"

#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

class QCommandLineParser;

namespace hearth {

enum class LogLevel { Debug, Info, Warning, Error };
enum class LogFormat { Text, Json };

// Who may do what with a token; enforced by the node.
enum class Role { Viewer, Support, Service, Operator };

struct NodeToken {
    Role role = Role::Viewer;
    QString name; // "ana" in "support/ana:…"; empty where none was given
    QString token;
};

// All settings of the programs, validated. Immutable value once read.
// Texts are empty, lists without members, where nothing was set.
struct NodeConfig {
    std::chrono::seconds ttl{1800};
    std::chrono::seconds cleanupInterval{600};
    std::size_t maxEntries = 1'000'000;
    std::size_t maxBytes = 0; // 0: no bound
    std::chrono::seconds staleGrace{3600};
    std::chrono::seconds staleRetry{5};
    std::chrono::seconds negativeTtl{5}; // 0: unknown users are not remembered
    double refreshAhead = 0;             // share of the TTL, 0-0.9; 0: off
    unsigned recheckQueries = 10;        // a second; 0: off

    std::optional<DatabaseUrl> databaseUrl; // none: the program's own default
    std::size_t databasePoolSize = 4;
    std::chrono::milliseconds databaseTimeout{5000};
    std::size_t databaseQueue = 10'000;
    DefaultProfiles defaultProfiles = DefaultProfiles::Store;
    std::chrono::milliseconds simulatedLatency{0};

    QString livekitUrl;
    QString livekitApiKey;
    QString livekitApiSecret;

    std::vector<NodeToken> tokens; // none: open
    QStringList allowedHosts;      // none: the loopback names and the listen address
    QString tlsCertificateFile;
    QString tlsKeyFile;
    QString clientToken;
    QString caFile;

    LogLevel logLevel = LogLevel::Info;
    LogFormat logFormat = LogFormat::Text;
};

// Where settings come from. Later ones win: default, file, environment, command line.
struct ConfigSources {
    std::vector<std::pair<QString, QString>> commandLine; // option name without dashes → value
    QProcessEnvironment environment;
    QString configFile;              // empty: none
    bool configFileRequired = false; // it was named by a person: then it must be there
};

// Reads and checks everything; nothing is half applied.
// Returns: BadData when a setting is wrong (exit 78), InvalidArgument when a secret stands on the command line (exit
// 2). The detail is one line: the setting as the person wrote it, its value (never a secret's), what is allowed.
Result<NodeConfig> readNodeConfig(const ConfigSources &sources);

// The exit code that belongs to such an error: 78 or 2.
int exitCodeFor(const Error &error);

// Declares --config and an option for every setting, with unit, range and default in its help.
// --database is another name of --database-url.
void addSettings(QCommandLineParser &parser);
// What was given: command line from the parser, the environment of this process, the file of --config or else this one.
ConfigSources settingsSources(const QCommandLineParser &parser, const QString &defaultConfigFile);

// "~/.config/hearth/hearth.conf", as XDG_CONFIG_HOME says; hearthd has its own, /etc/hearth/hearthd.conf.
QString userConfigFile(const QProcessEnvironment &environment);

// All settings by their environment names, in the order of the manual.
QStringList settingNames();

} // namespace hearth
