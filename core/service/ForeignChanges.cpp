// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ForeignChanges.h"

#include "core/base/SeqPoint.h"

#include <unordered_map>

namespace hearth {

namespace {

// Whose entries expired, and whose left; told as one event each.
class Concerned
{
public:
    explicit Concerned(CachedProfiles &cached)
        : m_cached(cached)
    {
    }
    void expire(const ProfileId &id)
    {
        if (m_cached.cache.expire(id.text()))
            m_changed.push_back(id);
    }
    void remove(const ProfileId &id)
    {
        if (m_cached.cache.remove(id.text()))
            m_gone.push_back(id);
    }
    void removeIfReadBefore(const ProfileId &id, MonotonicTime readAt)
    {
        if (m_cached.cache.removeIfReadBefore(id.text(), readAt))
            m_gone.push_back(id);
    }
    std::uint64_t tell() const
    {
        if (!m_changed.empty())
            m_cached.journal.acted(EventKind::Expired, m_changed, m_changed.size(), {}, "changed in the database");
        if (!m_gone.empty())
            m_cached.journal.acted(EventKind::Removed, m_gone, m_gone.size(), {}, "deleted in the database");
        const std::uint64_t count = m_changed.size() + m_gone.size();
        ServiceTallies::add(m_cached.tallies.changedByOthers, count);
        return count;
    }

private:
    CachedProfiles &m_cached;
    std::vector<ProfileId> m_changed;
    std::vector<ProfileId> m_gone;
};

// Invalidates what is being loaded, which may have been read before the change although it was asked for later, and
// keeps the entry. For a moment a get finds it expired, and asks. before: the generation before the entry was looked
// at.
void confirm(ProfileCache &cache, const ProfileId &id, Generation before)
{
    cache.expire(id.text());
    cache.undoExpire(id.text(), before + 1); // refused where there was another invalidation meanwhile
}

} // namespace

std::uint64_t applyChanges(CachedProfiles &cached, const std::vector<RowChange> &changes)
{
    Concerned concerned(cached);
    for (const RowChange &change : changes) {
        if (change.kind == RowChange::Kind::Deleted) {
            concerned.remove(change.id);
            continue;
        }
        const Generation before = cached.cache.generation(change.id.text());
        const auto entry = cached.cache.peek(change.id.text());
        HEARTH_SEQ_POINT("ForeignChanges.looked");
        const bool isFresh = entry && change.rowVersion != 0 && entry->value.rowVersion() == change.rowVersion;
        if (isFresh && !entry->facts.forced)
            confirm(cached.cache, change.id, before);
        else
            concerned.expire(change.id); // also of the absent: what is being loaded may be older
    }
    return concerned.tell();
}

std::uint64_t applyVersions(CachedProfiles &cached, const std::vector<ProfileId> &asked, const RowVersions &found)
{
    std::unordered_map<ProfileId, std::uint32_t> versions;
    for (const RowVersions::Row &row : found.rows)
        versions.emplace(row.id, row.version);
    Concerned concerned(cached);
    for (const ProfileId &id : asked) {
        const auto entry = cached.cache.peek(id.text());
        if (!entry || entry->facts.cachedAt > found.timing.sentAt)
            continue; // gone, or read later than this
        const auto version = versions.find(id);
        const std::uint32_t known = entry->value.rowVersion();
        const bool wasNeverStored = entry->facts.source == EntrySource::Created && known == 0;
        if (version != versions.end() && version->second != known)
            concerned.expire(id);
        else if (version == versions.end() && !wasNeverStored)
            concerned.removeIfReadBefore(id, found.timing.sentAt);
    }
    return concerned.tell();
}

} // namespace hearth
