// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/HttpWorker.h"

#include "core/server/ResponseHead.h"

#include <charconv>
#include <cstdio>
#include <random>
#include <vector>

namespace hearth {

HttpWorker::HttpWorker(std::shared_ptr<HttpShared> sharedByAll)
    : shared(std::move(sharedByAll))
    , date(httpDate(shared->clock.wallNow()))
    , m_guard(net::make_work_guard(context))
    , m_timer(context)
{
    std::random_device random;
    std::array<char, 9> prefix{};
    std::snprintf(prefix.data(), prefix.size(), "%08x", random());
    m_requestPrefix = prefix.data();
}

void HttpWorker::tick()
{
    if (m_isStopping)
        return;
    date = httpDate(shared->clock.wallNow());
    const MonotonicTime now = shared->clock.now();
    const std::vector<std::shared_ptr<HttpConnection>> all(sessions.begin(), sessions.end());
    for (const std::shared_ptr<HttpConnection> &session : all)
        session->look(now);
    m_timer.expires_after(shared->limits.tick);
    m_timer.async_wait([self = shared_from_this()](const boost::system::error_code &problem) {
        if (!problem)
            self->tick();
    });
}

void HttpWorker::drain()
{
    isDraining = true;
    const std::vector<std::shared_ptr<HttpConnection>> all(sessions.begin(), sessions.end());
    for (const std::shared_ptr<HttpConnection> &session : all)
        session->drain();
}

void HttpWorker::stop()
{
    m_isStopping = true;
    isDraining = true;
    m_timer.cancel();
    const std::vector<std::shared_ptr<HttpConnection>> all(sessions.begin(), sessions.end());
    for (const std::shared_ptr<HttpConnection> &session : all)
        session->close();
}

std::string HttpWorker::nextRequestId()
{
    std::array<char, 20> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), ++m_requests, 16);
    return m_requestPrefix + "-" + std::string(digits.data(), written.ptr);
}

} // namespace hearth
