// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace hearth {

// Turns SIGTERM and SIGINT into a Qt signal, so that the program stops in order. One object per process.
// Call block() first thing in main: threads inherit it, so that the signals arrive nowhere but here.
class TerminationSignals final : public QObject
{
    Q_OBJECT

public:
    static void block();

    explicit TerminationSignals(QObject *parent = nullptr);

Q_SIGNALS:
    void received();

private:
    QSocketNotifier m_notifier;
};

} // namespace hearth
