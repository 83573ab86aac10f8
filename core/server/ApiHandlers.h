// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/base/ThreadNumber.h"
#include "core/node/NodeClient.h"
#include "core/node/OnAnswer.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/server/ApiExchange.h"
#include "core/server/EntryCursors.h"
#include "core/service/CleanupService.h"
#include "core/service/ProfileService.h"
#include "core/service/StatsSampler.h"
#include "core/telemetry/EventLog.h"
#include "core/telemetry/SampleHistory.h"

#include <QMetaObject>
#include <QObject>
#include <QThreadPool>

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace hearth {

struct ConfigChanges;
struct HttpCounts;
class QueryParameters;

// What the handlers answer from. Borrowed; all outlive them. The functions may be called on any thread.
struct ApiServices {
    const Clock &clock;
    NodeClient &node; // reached by queued calls on its own thread only
    ProfileCache &cache;
    ProfileService &profiles;
    CleanupService &cleanup;
    const StatsSampler &sampler;
    EventLog &events;
    const SampleHistory &history;
    const VoiceDirectory &voices;
    std::function<DatabaseStatus()> database;
    std::function<ProfileView(const ProfileId &)> look; // what is cached of a user, quietly; the database is not asked
};

// Answers the routes: request in, answer out, no transport.
//
// Construct and destroy it on the node's thread; handle() may be called on any, and never waits: a hit is answered
// before it returns, everything that takes longer on another thread. Nothing may be handled any more when it is
// destroyed.
class ApiHandlers : public QObject
{
    Q_OBJECT

public:
    explicit ApiHandlers(ApiServices services, QObject *parent = nullptr);
    ~ApiHandlers() override;

    void handle(const ApiRequest &request, const ApiRespond &respond);
    // From here on it is not ready, whatever the database is.
    void drain() { m_isDraining = true; }
    // Who counts the answers; before the first request.
    void setHttpCounts(std::function<HttpCounts()> counts) { m_httpCounts = std::move(counts); }

private:
    // The catalogue of voices that is valid now, without a lock: each thread looks for a newer one once a second.
    struct alignas(64) VoicesOfThread {
        std::shared_ptr<const VoiceCatalog> catalog;
        MonotonicTime validUntil{};
    };
    struct PageRequest {
        std::size_t limit = 0;
        bool isMasked = false;
        std::string who;
    };

    void readyz(const ApiRespond &respond) const;
    void node(const ApiRequest &request, const ApiRespond &respond) const;
    void metrics(const ApiRespond &respond);
    void samples(const ApiRequest &request, const ApiRespond &respond);
    void events(const ApiRequest &request, const ApiRespond &respond);
    void profile(const ApiRequest &request, const ApiRespond &respond);
    void profileFromDatabase(const ProfileId &id, const ApiRespond &respond);
    void cleanup(const ApiRequest &request, const ApiRespond &respond);
    void entry(const ApiRequest &request, const ApiRespond &respond);
    void actOnEntry(const ApiRequest &request, const ApiRespond &respond);
    void expire(const ApiRequest &request, const ApiRespond &respond);
    void previewExpiry(const EntriesTarget &target, const ApiRespond &respond);
    static ApiResponse expiredResponse(std::uint64_t count);
    void warm(const ApiRequest &request, const ApiRespond &respond);
    void startWarmUp(const WarmRequest &target, const ApiRespond &respond);
    void job(const ApiRequest &request, const ApiRespond &respond);
    void takeProgress(const WarmStatus &status);
    void config(const ApiRespond &respond) const;
    void changeConfig(const ApiRequest &request, const ApiRespond &respond);
    void apply(const ConfigChanges &changes, const std::string &who);

    void entries(const ApiRequest &request, const ApiRespond &respond);
    void nextPage(std::string_view cursor, const PageRequest &asked, const ApiRespond &respond);
    void firstPage(EntriesQuery query, std::size_t position, const PageRequest &asked, const ApiRespond &respond);
    ApiResponse page(const EntryCursors::ListPtr &list, std::uint64_t name, std::size_t position,
                     const PageRequest &asked) const;

    std::shared_ptr<const VoiceCatalog> voices();
    // Asks the node on its thread, answers with what write(*result) makes of it, or with the error's problem.
    template <class T, class Ask, class Write>
    void ask(const ApiRespond &respond, Ask askNode, Write write);

    const ApiServices m_services;
    const NodeInfo m_info;
    std::function<HttpCounts()> m_httpCounts;
    std::atomic<bool> m_isDraining = false;
    EntryCursors m_cursors;
    std::array<VoicesOfThread, sharedThreadNumber> m_voices;
    Mutex m_jobsMutex;
    std::map<std::uint64_t, WarmStatus> m_jobs HEARTH_GUARDED_BY(m_jobsMutex); // the newest thousand
    QThreadPool m_pool; // for what takes longer than an I/O thread has
};

ApiResponse problemResponse(const Error &error);

template <class T, class Ask, class Write>
void ApiHandlers::ask(const ApiRespond &respond, Ask askNode, Write write)
{
    const auto begin = [this, respond, askNode, write] {
        const QFuture<Result<T>> future = askNode(m_services.node);
        onAnswer(future, this, [this, respond, write, future](const Result<T> &result) {
            if (!result)
                return respond(problemResponse(result.error()));
            // What is long to write is not written on the node's thread; the future holds it without a copy.
            m_pool.start([respond, write, future] { respond(write(*future.resultAt(0))); });
        });
    };
    QMetaObject::invokeMethod(this, begin, Qt::QueuedConnection);
}

} // namespace hearth
