// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/service/InvalidationSource.h"

#include <utility>

namespace hearth {

// Tells of changes when the test says so, on the test's thread. Thread-safe; do not stop it from a handler.
class FakeInvalidationSource final : public InvalidationSource
{
public:
    // ---- what the test says

    void tellChanged(const ProfileId &id, std::uint32_t rowVersion = 0)
    {
        tell({id, RowChange::Kind::Changed, rowVersion});
    }
    void tellDeleted(const ProfileId &id) { tell({id, RowChange::Kind::Deleted, 0}); }
    void tellUnknownChanges()
    {
        const InvalidationHandlers handlers = theHandlers();
        if (handlers.changesUnknown)
            handlers.changesUnknown();
    }
    void become(InvalidationMode mode, std::string why = {})
    {
        InvalidationState next{mode, std::move(why)};
        {
            MutexLock lock(m_mutex);
            m_state = next;
        }
        const InvalidationHandlers handlers = theHandlers();
        if (handlers.stateChanged)
            handlers.stateChanged(next);
    }
    bool isStarted() const
    {
        MutexLock lock(m_mutex);
        return m_isStarted;
    }

    // ---- InvalidationSource

    void start(InvalidationHandlers handlers) override
    {
        MutexLock lock(m_mutex);
        m_handlers = std::move(handlers);
        m_isStarted = true;
    }
    void stop() override
    {
        MutexLock lock(m_mutex);
        m_handlers = {};
        m_isStarted = false;
    }
    InvalidationState state() const override
    {
        MutexLock lock(m_mutex);
        return m_state;
    }

private:
    void tell(const RowChange &change)
    {
        const InvalidationHandlers handlers = theHandlers();
        if (handlers.rowChanged)
            handlers.rowChanged(change);
    }
    InvalidationHandlers theHandlers() const
    {
        MutexLock lock(m_mutex);
        return m_handlers;
    }

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    InvalidationHandlers m_handlers HEARTH_GUARDED_BY(m_mutex);
    InvalidationState m_state HEARTH_GUARDED_BY(m_mutex);
    bool m_isStarted HEARTH_GUARDED_BY(m_mutex) = false;
};

} // namespace hearth
