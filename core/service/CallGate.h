// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"

namespace hearth {

// Lets calls into an object until it is closed, so that an object that is called back from other threads can be
// destroyed: close the gate first, then nobody is inside and nobody will come.
//
// Thread-safe. Who calls back holds a shared_ptr to the gate, because it may come when the object is gone.
class CallGate
{
public:
    // Inside for a scope, if the gate was open.
    class Pass
    {
    public:
        explicit Pass(CallGate &gate)
            : m_gate(gate)
            , m_inside(gate.enter())
        {
        }
        ~Pass()
        {
            if (m_inside)
                m_gate.leave();
        }
        Pass(const Pass &) = delete;
        Pass &operator=(const Pass &) = delete;
        explicit operator bool() const { return m_inside; }

    private:
        CallGate &m_gate;
        bool m_inside;
    };

    // Returns when nobody is inside any more. Must not be called from inside.
    void close()
    {
        MutexLock lock(m_mutex);
        m_closed = true;
        while (m_inside > 0)
            m_left.wait(m_mutex);
    }

    bool isClosed() const
    {
        MutexLock lock(m_mutex);
        return m_closed;
    }

private:
    bool enter()
    {
        MutexLock lock(m_mutex);
        if (!m_closed)
            ++m_inside;
        return !m_closed;
    }
    void leave()
    {
        MutexLock lock(m_mutex);
        if (--m_inside == 0)
            m_left.notifyAll();
    }

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    bool m_closed HEARTH_GUARDED_BY(m_mutex) = false;
    int m_inside HEARTH_GUARDED_BY(m_mutex) = 0;
    Condition m_left;
};

} // namespace hearth
