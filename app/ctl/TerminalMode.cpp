// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/TerminalMode.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <termios.h>
#include <unistd.h>

namespace hearth {

namespace {

// The other screen, no cursor; and back, with the cursor and without colours.
constexpr std::string_view enterScreen = "\033[?1049h\033[?25l\033[2J\033[H";
constexpr std::string_view leaveScreen = "\033[0m\033[?25h\033[?1049l";
constexpr std::array<int, 6> crashes{SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGQUIT};

termios before{};
volatile std::sig_atomic_t isEntered = 0;

void say(std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written <= 0)
            return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Only what a signal handler may call.
void restore()
{
    if (!isEntered)
        return;
    isEntered = 0;
    say(leaveScreen);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

// The handler is gone again (SA_RESETHAND): the signal's own effect follows.
void restoreAndDie(int number)
{
    restore();
    ::raise(number);
}

} // namespace

TerminalMode::TerminalMode()
{
    static const bool registered = std::atexit(restore) == 0;
    static_cast<void>(registered);
    struct sigaction action {
    };
    action.sa_handler = restoreAndDie;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
    for (const int number : crashes)
        ::sigaction(number, &action, nullptr);
    enter();
}

TerminalMode::~TerminalMode()
{
    restore();
}

void TerminalMode::leave()
{
    restore();
}

void TerminalMode::enter()
{
    if (::tcgetattr(STDIN_FILENO, &before) != 0)
        return;
    termios drawing = before;
    drawing.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO); // Ctrl+C and Ctrl+Z stay signals
    drawing.c_cc[VMIN] = 1;
    drawing.c_cc[VTIME] = 0;
    isEntered = 1;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &drawing);
    say(enterScreen);
}

} // namespace hearth
