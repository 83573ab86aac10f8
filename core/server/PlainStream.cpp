// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/HttpStream.h"

#include <array>
#include <boost/asio/write.hpp>
#include <utility>

namespace hearth {

namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;
using Scratch = std::array<char, 4 * 1024>;

void dropWhatComes(tcp::socket &socket, std::shared_ptr<Scratch> scratch, HttpStream::User user)
{
    const auto space = net::buffer(*scratch);
    socket.async_read_some(space, [&socket, scratch = std::move(scratch),
                                   user = std::move(user)](const error_code &problem, std::size_t) mutable {
        if (problem)
            return user->wasFinished();
        dropWhatComes(socket, std::move(scratch), std::move(user));
    });
}

class PlainStream final : public HttpStream
{
public:
    explicit PlainStream(tcp::socket socket)
        : m_socket(std::move(socket))
    {
    }

    tcp::socket &socket() override { return m_socket; }
    void open(User user) override { user->wasOpened({}); }
    void read(const net::mutable_buffer &space, User user) override
    {
        m_socket.async_read_some(space, [user = std::move(user)](const error_code &problem, std::size_t count) {
            user->wasRead(problem, count);
        });
    }
    void write(const net::const_buffer &bytes, User user) override
    {
        net::async_write(m_socket, bytes, [user = std::move(user)](const error_code &problem, std::size_t) {
            user->wasWritten(problem);
        });
    }
    void finish(User user) override { finishSocket(m_socket, std::move(user)); }

private:
    tcp::socket m_socket;
};

} // namespace

std::unique_ptr<HttpStream> makePlainStream(tcp::socket socket)
{
    return std::make_unique<PlainStream>(std::move(socket));
}

void finishSocket(tcp::socket &socket, HttpStream::User user)
{
    error_code problem;
    socket.shutdown(tcp::socket::shutdown_send, problem);
    if (problem)
        return user->wasFinished();
    dropWhatComes(socket, std::make_shared<Scratch>(), std::move(user));
}

} // namespace hearth
