// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <functional>

namespace hearth {

// Tells systemd how this program is, over the socket that it names (Type=notify, WatchdogSec=). Does nothing where
// nobody listens. Main thread only.
//
// The watchdog hears from us three times in its limit, but only when the main thread's event loop runs and everything
// else that the program consists of has answered: a thread that stands keeps it silent.
class ServiceManager : public QObject
{
    Q_OBJECT

public:
    // Asks the other threads whether they still run, and calls back, on any thread, when all of them have said so.
    // Nobody may call back any more when this object is destroyed.
    using Probe = std::function<void(std::function<void()> areAlive)>;

    explicit ServiceManager(Probe probe, QObject *parent = nullptr);

    // It serves, from the start or again after reloading(). The status is a line for people.
    void ready(const QByteArray &status);
    void reloading();
    void stopping();

private:
    void lookAround();
    void tell(const QByteArray &state) const;

    const Probe m_probe;
    const QByteArray m_socket; // its path; an abstract one begins with @
    QTimer m_watchdog;
    bool m_isAsking = false;
};

} // namespace hearth
