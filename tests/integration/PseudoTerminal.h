// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/integration/CtlFixture.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QStringList>

#include <csignal>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace hearth {

// The program hearthctl on a terminal of its own, as a person has it before them. Not synchronized.
class PseudoTerminal
{
public:
    PseudoTerminal(const CtlFixture &ctl, const QStringList &arguments, const QProcessEnvironment &more = {},
                   unsigned short columns = 80, unsigned short rows = 24)
    {
        winsize size{rows, columns, 0, 0};
        if (::openpty(&m_master, &m_slave, nullptr, nullptr, &size) != 0)
            qFatal("no pseudo-terminal");
        m_before = modes();
        QProcessEnvironment environment = ctl.environment;
        environment.insert("TERM", "xterm-256color");
        environment.insert(more);
        m_program.setProcessEnvironment(environment);
        m_program.setChildProcessModifier([slave = m_slave] {
            ::setsid();
            ::ioctl(slave, TIOCSCTTY, 0);
            for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
                ::dup2(slave, descriptor);
        });
        m_program.start(HEARTHCTL_PROGRAM, arguments);
        m_program.waitForStarted(longestCall);
    }
    ~PseudoTerminal()
    {
        if (m_program.state() != QProcess::NotRunning) {
            m_program.kill();
            m_program.waitForFinished(longestCall);
        }
        ::close(m_slave);
        ::close(m_master);
    }
    PseudoTerminal(const PseudoTerminal &) = delete;
    PseudoTerminal &operator=(const PseudoTerminal &) = delete;

    void type(const QByteArray &keys) { written = ::write(m_master, keys.constData(), std::size_t(keys.size())); }
    void resize(unsigned short columns, unsigned short rows)
    {
        winsize size{rows, columns, 0, 0};
        ::ioctl(m_master, TIOCSWINSZ, &size);
    }
    void send(int number) const { ::kill(pid(), number); }
    pid_t pid() const { return static_cast<pid_t>(m_program.processId()); }

    // Reads until this was written. What was found so far is forgotten by forget().
    bool shows(const QByteArray &text)
    {
        QElapsedTimer since;
        since.start();
        while (!m_seen.contains(text) && !since.hasExpired(longestCall) && readSome()) {}
        return m_seen.contains(text);
    }
    void forget() { m_seen.clear(); }
    const QByteArray &seen() const { return m_seen; }
    // The last picture that is whole, line by line, without its colours.
    QStringList lastPicture() const
    {
        const QList<QByteArray> pictures = split(m_seen, "\033[H");
        for (auto picture = pictures.rbegin(); picture != pictures.rend(); ++picture) {
            if (!picture->contains("\033[J"))
                continue;
            QString text = QString::fromUtf8(*picture).section("\033[J", 0, 0);
            text.remove(QRegularExpression("\033\\[[0-9;?]*[A-Za-z]"));
            return text.split("\r\n");
        }
        return {};
    }

    // Reads to the end. Returns: the exit code; minus the signal that ended it.
    int finish()
    {
        QElapsedTimer since;
        since.start();
        while (m_program.state() != QProcess::NotRunning && !since.hasExpired(longestCall)) {
            readSome(20);
            m_program.waitForFinished(1);
        }
        while (readSome(20)) {}
        if (m_program.state() != QProcess::NotRunning)
            return -1'000;
        return m_program.exitStatus() == QProcess::NormalExit ? m_program.exitCode() : -m_program.exitCode();
    }

    termios modes() const
    {
        termios modes{};
        ::tcgetattr(m_slave, &modes);
        return modes;
    }
    // Lines with echo, as at the beginning.
    bool isRestored() const { return modes().c_lflag == m_before.c_lflag; }

    ssize_t written = 0;

private:
    static QList<QByteArray> split(const QByteArray &text, const QByteArray &at)
    {
        QList<QByteArray> parts;
        qsizetype begin = 0;
        for (qsizetype end = text.indexOf(at); end >= 0; end = text.indexOf(at, begin)) {
            parts << text.mid(begin, end - begin);
            begin = end + at.size();
        }
        return parts << text.mid(begin);
    }
    // Returns: false when nothing came.
    bool readSome(int milliseconds = longestCall)
    {
        pollfd waiting{m_master, POLLIN, 0};
        if (::poll(&waiting, 1, milliseconds) <= 0)
            return false;
        char buffer[4'096];
        const ssize_t count = ::read(m_master, buffer, sizeof buffer);
        if (count > 0)
            m_seen.append(buffer, count);
        return count > 0;
    }

    int m_master = -1;
    int m_slave = -1;
    termios m_before{};
    QProcess m_program;
    QByteArray m_seen;
};

} // namespace hearth
