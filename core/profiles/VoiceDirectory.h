// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/profiles/VoiceCatalog.h"

#include <memory>

namespace hearth {

// The catalogue that is valid now: the built-in one until the database's has been read. Thread-safe.
class VoiceDirectory
{
public:
    VoiceDirectory()
        : m_current(std::make_shared<const VoiceCatalog>())
    {
    }

    std::shared_ptr<const VoiceCatalog> current() const
    {
        MutexLock lock(m_mutex);
        return m_current;
    }
    void replace(std::shared_ptr<const VoiceCatalog> catalog)
    {
        MutexLock lock(m_mutex);
        m_current.swap(catalog);
    }

private:
    mutable Mutex m_mutex;
    std::shared_ptr<const VoiceCatalog> m_current HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
