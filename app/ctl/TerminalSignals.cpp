// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/TerminalSignals.h"

#include <csignal>

namespace hearth {

void TerminalSignals::block()
{
    PosixSignals::block({SIGTERM, SIGINT, SIGHUP, SIGWINCH, SIGTSTP});
}

TerminalSignals::TerminalSignals(QObject *parent)
    : QObject(parent)
    , m_signals({SIGTERM, SIGINT, SIGHUP, SIGWINCH, SIGTSTP})
{
    connect(&m_signals, &PosixSignals::received, this, &TerminalSignals::take);
}

void TerminalSignals::stopHere()
{
    ::raise(SIGSTOP);
}

void TerminalSignals::take(int number)
{
    switch (number) {
    case SIGWINCH:
        Q_EMIT resized();
        break;
    case SIGTSTP:
        Q_EMIT stopAsked();
        break;
    default:
        m_wasInterrupted = true;
        Q_EMIT interrupted();
    }
}

} // namespace hearth
