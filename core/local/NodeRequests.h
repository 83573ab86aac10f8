// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/node/Snapshots.h"
#include "core/profiles/ProfileId.h"
#include "core/service/WarmUp.h"

#include <cstddef>
#include <string>
#include <vector>

// What people ask of a node, as its services take it. Plain functions, thread-safe.
namespace hearth {

// Identities as people gave them, and those that are none.
struct ParsedIdentities {
    std::vector<ProfileId> ids;
    std::vector<std::string> rejected;
    std::string problem; // of the first rejected one, with its line
};
// Whom a warm-up is asked for.
struct ParsedRequest {
    WarmTarget target;
    ParsedIdentities identities;
    std::size_t perSecond = 0; // 0: as fast as it can
};

ParsedIdentities parsed(const std::vector<std::string> &identities);
// Returns: InvalidArgument, when one is none.
Result<std::vector<ProfileId>> allParsed(const std::vector<std::string> &identities);
Result<ParsedRequest> parsed(const WarmRequest &request);

} // namespace hearth
