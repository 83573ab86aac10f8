// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace hearth {

// While it lives, the terminal of this process is a screen to draw on: keys arrive one by one and unechoed, the cursor
// is hidden, and what stood there before comes back at the end, also when the program crashes or exits early.
// One at a time; the thread of main.
class TerminalMode
{
public:
    TerminalMode();
    ~TerminalMode();
    TerminalMode(const TerminalMode &) = delete;
    TerminalMode &operator=(const TerminalMode &) = delete;

    // For the time that the program is stopped by Ctrl+Z.
    void leave();
    void enter();
};

} // namespace hearth
