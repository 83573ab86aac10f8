// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ProfilePacker.h"

#include "core/service/ServiceLog.h"

namespace hearth {

std::optional<PackedProfile> ProfilePacker::operator()(const Profile &profile)
{
    std::optional<PackedProfile> packed = pack(profile, m_texts);
    if (!packed && m_failures.fetch_add(1, std::memory_order_relaxed) == 0)
        qCWarning(cacheLog,
                  "A profile's language and voice found no place in the table of those that can be cached, which holds "
                  "%zu of at most %zu: such profiles are served, but not cached",
                  m_texts.size(), m_texts.capacity());
    return packed;
}

} // namespace hearth
