// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/NodeConfig.h"
#include "core/server/ApiServerSettings.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <variant>

namespace hearth {

// Where to listen: an IP address without brackets, and a port; 0 is any.
struct ListenAddress {
    QString address = QStringLiteral("127.0.0.1");
    std::uint16_t port = 8080;

    bool isLoopback() const;
    // "127.0.0.1:8080", "[::1]:8080"
    QString text() const;
};
// Returns: InvalidArgument.
Result<ListenAddress> listenAddressFromText(const QString &text);

// What the command line and the settings ask of the program. Immutable value once read.
struct NodeOptions {
    NodeConfig config;
    ListenAddress listen;
    QString name;
    QString environment;
    bool usesSample = false;       // the embedded sample database
    bool allowsSimulation = false; // the simulated latency may be changed while it runs
    std::optional<TlsFiles> tls;   // they could be used; none: http
};

// The program ends before it began: what to say, and with which code. Code 0 goes to stdout.
struct NodeExit {
    int code = 0;
    QString text;
};

std::variant<NodeOptions, NodeExit> readNodeOptions(const QStringList &arguments);

// Where the embedded sample database is.
QString sampleDatabaseFile();

} // namespace hearth
