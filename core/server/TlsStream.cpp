// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
// The only file that knows Asio's TLS: it compiles slowly.
#include "core/server/HttpStream.h"
#include "core/server/TlsContext.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <new>
#include <utility>

namespace hearth {

namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

// Belongs to the stream that it is given to, and keeps what it needs of the context.
SSL *newSession(const TlsContext &context)
{
    SSL *const session = ::SSL_new(context.native());
    if (!session)
        throw std::bad_alloc();
    return session;
}

class TlsStream final : public HttpStream
{
public:
    TlsStream(tcp::socket socket, const TlsContext &context)
        : m_stream(std::move(socket), newSession(context))
    {
    }

    tcp::socket &socket() override { return m_stream.next_layer(); }
    void open(User user) override
    {
        m_stream.async_handshake(net::ssl::stream_base::server,
                                 [user = std::move(user)](const error_code &problem) { user->wasOpened(problem); });
    }
    void read(const net::mutable_buffer &space, User user) override
    {
        m_stream.async_read_some(space, [user = std::move(user)](const error_code &problem, std::size_t count) {
            user->wasRead(problem, count);
        });
    }
    void write(const net::const_buffer &bytes, User user) override
    {
        net::async_write(m_stream, bytes, [user = std::move(user)](const error_code &problem, std::size_t) {
            user->wasWritten(problem);
        });
    }
    // The end of TLS goes first, so that nobody between us can cut the answer off unnoticed.
    void finish(User user) override
    {
        m_stream.async_shutdown(
            [this, user = std::move(user)](const error_code &) mutable { finishSocket(socket(), std::move(user)); });
    }

private:
    net::ssl::stream<tcp::socket> m_stream;
};

} // namespace

std::unique_ptr<HttpStream> makeTlsStream(tcp::socket socket, const TlsContext &context)
{
    return std::make_unique<TlsStream>(std::move(socket), context);
}

} // namespace hearth
