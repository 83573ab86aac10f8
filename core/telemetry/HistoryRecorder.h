// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/telemetry/SampleHistory.h"
#include "core/telemetry/Stats.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace hearth {

// Keeps the samples of a SampleHistory in a HistoryFile, on a thread of its own: what was recorded before is put before
// this run's when it has been read, and what is recorded is written every few seconds. Nobody ever waits for the disk,
// except stop(), for a short time. Where the file cannot be had or written, the samples stay in memory; the log says so
// once, with the next step, and once more when it can be written again: then what was kept back is written, too.
//
// record() is thread-safe; the others are for one thread. Ownership: borrows the history, which must outlive stop().
class HistoryRecorder
{
public:
    static constexpr auto longestStop = std::chrono::milliseconds(1'500);

    // An empty name is none: nothing is kept. A kill loses what was recorded in the last interval.
    HistoryRecorder(SampleHistory &history, std::string file,
                    std::chrono::milliseconds writeInterval = std::chrono::seconds(3));
    // Stops.
    ~HistoryRecorder();
    HistoryRecorder(const HistoryRecorder &) = delete;
    HistoryRecorder &operator=(const HistoryRecorder &) = delete;

    void start();
    void record(const Sample &sample);
    // The last samples are being written while its caller has other things to stop.
    void beginStop();
    // Returns when all is written, or the disk had its time since beginStop(): a thread that hangs there is left
    // behind. The history is not touched afterwards.
    void stop();

private:
    struct Desk;
    static void run(const std::shared_ptr<Desk> &desk, const std::string &path);

    const std::string m_file;
    const std::shared_ptr<Desk> m_desk; // shared with the thread, which may outlive this
    std::thread m_thread;
    std::chrono::steady_clock::time_point m_stopAt{}; // while it is being stopped
};

} // namespace hearth
