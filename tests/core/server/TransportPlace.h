// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/server/ApiServer.h"
#include "tests/core/server/RawClient.h"
#include "tests/core/server/TestCertificate.h"
#include "tests/core/server/TlsClient.h"
#include "tests/support/ManualClock.h"

#include <QTemporaryDir>

#include <atomic>
#include <optional>

namespace hearth {

// A server whose handler answers with what it was asked, or keeps the question.
struct Place {
    explicit Place(ApiServerSettings settings = {})
        : server(clock, completed(std::move(settings)),
                 [this](const ApiRequest &request, const ApiRespond &respond) { handle(request, respond); })
    {
        clock.setWall(SystemClock().wallNow()); // certificates are made for today
        started = bool(server.start());
    }
    static ApiServerSettings completed(ApiServerSettings settings)
    {
        settings.limits.tick = std::chrono::milliseconds(5);
        if (usesTls && !settings.tls)
            settings.tls = certificateFiles();
        return settings;
    }
    // Of a certificate that is good.
    static TlsFiles certificateFiles()
    {
        static const QTemporaryDir folder;
        const TlsFiles files{folder.filePath("cert.pem").toStdString(), folder.filePath("key.pem").toStdString()};
        static const bool isSaved = makeTestCertificate().save(files.certificate, files.key);
        return isSaved ? files : TlsFiles{};
    }
    void handle(const ApiRequest &request, const ApiRespond &respond)
    {
        ++handled;
        if (keeps) {
            kept = respond;
            hasKept = true;
            return;
        }
        ApiResponse response;
        response.body = std::string(request.parameter) + "|" + std::string(request.body);
        respond(std::move(response));
    }
    // A connection, ready for requests.
    RawClient client(const char *from = nullptr) const
    {
        return usesTls ? tlsClient(server.port(), {}, from) : RawClient(server.port(), from);
    }
    std::uint64_t connections() const { return server.counts().connections; }

    static inline bool usesTls = false; // all places from then on

    ManualClock clock;
    std::atomic<int> handled = 0;
    std::atomic<bool> keeps = false;
    std::atomic<bool> hasKept = false;
    std::optional<ApiRespond> kept;
    bool started = false;
    ApiServer server; // the last: its threads use all of it
};

} // namespace hearth
