// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/RouteTable.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// Who may come in with which token. "who" is how the events name them: "operator/eve", "viewer".
struct ApiToken {
    ApiRole role = ApiRole::Viewer;
    std::string name; // "eve"; empty where none was given
    std::string token;
};

// PEM files to serve https with: the certificate and those behind it, and its private key.
struct TlsFiles {
    std::string certificate;
    std::string key;
};

// What a server holds its clients to.
struct ApiLimits {
    std::chrono::milliseconds handshake{10'000}; // of TLS
    std::chrono::milliseconds header{10'000};    // from the first byte of a request to the end of its header
    std::chrono::milliseconds body{30'000};      // from there to the end of its body
    std::chrono::milliseconds idle{15'000};      // between two requests
    std::chrono::milliseconds write{30'000};     // for an answer to be taken
    std::chrono::milliseconds answer{120'000};   // for an answer to be found
    std::chrono::milliseconds linger{2'000};     // what is still sent after the last answer is read and dropped
    std::chrono::milliseconds tick{500};         // how often these are looked at
    std::size_t headerBytes = 16 * 1024;
    std::size_t unsentBytes = 256 * 1024 * 1024; // of long answers that wait to be taken, in all; beyond that, 503
    std::size_t connections = 4'096;
    std::size_t connectionsOfUnknown = 64; // from one address that has not shown a token
    bool exemptsLoopback = true;           // from the line above
    std::size_t failuresPerMinute = 10;    // wrong tokens from one address
};

struct ApiServerSettings {
    std::string address = "127.0.0.1"; // an IP address, without brackets
    std::uint16_t port = 0;            // 0: any
    std::size_t threads = 1;           // I/O threads
    std::vector<ApiToken> tokens;      // none: open, everybody is an operator
    // Names accepted in Host and Origin, "name" or "name:port"; none: the loopback names and the listen address.
    std::vector<std::string> allowedHosts;
    std::optional<TlsFiles> tls; // none: http
    ApiLimits limits;
    // Told of everybody with a right token whose role may not; on an I/O thread, and must not wait. May be empty.
    std::function<void(const Route &route, const std::string &who)> forbidden;
};

} // namespace hearth
