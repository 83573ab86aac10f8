// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <limits>
#include <list>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace hearth {

// A network between a client and a server of 127.0.0.1 that does what the test says: delay, silence, cut, refuse,
// garbage, half an answer. Clients connect to port(). Thread-safe.
class FaultProxy
{
public:
    explicit FaultProxy(int serverPort)
        : m_serverPort(serverPort)
        , m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        MutexLock lock(m_mutex);
        listenLocked();
        m_thread = std::thread([this] { run(); });
    }
    ~FaultProxy()
    {
        change([this]() HEARTH_REQUIRES(m_mutex) { m_isStopping = true; });
        m_thread.join();
        ::close(m_wake);
    }
    FaultProxy(const FaultProxy &) = delete;
    FaultProxy &operator=(const FaultProxy &) = delete;

    int port() const { return m_port; }

    // Bytes arrive so much later, in each direction; those that are on their way arrive as they were to.
    void delay(std::chrono::milliseconds oneWay)
    {
        change([&]() HEARTH_REQUIRES(m_mutex) { m_delay = oneWay; });
    }
    // From now on nothing arrives any more, in either direction, and nobody is told: a network that went away.
    void silence()
    {
        change([this]() HEARTH_REQUIRES(m_mutex) { m_isSilent = true; });
    }
    // Ends the silence: what was sent meanwhile arrives.
    void speak()
    {
        change([this]() HEARTH_REQUIRES(m_mutex) { m_isSilent = false; });
    }
    // The same for the connections that stand now, for good; new ones are served: a firewall that forgot them.
    void forget()
    {
        change([this]() HEARTH_REQUIRES(m_mutex) {
            for (Pair &pair : m_pairs)
                pair.isForgotten = true;
        });
    }
    // Ends every connection; new ones are taken.
    void cut()
    {
        change([this]() HEARTH_REQUIRES(m_mutex) { m_pairs.clear(); });
    }
    // Nobody listens any more: connections are refused; those that stand are cut.
    void refuse()
    {
        change([this]() HEARTH_REQUIRES(m_mutex) {
            ::close(std::exchange(m_listener, -1));
            m_pairs.clear();
        });
    }
    // Listens again, on the same port.
    void accept()
    {
        change([this]() HEARTH_REQUIRES(m_mutex) { listenLocked(); });
    }
    // Every client gets this, as if the server had sent it.
    void sayToClients(const std::string &bytes)
    {
        change([&]() HEARTH_REQUIRES(m_mutex) {
            for (Pair &pair : m_pairs)
                pair.toClient.push_back({{}, bytes});
        });
    }
    // Whatever a server says from now on, its clients get this instead; "": what it says. As if something else
    // listened.
    void garble(const std::string &bytes)
    {
        change([&]() HEARTH_REQUIRES(m_mutex) { m_garbage = bytes; });
    }
    // Of what the servers say from now on only so many bytes arrive, all together; the rest is lost. What clients say
    // arrives.
    void truncate(std::size_t bytes)
    {
        change([&]() HEARTH_REQUIRES(m_mutex) { m_left = bytes; });
    }
    // Everything arrives again.
    void complete()
    {
        change([&]() HEARTH_REQUIRES(m_mutex) { m_left = everything; });
    }
    std::size_t connections() const
    {
        MutexLock lock(m_mutex);
        return m_pairs.size();
    }

