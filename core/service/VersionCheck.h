// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"
#include "core/service/CheckList.h"
#include "core/service/OpenQueries.h"
#include "core/service/ProfileService.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace hearth {

// Re-checks cached entries by the versions of their rows: up to a thousand in a query, one query at a time, and so many
// a second at most. What changed expires, what is gone leaves, what is as it was is not touched. A query that fails is
// repeated until it succeeds, once a second.
//
// Lives on the service thread; everything must be called there. Ownership: borrows cache, repository and service.
class VersionCheck : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t batchSize = 1'000; // as ProfileRepository::versions() allows

    VersionCheck(ProfileCache &cache, ProfileRepository &repository, ProfileService &service, unsigned queriesPerSecond,
                 QObject *parent = nullptr);
    ~VersionCheck() override;

    // Behind those that are there already.
    void add(CheckList list);
    void stop();
    bool isIdle() const { return !m_isAsking && m_batch.empty() && m_lists.empty(); }
    std::uint64_t queries() const { return m_queryCount.load(); } // thread-safe

Q_SIGNALS:
    // Once everything was checked.
    void finished();
    // A query was answered; or it failed, with the reason.
    void answered(const std::string &problem);

private:
    void step();
    void fillBatch();
    void take(const Result<RowVersions> &found);

    ProfileCache &m_cache;
    ProfileRepository &m_repository;
    ProfileService &m_service;
    const std::chrono::milliseconds m_pause; // between two queries
    const std::shared_ptr<OpenQueries> m_queries;
    QTimer m_timer;
    std::deque<CheckList> m_lists;
    std::vector<ProfileId> m_batch; // being asked for, or to be asked for again
    bool m_isAsking = false;
    std::atomic<std::uint64_t> m_queryCount = 0;
};

} // namespace hearth
