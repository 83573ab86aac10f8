// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/node/ServiceManager.h"

#include <chrono>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hearth {

namespace {

// How long systemd waits for a sign of life. Returns: zero, where it does not, or waits for another process.
std::chrono::milliseconds watchdogLimit()
{
    const QByteArray process = qgetenv("WATCHDOG_PID");
    if (!process.isEmpty() && process.toLongLong() != ::getpid())
        return {};
    const std::chrono::microseconds limit(std::max(0LL, qgetenv("WATCHDOG_USEC").toLongLong()));
    return std::chrono::duration_cast<std::chrono::milliseconds>(limit);
}

} // namespace

ServiceManager::ServiceManager(Probe probe, QObject *parent)
    : QObject(parent)
    , m_probe(std::move(probe))
    , m_socket(qgetenv("NOTIFY_SOCKET"))
{
    const std::chrono::milliseconds limit = watchdogLimit();
    if (limit.count() <= 0)
        return;
    m_watchdog.setTimerType(Qt::PreciseTimer);
    m_watchdog.setInterval(std::max(limit / 3, std::chrono::milliseconds(1)));
    connect(&m_watchdog, &QTimer::timeout, this, &ServiceManager::lookAround);
}

void ServiceManager::ready(const QByteArray &status)
{
    tell("READY=1\nSTATUS=" + status);
    if (m_watchdog.interval() > 0 && !m_watchdog.isActive())
        m_watchdog.start();
}

void ServiceManager::reloading()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto microseconds = qlonglong(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
    tell("RELOADING=1\nMONOTONIC_USEC=" + QByteArray::number(microseconds));
}

void ServiceManager::stopping()
{
    tell("STOPPING=1\nSTATUS=stopping");
}

void ServiceManager::lookAround()
{
    if (m_isAsking)
        return; // somebody has not answered yet
    m_isAsking = true;
    m_probe([this] {
        const auto answered = [this] {
            m_isAsking = false;
            tell("WATCHDOG=1");
        };
        QMetaObject::invokeMethod(this, answered, Qt::QueuedConnection);
    });
}

void ServiceManager::tell(const QByteArray &state) const
{
    sockaddr_un address{};
    const auto length = static_cast<std::size_t>(m_socket.size());
    const bool isPath = m_socket.startsWith('/') || (m_socket.startsWith('@') && length > 1);
    if (!isPath || length >= sizeof address.sun_path)
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
