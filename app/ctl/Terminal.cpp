// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/Terminal.h"

#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace hearth {

namespace {

bool localeIsUtf8 = true;

bool isSet(const char *variable)
{
    const char *value = std::getenv(variable);
    return value && *value;
}

const char *sequenceOf(Tone tone)
{
    switch (tone) {
    case Tone::Plain:
        return "";
    case Tone::Title:
        return "\033[1m";
    case Tone::Good:
        return "\033[32m";
    case Tone::Warning:
        return "\033[33m";
    case Tone::Bad:
        return "\033[31m";
    case Tone::Dim:
        return "\033[2m";
    }
    return "";
}

} // namespace

std::string toned(std::string_view text, Tone tone, const TextStyle &style)
{
    if (!style.hasColour || tone == Tone::Plain || text.empty())
        return std::string(text);
    return sequenceOf(tone) + std::string(text) + "\033[0m";
}

Terminal::Terminal(std::FILE *stream)
    : m_descriptor(::fileno(stream))
    , m_isTerminal(::isatty(m_descriptor) == 1)
{
    const char *kind = std::getenv("TERM");
    m_isDumb = !kind || !*kind || std::strcmp(kind, "dumb") == 0;
}

int Terminal::columns() const
{
    winsize size{};
    return m_isTerminal && ::ioctl(m_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int Terminal::rows() const
{
    winsize size{};
    return m_isTerminal && ::ioctl(m_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

TextStyle Terminal::style() const
{
    TextStyle style;
    if (!m_isTerminal)
        return style;
    style.hasColour = !m_isDumb && !isSet("NO_COLOR");
    style.charset = localeIsUtf8 ? Charset::Utf8 : Charset::Ascii;
    style.width = columns();
    return style;
}

bool Terminal::canAsk()
{
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

bool Terminal::confirm(const std::string &question)
{
    std::fprintf(stderr, "%s [y/N] ", question.c_str());
    std::fflush(stderr);
    // Nothing else waits: Ctrl+C may end the program at once, and Ctrl+Z stop it.
    sigset_t signals;
    sigset_t before;
    sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGTSTP})
        sigaddset(&signals, number);
    ::pthread_sigmask(SIG_UNBLOCK, &signals, &before);
    std::string line;
    for (char c = 0; line.size() < 64 && ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n';)
        line += c;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return !line.empty() && (line.front() == 'y' || line.front() == 'Y');
}

void Terminal::rememberLocale()
{
    std::setlocale(LC_ALL, "");
    localeIsUtf8 = std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
    if (!localeIsUtf8)
        ::setenv("LC_ALL", "C.UTF-8", 1); // what Qt would do anyway, with a warning
}

} // namespace hearth
