// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/Session.h"
#include "app/ctl/WatchFrame.h"

#include <QEventLoop>
#include <QObject>
#include <QTimer>

#include <cstdint>

namespace hearth {

class TerminalMode;

// Shows a node that is connected until somebody ends it: drawn and with keys on a terminal, else a line a second.
// The thread of main only.
class Watch final : public QObject
{
    Q_OBJECT

public:
    // count: so many seconds; 0: without end.
    Watch(Session &session, std::uint64_t count);

    // Returns: the exit code.
    int run();

private:
    void runDrawn();
    void tick();
    void takeKey(char key);
    void askForEvents();
    void cleanUp();
    void show();
    void draw();

    Session &m_session;
    const Terminal m_terminal;
    const bool m_isDrawn;
    const std::uint64_t m_count;
    QEventLoop m_loop;
    QTimer m_timer;
    WatchState m_state;
    std::uint64_t m_ticks = 0;
    bool m_hasScreen = false;
    bool m_asksEvents = false; // a question for events is open
};

} // namespace hearth
