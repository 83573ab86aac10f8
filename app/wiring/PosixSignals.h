// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <initializer_list>

namespace hearth {

// Turns signals of the system, such as SIGTERM, into one of Qt. One object per process.
// Call block() with the same numbers first thing in main: threads inherit it, so that they arrive nowhere but here.
class PosixSignals final : public QObject
{
    Q_OBJECT

public:
    static void block(std::initializer_list<int> numbers);

    explicit PosixSignals(std::initializer_list<int> numbers, QObject *parent = nullptr);
    ~PosixSignals() override;

Q_SIGNALS:
    void received(int number);

private:
    QSocketNotifier m_notifier;
};

} // namespace hearth
