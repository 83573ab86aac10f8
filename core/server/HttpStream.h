// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>

// The inside of ApiServer: for its own sources only, because Asio compiles slowly.
namespace hearth {

class TlsContext;

// Who is told how an operation of a stream ended. It owns the stream.
class HttpStreamUser
{
public:
    virtual ~HttpStreamUser() = default;
    virtual void wasOpened(const boost::system::error_code &problem) = 0;
    virtual void wasRead(const boost::system::error_code &problem, std::size_t count) = 0;
    virtual void wasWritten(const boost::system::error_code &problem) = 0;
    virtual void wasFinished() = 0;
};

// The bytes of a connection, as they are or through TLS. Its worker's thread only, one operation at a time; closing the
// socket ends the one that is under way.
class HttpStream
{
public:
    using User = std::shared_ptr<HttpStreamUser>;

    virtual ~HttpStream() = default;
    virtual boost::asio::ip::tcp::socket &socket() = 0;
    // The handshake, where there is one. Ends with wasOpened().
    virtual void open(User user) = 0;
    // Some bytes. Ends with wasRead().
    virtual void read(const boost::asio::mutable_buffer &space, User user) = 0;
    // All of them. Ends with wasWritten().
    virtual void write(const boost::asio::const_buffer &bytes, User user) = 0;
    // Tells the other side that no more comes, and drops what still comes from there: closing with something unread
    // would take the last answer away from it. Ends with wasFinished(), when the other side has closed, too.
    virtual void finish(User user) = 0;
};

std::unique_ptr<HttpStream> makePlainStream(boost::asio::ip::tcp::socket socket);
std::unique_ptr<HttpStream> makeTlsStream(boost::asio::ip::tcp::socket socket, const TlsContext &context);

// What finish() does of a socket.
void finishSocket(boost::asio::ip::tcp::socket &socket, HttpStream::User user);

} // namespace hearth
