// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/PosixSignals.h"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace hearth {

namespace {

sigset_t setOf(std::initializer_list<int> numbers)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : numbers)
        sigaddset(&signals, number);
    return signals;
}

int openDescriptor(std::initializer_list<int> numbers)
{
    const sigset_t signals = setOf(numbers);
    return ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

} // namespace

void PosixSignals::block(std::initializer_list<int> numbers)
{
    const sigset_t signals = setOf(numbers);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

PosixSignals::PosixSignals(std::initializer_list<int> numbers, QObject *parent)
    : QObject(parent)
    , m_notifier(openDescriptor(numbers), QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, [this](QSocketDescriptor descriptor) {
        signalfd_siginfo info{};
        if (::read(descriptor, &info, sizeof info) == sizeof info)
            Q_EMIT received(static_cast<int>(info.ssi_signo));
    });
}

PosixSignals::~PosixSignals()
{
    ::close(static_cast<int>(m_notifier.socket()));
}

} // namespace hearth
