// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>

// Clang's thread safety analysis (-Wthread-safety); nothing with other compilers.
#if defined(__clang__)
#define HEARTH_ATTRIBUTE(x) __attribute__((x))
#else
#define HEARTH_ATTRIBUTE(x)
#endif
#define HEARTH_GUARDED_BY(mutex) HEARTH_ATTRIBUTE(guarded_by(mutex))
#define HEARTH_REQUIRES(...) HEARTH_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define HEARTH_EXCLUDES(...) HEARTH_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace hearth {

// std::mutex with the annotations that clang's analysis needs. Lock it with MutexLock.
class HEARTH_ATTRIBUTE(capability("mutex")) Mutex
{
public:
    void lock() HEARTH_ATTRIBUTE(acquire_capability()) { m_mutex.lock(); }
    void unlock() HEARTH_ATTRIBUTE(release_capability()) { m_mutex.unlock(); }

private:
    friend class Condition;
    std::mutex m_mutex;
};

// Holds a Mutex for a scope.
class HEARTH_ATTRIBUTE(scoped_lockable) MutexLock
{
public:
    explicit MutexLock(Mutex &mutex) HEARTH_ATTRIBUTE(acquire_capability(mutex))
        : m_mutex(mutex)
    {
        m_mutex.lock();
    }
    ~MutexLock() HEARTH_ATTRIBUTE(release_capability()) { m_mutex.unlock(); }
    MutexLock(const MutexLock &) = delete;
    MutexLock &operator=(const MutexLock &) = delete;

private:
    Mutex &m_mutex;
};

// A condition variable over a Mutex. Call the waits in a loop that checks the condition.
class Condition
{
public:
    void wait(Mutex &mutex) HEARTH_REQUIRES(mutex)
    {
        std::unique_lock lock(mutex.m_mutex, std::adopt_lock);
        m_condition.wait(lock);
        lock.release();
    }
    // Returns: false when the time ran out.
    template <class Duration>
    bool waitFor(Mutex &mutex, Duration duration) HEARTH_REQUIRES(mutex)
    {
        std::unique_lock lock(mutex.m_mutex, std::adopt_lock);
        const bool notified = m_condition.wait_for(lock, duration) == std::cv_status::no_timeout;
        lock.release();
        return notified;
    }
    void notifyOne() { m_condition.notify_one(); }
    void notifyAll() { m_condition.notify_all(); }

private:
    std::condition_variable m_condition;
};

} // namespace hearth
