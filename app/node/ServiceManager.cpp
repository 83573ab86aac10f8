// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/node/ServiceManager.h"

#include <chrono>
#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hearth {

ServiceManager::ServiceManager(QObject *parent)
    : QObject(parent)
    , m_socket(qgetenv("NOTIFY_SOCKET"))
{
    const std::chrono::microseconds limit(qgetenv("WATCHDOG_USEC").toLongLong());
    if (limit.count() <= 0)
        return;
    m_watchdog.setInterval(std::chrono::duration_cast<std::chrono::milliseconds>(limit / 3));
    connect(&m_watchdog, &QTimer::timeout, this, [this] { tell("WATCHDOG=1"); });
}

void ServiceManager::ready()
{
    tell("READY=1");
    if (m_watchdog.interval() > 0)
        m_watchdog.start();
}

void ServiceManager::stopping()
{
    tell("STOPPING=1");
}

void ServiceManager::tell(const QByteArray &state) const
{
    sockaddr_un address{};
    const auto length = static_cast<std::size_t>(m_socket.size());
    if (length == 0 || length >= sizeof address.sun_path)
        return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, m_socket.constData(), length);
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    // What cannot be told is not: systemd draws its own conclusions.
    (void)::sendto(descriptor, state.constData(), static_cast<std::size_t>(state.size()), MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr *>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
    ::close(descriptor);
}

} // namespace hearth
