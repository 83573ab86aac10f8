// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace hearth {

// What stands between a connection's bytes and its socket: TLS, say.
class RawLayer
{
public:
    virtual ~RawLayer() = default;
    // As those of a socket that blocks; receive() may return -1 with errno EAGAIN when there is nothing for us yet.
    virtual ssize_t send(const char *bytes, std::size_t size) = 0;
    virtual ssize_t receive(char *bytes, std::size_t size) = 0;
    virtual bool hasPending() const = 0;
};

// A connection to the loopback that sends whatever bytes a test wants, and reads what comes. Not synchronized.
class RawClient
{
public:
    // From another address than 127.0.0.1, where one is given: 127.0.0.2.
    explicit RawClient(std::uint16_t port, const char *from = nullptr)
        : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        if (from) {
            sockaddr_in own{};
            own.sin_family = AF_INET;
            ::inet_pton(AF_INET, from, &own.sin_addr);
            (void)::bind(m_descriptor, reinterpret_cast<sockaddr *>(&own), sizeof own);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int one = 1;
        ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        m_isConnected = ::connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
    }
    ~RawClient() { close(); }
    RawClient(RawClient &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
        , m_layer(std::move(other.m_layer))
        , m_isConnected(other.m_isConnected)
        , m_received(std::move(other.m_received))
    {
    }
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    bool isConnected() const { return m_isConnected; }
    int descriptor() const { return m_descriptor; }
    RawLayer *layer() const { return m_layer.get(); }
    // From here on everything goes through it; none: the connection is as good as closed.
    void setLayer(std::unique_ptr<RawLayer> layer)
    {
        m_layer = std::move(layer);
        m_isConnected = m_isConnected && m_layer;
        m_sawEnd = m_sawEnd || !m_layer;
    }
    void close()
    {
        m_layer.reset();
        if (m_descriptor >= 0)
            ::close(std::exchange(m_descriptor, -1));
    }
    // Returns: false when the other side is gone.
    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t sent = m_layer ? m_layer->send(bytes.data(), bytes.size())
                                         : ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    struct Response {
        int status = 0; // 0: none came
        std::string head;
        std::string body;

        // The value of a header; empty where it is not there.
        std::string header(const std::string &name) const
        {
            const std::size_t begin = head.find("\r\n" + name + ": ");
            if (begin == std::string::npos)
                return {};
            const std::size_t value = begin + name.size() + 4;
            return head.substr(value, head.find("\r\n", value) - value);
        }
        bool closes() const { return header("Connection") == "close"; }
    };
    // The next response; interim ones (1xx) too. One to a HEAD has no body.
    Response response(bool hasBody = true)
    {
        Response response;
        std::size_t end = 0;
        while ((end = m_received.find("\r\n\r\n")) == std::string::npos) {
            if (!receive())
                return response;
        }
        response.head = m_received.substr(0, end + 2);
        m_received.erase(0, end + 4);
        response.status = std::atoi(response.head.c_str() + 9);
        const std::string length = response.header("Content-Length");
        const std::size_t wanted = hasBody && !length.empty() ? std::stoul(length) : 0;
        while (m_received.size() < wanted) {
            if (!receive())
                return response;
        }
        response.body = m_received.substr(0, wanted);
        m_received.erase(0, wanted);
        return response;
    }
    Response ask(std::string_view bytes) { return send(bytes) ? response() : Response(); }
    // GET with the usual header.
    Response get(const std::string &target, const std::string &headers = {})
    {
        return ask("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }
    // Whether the other side closes, and sends nothing more before.
    bool isClosed()
    {
        while (receive()) {}
        return m_received.empty() && m_sawEnd;
    }

private:
    // Returns: false at the end, and after twenty seconds without a byte.
    bool receive()
    {
        pollfd waiting{m_descriptor, POLLIN, 0};
        char buffer[16 * 1024];
        ssize_t count = 0;
        do {
            if (!(m_layer && m_layer->hasPending()) && ::poll(&waiting, 1, 20'000) <= 0)
                return false;
            count = m_layer ? m_layer->receive(buffer, sizeof buffer) : ::recv(m_descriptor, buffer, sizeof buffer, 0);
        } while (count < 0 && errno == EAGAIN);
        m_sawEnd = count <= 0;
        if (count > 0)
            m_received.append(buffer, static_cast<std::size_t>(count));
        return count > 0;
    }

    int m_descriptor;
    std::unique_ptr<RawLayer> m_layer;
    bool m_isConnected = false;
    bool m_sawEnd = false;
    std::string m_received;
};

} // namespace hearth
