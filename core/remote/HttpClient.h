// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/node/Snapshots.h"
#include "core/remote/ClockSkew.h"
#include "core/remote/RemoteNode.h"

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QObject>
#include <QSslConfiguration>

#include <chrono>
#include <functional>
#include <string>

namespace hearth {

struct HttpRequest {
    const char *method = "GET";           // lives as long as the program
    std::string target;                   // percent-encoded: "/api/v1/node?…"
    std::string body = {};                // JSON; empty: none
    std::int64_t mostBytes = 1024 * 1024; // of the answer
};

// An answer of 2xx that is JSON.
struct HttpAnswer {
    int status = 0;
    QByteArray body;
    std::string cache; // X-Cache
    std::chrono::nanoseconds took{};
};

// What came of a request, and what that says of the node: Lost, when it was not reached; Refused, when it answers, but
// not us; Connected, when it answered, be it with an error.
template <class T>
struct Reply {
    Result<T> result;
    LinkState link = LinkState::Connected;
    std::chrono::milliseconds retryAfter{}; // zero: the node did not say
};

// Sends requests to one node.
//
// One thread only. Nothing blocks. Each request that is sent is answered once, from the event loop, in the end by its
// timeout; none once this is destroyed. See RemoteNode for what is never sent where.
class HttpClient : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(Reply<HttpAnswer>)>;
    // A request may take so many times the timeout, while something of its answer comes.
    static constexpr int longestInTimeouts = 6;

    explicit HttpClient(const RemoteNodeOptions &options, QObject *parent = nullptr);
    ~HttpClient() override;

    // What is wrong with the options; empty when nothing is. Then every request fails at once.
    const std::string &problem() const { return m_problem; }
    const std::string &shownUrl() const { return m_shownUrl; }
    std::chrono::milliseconds ahead() const { return m_skew.ahead(); }
    std::chrono::milliseconds timeout() const { return m_timeout; }

    void send(const HttpRequest &request, Done done);
    // From answers, by those who carry a request.
    void learnDate(WallTime date, WallTime asked, WallTime received) { m_skew.learn(date, asked, received); }
    // "http://h answered GET /api/v1/node", without what stands behind a question mark or names a user.
    std::string answeredText(const HttpRequest &request) const;

private:
    void readAuthority(const QString &file);
    QNetworkRequest networkRequest(const HttpRequest &request) const;

    const QUrl m_url;
    const std::string m_shownUrl;
    const QByteArray m_authorization; // empty: none is sent
    const std::chrono::milliseconds m_timeout;
    QSslConfiguration m_tls;
    std::string m_problem;
    ClockSkew m_skew;
    QNetworkAccessManager m_network;
};

} // namespace hearth
