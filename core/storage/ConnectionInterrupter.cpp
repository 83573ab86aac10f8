// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/ConnectionInterrupter.h"

#include <array>
#include <atomic>
#include <fcntl.h>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace hearth {

namespace {

// PQcancel waits for the server without a limit; a server that hangs must not gather threads that wait for it.
constexpr int maxPendingCancels = 4;
std::atomic<int> pendingCancels = 0;

} // namespace

ConnectionInterrupter::~ConnectionInterrupter()
{
    disarm();
}

void ConnectionInterrupter::arm(pg_conn *connection)
{
    disarm();
    if (!connection)
        return;
    MutexLock lock(m_mutex);
    m_cancel.reset(PQgetCancel(connection), [](pg_cancel *cancel) { PQfreeCancel(cancel); });
    m_socket = ::fcntl(PQsocket(connection), F_DUPFD_CLOEXEC, 0);
}

void ConnectionInterrupter::disarm()
{
    MutexLock lock(m_mutex);
    m_cancel.reset();
    if (m_socket >= 0)
        ::close(m_socket);
    m_socket = -1;
}

void ConnectionInterrupter::cancel()
{
    std::shared_ptr<pg_cancel> cancel;
    {
        MutexLock lock(m_mutex);
        cancel = m_cancel;
    }
    if (!cancel)
        return;
    if (++pendingCancels > maxPendingCancels) {
        --pendingCancels;
        return;
    }
    try {
        // Detached, because it may wait for as long as the server hangs; it owns all that it touches.
        std::thread([cancel = std::move(cancel)] {
            std::array<char, 256> message{};
            PQcancel(cancel.get(), message.data(), int(message.size()));
            --pendingCancels;
        }).detach();
    } catch (const std::system_error &) {
        --pendingCancels; // no thread to be had: cut() follows anyway
    }
}

void ConnectionInterrupter::cut()
{
    MutexLock lock(m_mutex);
    if (m_socket >= 0)
        ::shutdown(m_socket, SHUT_RDWR);
}

} // namespace hearth