private:
    using SteadyClock = std::chrono::steady_clock;
    static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();
    struct Chunk {
        SteadyClock::time_point due;
        std::string bytes;
    };
    struct Pair {
        int client = -1;
        int server = -1;
        std::deque<Chunk> toServer;
        std::deque<Chunk> toClient;
        bool isOver = false;
        bool isForgotten = false;

        Pair(int from, int to)
            : client(from)
            , server(to)
        {
        }
        ~Pair()
        {
            ::close(client);
            ::close(server);
        }
        Pair(const Pair &) = delete;
        Pair &operator=(const Pair &) = delete;
    };

    template <class Change>
    void change(Change what)
    {
        MutexLock lock(m_mutex);
        what();
        ::eventfd_write(m_wake, 1);
    }

    static sockaddr_in loopback(int port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(std::uint16_t(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    void listenLocked() HEARTH_REQUIRES(m_mutex)
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        const int yes = 1;
        ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address = loopback(m_port);
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 64) != 0 ||
            ::getsockname(m_listener, generic, &size) != 0)
            std::abort();
        m_port = ntohs(address.sin_port);
    }

    void acceptLocked() HEARTH_REQUIRES(m_mutex)
    {
        const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client < 0)
            return;
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = loopback(m_serverPort);
        const bool isConnected = ::connect(server, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
        const int yes = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        m_pairs.emplace_back(client, server);
        m_pairs.back().isOver = !isConnected;
    }

    void readLocked(int from, std::deque<Chunk> &queue, bool &isOver, bool isServer) HEARTH_REQUIRES(m_mutex)
    {
        std::array<char, 65536> buffer{};
        const ssize_t count = ::recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            std::string bytes(buffer.data(), std::size_t(count));
            if (isServer)
                spoilLocked(bytes);
            if (!bytes.empty())
                queue.push_back({SteadyClock::now() + m_delay, std::move(bytes)});
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR))
            isOver = true;
    }

    void spoilLocked(std::string &bytes) HEARTH_REQUIRES(m_mutex)
    {
        if (!m_garbage.empty())
            bytes = m_garbage;
        if (m_left == everything)
            return;
        bytes.resize(std::min(bytes.size(), m_left));
        m_left -= bytes.size();
    }

    static void writeDue(int to, std::deque<Chunk> &queue, bool &isOver)
    {
        while (!queue.empty() && queue.front().due <= SteadyClock::now()) {
            std::string &bytes = queue.front().bytes;
            const ssize_t count = ::send(to, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0) {
                isOver = isOver || (errno != EAGAIN && errno != EINTR);
                return;
            }
            bytes.erase(0, std::size_t(count));
            if (!bytes.empty())
                return;
            queue.pop_front();
        }
    }

    // Returns: how long there is nothing to do, in milliseconds.
    int workLocked() HEARTH_REQUIRES(m_mutex)
    {
        if (m_listener >= 0)
            acceptLocked();
        SteadyClock::time_point next = SteadyClock::now() + std::chrono::seconds(1);
        for (Pair &pair : m_pairs) {
            if (m_isSilent || pair.isForgotten)
                continue;
            readLocked(pair.client, pair.toServer, pair.isOver, false);
            readLocked(pair.server, pair.toClient, pair.isOver, true);
            writeDue(pair.server, pair.toServer, pair.isOver);
            writeDue(pair.client, pair.toClient, pair.isOver);
            for (const auto *queue : {&pair.toServer, &pair.toClient}) {
                if (!queue->empty())
                    next =
                        std::min(next, std::max(queue->front().due, SteadyClock::now() + std::chrono::milliseconds(1)));
            }
        }
        m_pairs.remove_if([](const Pair &pair) { return pair.isOver; });
        return int(std::chrono::ceil<std::chrono::milliseconds>(next - SteadyClock::now()).count());
    }

    void run()
    {
        for (;;) {
            int idle = 0;
            std::vector<pollfd> descriptors{{m_wake, POLLIN, 0}};
            {
                MutexLock lock(m_mutex);
                if (m_isStopping) {
                    m_pairs.clear();
                    if (m_listener >= 0)
                        ::close(m_listener);
                    return;
                }
                idle = workLocked();
                if (m_listener >= 0)
                    descriptors.push_back({m_listener, POLLIN, 0});
                for (const Pair &pair : m_pairs) {
                    if (m_isSilent || pair.isForgotten)
                        continue;
                    descriptors.push_back({pair.client, POLLIN, 0});
                    descriptors.push_back({pair.server, POLLIN, 0});
                }
            }
            ::poll(descriptors.data(), descriptors.size(), std::max(idle, 0));
            eventfd_t value = 0;
            static_cast<void>(::eventfd_read(m_wake, &value));
        }
    }

    const int m_serverPort; // Constant after construction.
    const int m_wake;
    int m_port = 0;
    std::thread m_thread;

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    int m_listener HEARTH_GUARDED_BY(m_mutex) = -1;
    std::list<Pair> m_pairs HEARTH_GUARDED_BY(m_mutex);
    std::chrono::milliseconds m_delay HEARTH_GUARDED_BY(m_mutex){0};
    std::string m_garbage HEARTH_GUARDED_BY(m_mutex);
    std::size_t m_left HEARTH_GUARDED_BY(m_mutex) = everything; // bytes of servers that still arrive
    bool m_isSilent HEARTH_GUARDED_BY(m_mutex) = false;
    bool m_isStopping HEARTH_GUARDED_BY(m_mutex) = false;
};

} // namespace hearth
