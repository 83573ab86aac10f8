// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/server/RouteContext.h"

namespace hearth {

// Profiles, as the translation service reads and writes them. Threads: as ApiHandlers.
class ProfileRoutes
{
public:
    explicit ProfileRoutes(RouteContext &context)
        : m_context(context)
    {
    }

    void handle(const ApiRequest &request, const ApiRespond &respond);

private:
    void profile(const ApiRequest &request, const ApiRespond &respond);
    void profileFromDatabase(const ProfileId &id, const ApiRespond &respond);
    void create(const ApiRequest &request, const ApiRespond &respond);
    void change(const ApiRequest &request, const ApiRespond &respond);
    void answerWrite(const ApiRespond &respond, const ProfileId &id, const std::string &who, unsigned status,
                     const Result<ServedProfile> &written);

    RouteContext &m_context;
};

} // namespace hearth
