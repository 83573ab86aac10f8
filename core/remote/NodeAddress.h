// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>
#include <QUrl>

#include <string>
#include <string_view>

// Where a node is, and what may be sent there. Plain functions, thread-safe.
namespace hearth {

// Returns: empty, or a sentence: what is wrong with the address, or why a token may not go there.
std::string addressProblem(const QUrl &url, bool hasToken);
// By its name or its number; nothing is looked up.
bool isLoopbackHost(const QString &host);
// "https://eu-1.example.org": for people, never with a secret.
std::string shownAddress(const QUrl &url);
// The address of a route, which is percent-encoded: "/api/v1/node?…".
QUrl routeUrl(const QUrl &base, std::string_view target);

// A user's identity as a segment of a path.
// Returns: empty for "." and "..", which mean something else in a path, however they are written.
std::string identitySegment(const std::string &identity);

} // namespace hearth
