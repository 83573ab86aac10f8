// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/MetricsText.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/server/ApiExchange.h"
#include "core/server/ApiServerSettings.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hearth {

// Serves HTTP/1.1 or HTTPS on one address: connections, parsing, limits, timeouts, who may come in. What is answered
// comes from the handler.
//
// An I/O thread each owns its connections; nothing on the way of a request is shared between them. The handler runs on
// the I/O thread and must not wait. Requests of one connection are answered one after the other, in their order, also
// when they were sent all at once.
//
// Not synchronized: start, reloadCertificate, drain and stop are called by one thread; the others by any. Ownership:
// borrows the clock, which must outlive it.
class ApiServer
{
public:
    using Handler = std::function<void(const ApiRequest &, const ApiRespond &)>;

    ApiServer(const Clock &clock, ApiServerSettings settings, Handler handler);
    // Stops.
    ~ApiServer();

    // Listens, and serves from here on. Returns: Unavailable, when the address cannot be listened on; BadData, when the
    // files of TLS cannot be used.
    Result<void> start();
    std::uint16_t port() const;
    // Reads the files of TLS again, for new connections; those that are open stay as they are. What cannot be used
    // changes nothing. Returns: what is served with from here on, for the log; BadData; NotFound, where there is no
    // TLS.
    Result<std::string> reloadCertificate();

    // Nobody new comes in, connections close when their request is answered. Returns at once; isDrained() tells when
    // nobody is left.
    void drain();
    bool isDrained() const;
    // Closes what is left and returns when the threads have ended. Answers that come later are dropped.
    void stop();

    HttpCounts counts() const;
    // Asks all I/O threads whether they still run: the last one that comes round to it calls this, if all do.
    void probe(std::function<void()> areAlive);

private:
    class Impl;
    const std::unique_ptr<Impl> m_impl;
};

} // namespace hearth
