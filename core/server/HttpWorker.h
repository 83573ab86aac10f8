// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/server/ApiGate.h"
#include "core/server/ApiServer.h"
#include "core/server/ConnectionBook.h"
#include "core/server/TlsContext.h"

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>

// The inside of ApiServer: for its own sources only, because Asio compiles slowly.
namespace hearth {

namespace net = boost::asio;

// What all connections of a server share. Constant, or thread-safe.
struct HttpShared {
    HttpShared(const Clock &sharedClock, const ApiServerSettings &settings, ApiServer::Handler answers)
        : clock(sharedClock)
        , limits(settings.limits)
        , gate(sharedClock, settings)
        , book(settings.limits)
        , handler(std::move(answers))
    {
    }
    // What new connections are secured with. Returns: null, when they are not.
    std::shared_ptr<const TlsContext> tls() const
    {
        MutexLock lock(tlsMutex);
        return newestTls;
    }
    void setTls(std::shared_ptr<const TlsContext> context)
    {
        MutexLock lock(tlsMutex);
        newestTls.swap(context);
    }

    const Clock &clock;
    const ApiLimits limits;
    ApiGate gate;
    ConnectionBook book;
    const ApiServer::Handler handler;
    std::atomic<std::size_t> unsent = 0; // bytes of long answers
    mutable Mutex tlsMutex;
    std::shared_ptr<const TlsContext> newestTls HEARTH_GUARDED_BY(tlsMutex);
};

// A connection, as its worker sees it. Its worker's thread only.
class HttpConnection
{
public:
    virtual ~HttpConnection() = default;
    virtual void start() = 0;
    // Closes when a deadline is over.
    virtual void look(MonotonicTime now) = 0;
    // Closes if nothing is being answered.
    virtual void drain() = 0;
    virtual void close() = 0;
};

inline constexpr std::size_t mostStatuses = 600;

// An I/O thread and its connections. Everything is its own thread's, but post() and statuses.
class HttpWorker : public std::enable_shared_from_this<HttpWorker>
{
public:
    explicit HttpWorker(std::shared_ptr<HttpShared> shared);

    void start()
    {
        m_thread = std::thread([this] { context.run(); });
    }
    void join()
    {
        if (m_thread.joinable())
            m_thread.join();
    }
    // Any thread. What comes after close() is dropped, so that nothing waits in a context that nobody runs.
    template <class Task>
    void post(Task task)
    {
        MutexLock lock(m_mutex);
        if (!m_isClosed)
            net::post(context, std::move(task));
    }
    void close()
    {
        MutexLock lock(m_mutex);
        m_isClosed = true;
        m_guard.reset();
    }
    void tick();
    void drain();
    void stop();
    std::string nextRequestId();
    void count(unsigned status)
    {
        if (status < statuses.size())
            statuses[status].fetch_add(1, std::memory_order_relaxed);
    }

    const std::shared_ptr<HttpShared> shared;
    net::io_context context{1};
    std::unordered_set<std::shared_ptr<HttpConnection>> sessions;
    std::string date;
    bool isDraining = false;
    std::array<std::atomic<std::uint64_t>, mostStatuses> statuses{};

private:
    net::executor_work_guard<net::io_context::executor_type> m_guard;
    net::steady_timer m_timer;
    bool m_isStopping = false;
    std::uint64_t m_requests = 0;
    std::string m_requestPrefix;
    std::thread m_thread;
    Mutex m_mutex;
    bool m_isClosed HEARTH_GUARDED_BY(m_mutex) = false;
};

class HttpStream;

std::shared_ptr<HttpConnection> makeHttpSession(const std::shared_ptr<HttpWorker> &worker,
                                                std::unique_ptr<HttpStream> stream, const PeerAddress &peer);

} // namespace hearth
