// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/server/RouteContext.h"

#include <cstdint>
#include <map>
#include <string>

namespace hearth {

// Warm-ups, and the jobs that they are. Threads: as ApiHandlers.
class WarmRoutes
{
public:
    explicit WarmRoutes(RouteContext &context);

    void handle(const ApiRequest &request, const ApiRespond &respond);
    // Names somebody no longer among those who could not be loaded.
    void forget(const std::string &user);

private:
    void warm(const ApiRequest &request, const ApiRespond &respond);
    void startWarmUp(const WarmRequest &target, const std::string &who, const ApiRespond &respond);
    void job(const ApiRequest &request, const ApiRespond &respond);
    void cancel(std::uint64_t jobId, const std::string &who, const ApiRespond &respond);
    void takeProgress(const WarmStatus &status);

    RouteContext &m_context;
    Mutex m_jobsMutex;
    std::map<std::uint64_t, WarmStatus> m_jobs HEARTH_GUARDED_BY(m_jobsMutex); // the newest thousand
};

} // namespace hearth
