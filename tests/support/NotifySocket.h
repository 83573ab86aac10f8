// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstddef>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hearth {

// What systemd listens on for its services: a path, or an abstract name that begins with @. Not synchronized.
class NotifySocket
{
public:
    explicit NotifySocket(const QByteArray &name)
        : m_descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto size = static_cast<std::size_t>(name.size());
        std::memcpy(address.sun_path, name.constData(), size);
        if (name.startsWith('@'))
            address.sun_path[0] = '\0';
        m_isBound = ::bind(m_descriptor, reinterpret_cast<sockaddr *>(&address),
                           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size)) == 0;
    }
    ~NotifySocket() { ::close(m_descriptor); }
    NotifySocket(const NotifySocket &) = delete;
    NotifySocket &operator=(const NotifySocket &) = delete;

    bool isBound() const { return m_isBound; }
    // The next message. Returns: empty, when there is none within the limit.
    QByteArray told(int milliseconds = 30'000)
    {
        pollfd waiting{m_descriptor, POLLIN, 0};
        char buffer[512];
        if (::poll(&waiting, 1, milliseconds) <= 0)
            return {};
        const ssize_t count = ::recv(m_descriptor, buffer, sizeof buffer, 0);
        return count > 0 ? QByteArray(buffer, count) : QByteArray();
    }
    // The next one that is no sign of life.
    QByteArray toldBesides()
    {
        QByteArray message = told();
        while (message == "WATCHDOG=1")
            message = told();
        return message;
    }

private:
    int m_descriptor;
    bool m_isBound = false;
};

} // namespace hearth
