// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/HistoryRecorder.h"

#include "core/base/Mutex.h"
#include "core/base/SeqPoint.h"
#include "core/telemetry/HistoryFile.h"

#include <QLoggingCategory>

#include <deque>
#include <utility>

namespace hearth {

namespace {

Q_LOGGING_CATEGORY(lcHistory, "hearth.history")

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t mostWaiting = SampleHistory::day; // while the disk hangs

void write(HistoryFile &file, const std::deque<Sample> &samples, bool &isFailing)
{
    for (const Sample &sample : samples)
        file.append(sample);
    const Result<void> written = file.flush();
    if (!written && !isFailing)
        qCWarning(lcHistory, "The history is kept in memory only for now: %s", written.error().detail.c_str());
    if (written && isFailing)
        qCInfo(lcHistory, "The history is kept on the disk again, with what was recorded meanwhile.");
    isFailing = !written;
}

} // namespace

// What both sides share.
struct HistoryRecorder::Desk {
    Desk(SampleHistory &samples, std::chrono::milliseconds interval)
        : history(samples)
        , writeInterval(interval)
    {
    }
    // Puts the past, which may be none, before the history, unless nobody wants it any more.
    void deliver(std::vector<Sample> past)
    {
        {
            MutexLock lock(mutex);
            if (isLeftBehind)
                return;
            isDelivering = true;
        }
        history.prepend(std::move(past));
        MutexLock lock(mutex);
        isDelivering = false;
        changed.notifyAll();
    }
    // Waits for some samples, or the end. Returns: whether it goes on after these.
    bool take(std::deque<Sample> &samples)
    {
        MutexLock lock(mutex);
        if (!isStopping)
            changed.waitFor(mutex, writeInterval);
        samples = std::exchange(waiting, {});
        return !isStopping;
    }
    void end()
    {
        MutexLock lock(mutex);
        hasEnded = true;
        changed.notifyAll();
    }
    bool isWanted()
    {
        MutexLock lock(mutex);
        return !isLeftBehind;
    }

    SampleHistory &history; // only while delivering, which is waited for
    const std::chrono::milliseconds writeInterval;
    Mutex mutex; // State below is protected by mutex.
    Condition changed;
    std::deque<Sample> waiting HEARTH_GUARDED_BY(mutex);
    bool isDelivering HEARTH_GUARDED_BY(mutex) = false;
    bool isStopping HEARTH_GUARDED_BY(mutex) = false;
    bool isLeftBehind HEARTH_GUARDED_BY(mutex) = false; // the thread, by stop()
    bool hasEnded HEARTH_GUARDED_BY(mutex) = false;
};

HistoryRecorder::HistoryRecorder(SampleHistory &history, std::string file, std::chrono::milliseconds writeInterval)
    : m_file(std::move(file))
    , m_desk(std::make_shared<Desk>(history, writeInterval))
{
}

HistoryRecorder::~HistoryRecorder()
{
    stop();
}

void HistoryRecorder::start()
{
    if (!m_file.empty())
        m_thread = std::thread(&HistoryRecorder::run, m_desk, m_file);
}

void HistoryRecorder::record(const Sample &sample)
{
    if (m_file.empty())
        return;
    MutexLock lock(m_desk->mutex);
    m_desk->waiting.push_back(sample);
    if (m_desk->waiting.size() > mostWaiting || m_desk->hasEnded)
        m_desk->waiting.pop_front();
}

void HistoryRecorder::beginStop()
{
    if (!m_thread.joinable() || m_stopAt != SteadyClock::time_point{})
        return;
    m_stopAt = SteadyClock::now() + longestStop;
    MutexLock lock(m_desk->mutex);
    m_desk->isStopping = true;
    m_desk->changed.notifyAll();
}

void HistoryRecorder::stop()
{
    if (!m_thread.joinable())
        return;
    beginStop();
    bool hasEnded = false;
    {
        MutexLock lock(m_desk->mutex);
        const auto isOver = [this] { return SteadyClock::now() >= m_stopAt; };
        while (m_desk->isDelivering || (!m_desk->hasEnded && !isOver()))
            m_desk->changed.waitFor(m_desk->mutex, std::chrono::milliseconds(20));
        hasEnded = m_desk->hasEnded;
        m_desk->isLeftBehind = !hasEnded;
    }
    if (hasEnded)
        return m_thread.join();
    m_thread.detach();
    qCWarning(lcHistory, "The disk of %s does not answer: the last seconds of the history may be lost.",
              m_file.c_str());
}

void HistoryRecorder::run(const std::shared_ptr<Desk> &desk, const std::string &path)
{
    const Result<std::unique_ptr<HistoryFile>> opened = HistoryFile::open(path);
    HEARTH_SEQ_POINT("HistoryRecorder.opened");
    if (!opened) {
        if (desk->isWanted())
            qCWarning(lcHistory, "The history is kept in memory only: %s", opened.error().detail.c_str());
        desk->deliver({});
        return desk->end();
    }
    HistoryFile &file = **opened;
    if (!file.setAside().empty() && desk->isWanted())
        qCWarning(lcHistory, "%s was no history that this version can read; it is now %s, and a new one is begun.",
                  path.c_str(), file.setAside().c_str());
    desk->deliver(file.takePast());
    std::deque<Sample> samples;
    bool isFailing = false;
    bool goesOn = true;
    while (goesOn) {
        goesOn = desk->take(samples);
        write(file, samples, isFailing);
    }
    desk->end();
    HEARTH_SEQ_POINT("HistoryRecorder.over");
}

} // namespace hearth
