// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/remote/CursorBook.h"
#include "core/remote/JobWatch.h"
#include "core/remote/NodeAsker.h"
#include "core/remote/NodeFollower.h"
#include "core/remote/RemoteNode.h"

#include <QPromise>

#include <functional>
#include <map>
#include <memory>

namespace hearth {

// What a RemoteNode is made of. For its own sources only.
struct RemoteNode::Parts {
    Parts(const RemoteNodeOptions &options, std::function<FollowWishes()> wishes);

    template <class T>
    using Promise = std::shared_ptr<QPromise<Result<T>>>;

    template <class T>
    static Promise<T> pending()
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        return promise;
    }
    template <class T>
    static void answer(const Promise<T> &promise, Result<T> result)
    {
        promise->addResult(std::move(result));
        promise->finish();
    }
    template <class T>
    static QFuture<Result<T>> answered(Result<T> result)
    {
        const Promise<T> promise = pending<T>();
        answer<T>(promise, std::move(result));
        return promise->future();
    }
    // Asks, reads, answers.
    template <class T>
    QFuture<Result<T>> asked(const HttpRequest &request, NodeAsker::Read<T> read)
    {
        const Promise<T> promise = pending<T>();
        asker.ask<T>(request, std::move(read),
                     [promise](Reply<T> reply) { answer<T>(promise, std::move(reply.result)); });
        return promise->future();
    }
    // The same, where it changes what is cached: lists that were begun before are not walked on.
    template <class T>
    QFuture<Result<T>> acted(const HttpRequest &request, NodeAsker::Read<T> read)
    {
        const Promise<T> promise = pending<T>();
        asker.ask<T>(request, std::move(read), [this, promise](Reply<T> reply) {
            cursors.clear();
            answer<T>(promise, std::move(reply.result));
        });
        return promise->future();
    }
    // For readers of documents without times.
    template <class T>
    static NodeAsker::Read<T> timeless(Result<T> (*read)(std::string_view))
    {
        return [read](std::string_view json, std::chrono::milliseconds /*ahead*/) { return read(json); };
    }

    const RemoteNodeOptions options;
    NodeAsker asker;
    NodeFollower follower;
    CursorBook cursors;
    std::map<std::uint64_t, std::unique_ptr<JobWatch>> jobs;

    NodeInfo info;
    NodeLink link;
    Stats stats;
    TrafficView traffic;
    bool hasNewInfo = false; // linkChanged() is to say so
};

} // namespace hearth
