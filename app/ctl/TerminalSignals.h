// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/PosixSignals.h"

#include <QObject>

namespace hearth {

// What a terminal and its person send, by its meaning. One object per process.
// Call block() first thing in main: threads inherit it, so that the signals arrive nowhere but here.
class TerminalSignals final : public QObject
{
    Q_OBJECT

public:
    static void block();

    explicit TerminalSignals(QObject *parent = nullptr);

    // Whether somebody asked the program to end.
    bool wasInterrupted() const { return m_wasInterrupted; }
    // It was understood, and something is to be waited for once more.
    void forgetInterrupt() { m_wasInterrupted = false; }
    // Stops the program as Ctrl+Z does by itself. Returns when it goes on.
    static void stopHere();

Q_SIGNALS:
    void interrupted(); // SIGINT, SIGTERM, SIGHUP
    void resized();     // SIGWINCH
    void stopAsked();   // SIGTSTP

private:
    void take(int number);

    PosixSignals m_signals;
    bool m_wasInterrupted = false;
};

} // namespace hearth
