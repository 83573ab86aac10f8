// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/BeastPeer.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hearth::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

class Session : public std::enable_shared_from_this<Session>
{
public:
    Session(tcp::socket socket, std::size_t bodyBytes)
        : m_stream(std::move(socket))
        , m_body(bodyBytes, 'x')
    {
    }
    void read()
    {
        m_request = {};
        http::async_read(m_stream, m_buffer, m_request, [self = shared_from_this()](beast::error_code error, size_t) {
            if (!error)
                self->write();
        });
    }

private:
    void write()
    {
        m_response = {http::status::ok, 11};
        m_response.set(http::field::content_type, "application/json");
        m_response.body() = m_body;
        m_response.prepare_payload();
        http::async_write(m_stream, m_response, [self = shared_from_this()](beast::error_code error, size_t) {
            if (!error)
                self->read();
        });
    }

    beast::tcp_stream m_stream;
    const std::string m_body;
    beast::flat_buffer m_buffer;
    http::request<http::string_body> m_request;
    http::response<http::string_body> m_response;
};

class Listener
{
public:
    Listener(std::uint16_t port, std::size_t bodyBytes)
        : m_acceptor(m_context)
        , m_bodyBytes(bodyBytes)
    {
        const tcp::endpoint endpoint(asio::ip::make_address("127.0.0.1"), port);
        m_acceptor.open(endpoint.protocol());
        m_acceptor.set_option(ReusePort(true));
        m_acceptor.bind(endpoint);
        m_acceptor.listen(4'096);
        accept();
    }
    std::uint16_t port() const { return m_acceptor.local_endpoint().port(); }
    void run() { m_context.run(); }

private:
    void accept()
    {
        m_acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
            if (!error) {
                socket.set_option(tcp::no_delay(true));
                std::make_shared<Session>(std::move(socket), m_bodyBytes)->read();
            }
            accept();
        });
    }

    asio::io_context m_context{1};
    tcp::acceptor m_acceptor;
    const std::size_t m_bodyBytes;
};

} // namespace

void serveConstantAnswers(unsigned threads, std::size_t bodyBytes)
{
    std::vector<std::unique_ptr<Listener>> listeners;
    for (unsigned i = 0; i < threads; ++i)
        listeners.push_back(
            std::make_unique<Listener>(listeners.empty() ? std::uint16_t(0) : listeners.front()->port(), bodyBytes));
    std::printf("listening on http://127.0.0.1:%u\n", unsigned(listeners.front()->port()));
    std::fflush(stdout);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < listeners.size(); ++i)
        others.emplace_back([&listeners, i] { listeners[i]->run(); });
    listeners.front()->run();
    std::abort(); // it accepts for ever
}

} // namespace hearth::bench
