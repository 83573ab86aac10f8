// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/ThreadNumber.h"
#include "core/node/NodeClient.h"
#include "core/node/OnAnswer.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/server/Answers.h"
#include "core/server/ApiExchange.h"
#include "core/server/ApiServices.h"

#include <QMetaObject>
#include <QObject>
#include <QThreadPool>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace hearth {

// What somebody wants done, as the audit names it.
struct Act {
    EventKind kind = EventKind::Settings;
    std::string who;
    std::string user;   // empty: about none, or many
    std::string target; // empty: about a user, or nothing in particular
};

// What all routes share: the services, the node behind them, and the threads that answer what takes longer than an I/O
// thread has.
//
// Construct, stop and destroy it on the node's thread. Its other functions may be called on any.
class RouteContext : public QObject
{
    Q_OBJECT

public:
    explicit RouteContext(ApiServices services, QObject *parent = nullptr);
    // Returns when nothing runs in the background; what waits for the node is dropped. To be called when nobody asks
    // any more, before those who asked are destroyed.
    void stop();

    const ApiServices &services() const { return m_services; }
    const NodeInfo &info() const { return m_info; }
    // The catalogue of voices that is valid now, without a lock: each thread looks for a newer one once a second.
    std::shared_ptr<const VoiceCatalog> voices();

    // Runs the work on a thread of the pool.
    template <class Work>
    void inBackground(Work work)
    {
        m_pool.start(std::move(work));
    }
    // Runs it on the node's thread.
    template <class Work>
    void onNodeThread(Work work)
    {
        QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection);
    }
    // Asks the node on its thread, answers with what write(*result) makes of it, or with the error's problem.
    template <class T, class Ask, class Write>
    void ask(const ApiRespond &respond, Ask askNode, Write write)
    {
        onNodeThread([this, respond, askNode = std::move(askNode), write = std::move(write)] {
            const QFuture<Result<T>> future = askNode(m_services.node);
            onAnswer(future, this, [this, respond, write, future](const Result<T> &result) {
                if (!result)
                    return respond(problemResponse(result.error()));
                // What is long to write is not written on the node's thread; the future holds it without a copy.
                m_pool.start([respond, write, future] { respond(write(*future.resultAt(0))); });
            });
        });
    }
    // The same for what changes something, in that name. What fails is an event; what succeeds is one of whoever did
    // it.
    template <class T, class Ask, class Write>
    void act(const ApiRespond &respond, const Act &act, Ask askNode, Write write)
    {
        onNodeThread([this, respond, act, askNode = std::move(askNode), write = std::move(write)] {
            m_services.node.setActor(act.who);
            const QFuture<Result<T>> future = askNode(m_services.node);
            onAnswer(future, this, [this, respond, act, write, future](const Result<T> &result) {
                if (!result)
                    return respond(failed(act, result.error()));
                m_pool.start([respond, write, future] { respond(write(*future.resultAt(0))); });
            });
        });
    }
    // Notes that it failed, or was refused. Returns: the answer to that; 422 for what is not allowed.
    ApiResponse failed(const Act &act, const Error &error);
    // Notes it.
    void note(const Act &act, EventResult result, std::uint64_t count, std::string detail = {});

private:
    struct alignas(64) VoicesOfThread {
        std::shared_ptr<const VoiceCatalog> catalog;
        MonotonicTime validUntil{};
    };

    const ApiServices m_services;
    const NodeInfo m_info;
    std::array<VoicesOfThread, sharedThreadNumber> m_voices;
    QThreadPool m_pool;
};

} // namespace hearth
