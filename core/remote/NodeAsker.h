// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/remote/HttpClient.h"

#include <QMetaObject>
#include <QPointer>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hearth {

// Asks a node and reads what it answers: short answers at once, long ones on a thread of its own, so that reading a day
// of samples holds nobody up.
//
// One thread only; it answers there, once, and not at all once it is destroyed.
class NodeAsker : public QObject
{
    Q_OBJECT

public:
    template <class T>
    using Done = std::function<void(Reply<T>)>;
    template <class T>
    using Read = std::function<Result<T>(std::string_view json, std::chrono::milliseconds ahead)>;

    explicit NodeAsker(const RemoteNodeOptions &options, QObject *parent = nullptr);
    ~NodeAsker() override;

    const HttpClient &http() const { return m_http; }

    // read() is called on any thread and holds on to nothing of this object.
    template <class T>
    void ask(const HttpRequest &request, Read<T> read, Done<T> done);
    // The same, by somebody who also looks at the answer's headers.
    template <class T>
    void askAnswer(const HttpRequest &request,
                   std::function<Result<T>(const HttpAnswer &, std::chrono::milliseconds)> read, Done<T> done);

Q_SIGNALS:
    // What an answer, or none, says of the node; the problem is empty while it is Connected.
    void heard(hearth::LinkState link, const std::string &problem);

private:
    static constexpr qsizetype longestReadAtOnce = 64 * 1024; // bytes
    static Error unreadable(const std::string &answered, const Error &error);
    template <class T>
    void finish(Reply<T> reply, const Done<T> &done);

    HttpClient m_http;
    QThreadPool m_pool;
};

template <class T>
void NodeAsker::finish(Reply<T> reply, const Done<T> &done)
{
    const QPointer<NodeAsker> self(this);
    Q_EMIT heard(reply.link, reply.link == LinkState::Connected ? std::string() : reply.result.error().detail);
    if (self) // whoever heard it may have been the end of the node
        done(std::move(reply));
}

template <class T>
void NodeAsker::ask(const HttpRequest &request, Read<T> read, Done<T> done)
{
    const auto readBody = [read = std::move(read)](const HttpAnswer &answer, std::chrono::milliseconds ahead) {
        return read({answer.body.constData(), static_cast<std::size_t>(answer.body.size())}, ahead);
    };
    askAnswer<T>(request, readBody, std::move(done));
}

template <class T>
void NodeAsker::askAnswer(const HttpRequest &request,
                          std::function<Result<T>(const HttpAnswer &, std::chrono::milliseconds)> read, Done<T> done)
{
    const auto readAll = [read = std::move(read), answered = m_http.answeredText(request)](
                             const HttpAnswer &answer, std::chrono::milliseconds ahead) -> Reply<T> {
        Result<T> result = read(answer, ahead);
        if (!result)
            return {unreadable(answered, result.error()), LinkState::Refused, {}};
        return {std::move(result), LinkState::Connected, {}};
    };
    m_http.send(request, [this, readAll, done = std::move(done)](const Reply<HttpAnswer> &reply) {
        if (!reply.result)
            return finish<T>({reply.result.error(), reply.link, reply.retryAfter}, done);
        const std::chrono::milliseconds ahead = m_http.ahead();
        if (reply.result->body.size() <= longestReadAtOnce)
            return finish<T>(readAll(*reply.result, ahead), done);
        m_pool.start([this, readAll, done, answer = *reply.result, ahead] {
            // Shared, because a function that is queued must be copyable without copying a day of samples.
            const auto all = std::make_shared<Reply<T>>(readAll(answer, ahead));
            QMetaObject::invokeMethod(
                this, [this, done, all] { finish<T>(std::move(*all), done); }, Qt::QueuedConnection);
        });
    });
}

} // namespace hearth
