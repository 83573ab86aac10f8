// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/LocalNode.h"
#include "tests/core/service/ServiceFixture.h"
#include "tests/support/FakeUserSource.h"

#include <QSignalSpy>
#include <QThread>
#include <QtTest>

#include <memory>

namespace hearth {

using namespace std::chrono_literals;

// A node whose services live on a thread of their own, as in the program; the test is the GUI thread.
struct NodeFixture : ServiceFixture {
    NodeFixture()
        : cleanup(clock, cache, events, 600s)
        , warmUp(clock, cache, repository, source, service, events)
        , sampler(clock, cache, service, cleanup, history, events, [this] { return database; })
        , traffic(clock, service, repository, events)
    {
        for (QObject *object : std::initializer_list<QObject *>{&cleanup, &warmUp, &sampler, &traffic})
            object->moveToThread(&thread);
        thread.start();
        node = anotherNode();
    }
    ~NodeFixture()
    {
        node.reset();
        onServiceThread([this] { traffic.stop({}); });
        service.stop();
        thread.quit();
        thread.wait();
    }

    std::unique_ptr<LocalNode> anotherNode() { return anotherNode(history); }
    std::unique_ptr<LocalNode> anotherNode(SampleHistory &itsHistory)
    {
        const LocalNodeServices services{clock,  cache,   texts,   service, undo,       cleanup,
                                         warmUp, sampler, traffic, events,  itsHistory, voices};
        return std::make_unique<LocalNode>(NodeInfo(), services, TrafficSettings{.users = 3});
    }
    void addUsers(int count)
    {
        for (int i = 0; i < count; ++i)
            addUser("user-" + std::to_string(i));
    }
    void addUser(const std::string &user)
    {
        repository.add(profileOf(user));
        source.add(profileOf(user));
    }
    void onServiceThread(const std::function<void()> &work)
    {
        QMetaObject::invokeMethod(&sampler, work, Qt::BlockingQueuedConnection);
    }
    void sampleNow()
    {
        onServiceThread([this] { sampler.sampleNow(); });
    }

    DatabaseStatus database;
    FakeUserSource source{&clock};
    SampleHistory history;
    VoiceDirectory voices;
    ExpiryUndo undo{clock, cache, events};
    QThread thread;
    CleanupService cleanup;
    WarmUp warmUp;
    StatsSampler sampler;
    TrafficGenerator traffic;
    std::unique_ptr<LocalNode> node;
};

template <class T>
Result<T> await(const QFuture<Result<T>> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 20'000) || future.resultCount() == 0)
        return Error{ErrorCode::Internal, "the future was not answered"};
    return future.result();
}

inline WarmStatus lastStatus(const QSignalSpy &progress)
{
    return progress.isEmpty() ? WarmStatus{} : progress.last().first().value<WarmStatus>();
}

} // namespace hearth
