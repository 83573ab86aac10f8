// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTimer>

namespace hearth {

// Tells systemd how this program is, over the socket that it names (Type=notify, WatchdogSec=). Does nothing where
// nobody listens. Main thread only: a watchdog that hears nothing any more means that its event loop stands.
class ServiceManager : public QObject
{
    Q_OBJECT

public:
    explicit ServiceManager(QObject *parent = nullptr);

    void ready();
    void stopping();

private:
    void tell(const QByteArray &state) const;

    const QByteArray m_socket; // its path; an abstract one begins with @
    QTimer m_watchdog;
};

} // namespace hearth
