// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/VersionCheck.h"

#include <QMetaObject>

#include <algorithm>
#include <utility>

namespace hearth {

using namespace std::chrono_literals;

VersionCheck::VersionCheck(ProfileCache &cache, ProfileRepository &repository, ProfileService &service,
                           unsigned queriesPerSecond, QObject *parent)
    : QObject(parent)
    , m_cache(cache)
    , m_repository(repository)
    , m_service(service)
    , m_pause(1'000 / std::clamp(queriesPerSecond, 1U, 1'000U))
    , m_queries(std::make_shared<OpenQueries>())
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &VersionCheck::step);
}

VersionCheck::~VersionCheck()
{
    m_queries->close();
}

void VersionCheck::add(CheckList list)
{
    if (!list.isEmpty())
        m_lists.push_back(std::move(list));
    if (!m_isAsking && !m_timer.isActive())
        m_timer.start(0ms);
}

void VersionCheck::stop()
{
    m_timer.stop();
    m_lists.clear();
    m_batch.clear();
}

void VersionCheck::step()
{
    if (m_isAsking)
        return;
    if (m_batch.empty())
        fillBatch();
    if (m_batch.empty())
        return Q_EMIT finished();
    m_isAsking = true;
    ++m_queryCount;
    m_queries->ask<RowVersions>(
        [this](Completion<RowVersions> done) { m_repository.versions(m_batch, std::move(done)); },
        [this](Result<RowVersions> found) {
            QMetaObject::invokeMethod(
                this, [this, found = std::move(found)] { take(found); }, Qt::QueuedConnection);
        });
}

// Those that are still cached as they were when they were listed. Also who was expired by force since: it may be taken
// back.
void VersionCheck::fillBatch()
{
    while (m_batch.size() < batchSize && !m_lists.empty()) {
        CheckList &list = m_lists.front();
        if (list.isEmpty()) {
            m_lists.pop_front();
            continue;
        }
        const CheckList::Item item = list.takeFirst();
        const auto entry = m_cache.peek(item.user);
        if (!entry || entry->value.rowVersion() != item.version)
            continue;
        if (Result<ProfileId> id = ProfileId::parse(item.user))
            m_batch.push_back(*std::move(id));
    }
}

void VersionCheck::take(const Result<RowVersions> &found)
{
    m_isAsking = false;
    if (m_batch.empty())
        return; // stopped
    if (found) {
        m_service.applyVersions(m_batch, *found);
        m_batch.clear();
    }
    m_timer.start(found ? m_pause : std::max<std::chrono::milliseconds>(m_pause, 1s));
    Q_EMIT answered(found ? std::string() : found.error().detail);
}

} // namespace hearth
