// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/remote/HttpClient.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QNetworkReply>
#include <QPointer>
#include <QString>
#include <QTimer>

namespace hearth {

// One request and its answer: bounded in bytes and time, judged, answered once; then it deletes itself.
// A child of the client, whose end is its own, without an answer.
class HttpExchange : public QObject
{
    Q_OBJECT

public:
    HttpExchange(HttpClient &client, const HttpRequest &request, HttpClient::Done done);
    ~HttpExchange() override;

    void start(QNetworkReply *reply);

private:
    void takeBytes();
    void takeEnd();
    void timeOut();
    void restartTimer();
    void learnDate();
    Reply<HttpAnswer> judged();
    Reply<HttpAnswer> answered(int status);
    Reply<HttpAnswer> problemOf(int status) const;
    Reply<HttpAnswer> notReached() const;
    std::chrono::milliseconds retryAfter() const;
    std::string told(const std::string &ending) const { return m_client.answeredText(m_request) + ending; }
    Reply<HttpAnswer> unusable(const std::string &ending) const;
    void finish(Reply<HttpAnswer> reply);

    HttpClient &m_client;
    const HttpRequest m_request;
    HttpClient::Done m_done; // empty: it was answered
    QNetworkReply *m_reply = nullptr;
    QByteArray m_body;
    QString m_tlsProblem;
    QTimer m_timer;
    QElapsedTimer m_elapsed;
    WallTime m_askedAt{};
};

} // namespace hearth
