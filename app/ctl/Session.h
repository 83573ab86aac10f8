// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/CtlOptions.h"
#include "app/ctl/Table.h"
#include "app/ctl/Terminal.h"
#include "app/ctl/TerminalSignals.h"
#include "core/node/NodeClient.h"

#include <QEventLoop>
#include <QFutureWatcher>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hearth {

// What a verb works with: the node, the terminal, and the signals. The thread of main only.
//
// A verb asks, waits with await() and goes on: nothing else happens in the program meanwhile. Ctrl+C ends each waiting.
class Session
{
public:
    explicit Session(CtlOptions options);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    const CtlOptions &options() const { return m_options; }
    TerminalSignals &signalsOfTerminal() { return m_signals; }
    bool wasInterrupted() const { return m_signals.wasInterrupted(); }

    // ---- the node
    // Reaches the node, or starts the core. follows: it goes on telling what is new (watch).
    // Returns: Unavailable, Timeout, PermissionDenied, BadData, and what the database's status says.
    Result<void> connect(bool follows = false);
    NodeClient &node();
    // Asks the node again who it is: one that was started anew is another instance, with its own numbers.
    Result<void> introduceAgain();
    Result<Stats> stats();
    // "node eu-1 (production)", "this program's own cache"
    std::string nodeName();

    // ---- waiting
    // Returns also: Cancelled, when it was interrupted.
    template <class T>
    Result<T> await(const QFuture<Result<T>> &future)
    {
        QFutureWatcher<Result<T>> watcher;
        QEventLoop loop;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        QObject::connect(&m_signals, &TerminalSignals::interrupted, &loop, &QEventLoop::quit);
        watcher.setFuture(future);
        if (!future.isFinished() && !wasInterrupted())
            loop.exec();
        if (!future.isFinished())
            return Error{ErrorCode::Cancelled, "Interrupted."};
        return future.resultCount() > 0 ? future.resultAt(0)
                                        : Result<T>(ErrorCode::Cancelled, "The node gave no answer.");
    }
    // Until the condition holds, looked at a few times a second. Returns: false, when it was interrupted, or the time
    // is over (0: it never is).
    bool waitUntil(const std::function<bool()> &condition, std::chrono::milliseconds limit = {});

    // ---- saying
    const TextStyle &style() const { return m_style; }
    bool isJson() const { return m_options.asJson; }
    // Text on stdout, or one line of JSON there.
    void print(const std::string &text);
    void print(const Table &table) { print(table.text(m_style)); }
    void printJson(std::string document);
    // A sentence for people on stderr; data in it is made visible.
    void note(const std::string &sentence);
    // Says what failed, and what to do next. Returns: the exit code that belongs to it.
    int fail(const Error &error);
    int failUsage(const std::string &sentence);
    std::string timeText(WallTime time) const;

    // For what cannot be done without a person's yes. Returns: nothing, or the exit code to end with.
    std::optional<int> confirm(const std::string &question, bool isConfirmed);

private:
    struct Embedded;
    struct Remote;

    Result<void> connectEmbedded();
    Result<void> connectRemote(bool follows);

    const CtlOptions m_options;
    const TextStyle m_style;
    TerminalSignals m_signals;
    std::unique_ptr<Embedded> m_embedded; // one of these two, once connected
    std::unique_ptr<Remote> m_remote;
};

} // namespace hearth
