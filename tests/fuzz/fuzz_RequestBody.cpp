// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches for bodies that crash their readers, or pass them with something that may not be in them. The first byte
// chooses the reader.
#include "core/api/RequestBody.h"
#include "core/profiles/ProfileId.h"
#include "tests/fuzz/FuzzCheck.h"

#include <cmath>
#include <variant>

using namespace hearth;

namespace {

void checkError(const Error &error)
{
    must(error.code == ErrorCode::InvalidArgument, "a malformed body is malformed");
    must(isPlainSentence(error.detail) && error.detail.size() < 1'000, "a refusal quotes nothing");
}

void checkNames(const std::vector<std::string> &names)
{
    must(!names.empty(), "nobody is not everybody");
    for (const std::string &name : names)
        must(bool(ProfileId::parse(name)), "a name that passes is an identity");
}

void checkExpire(std::string_view body)
{
    const auto request = expireRequestFromJson(body);
    if (!request)
        return checkError(request.error());
    if (const auto *users = std::get_if<TheseUsers>(&request->target))
        checkNames(users->identities);
    if (std::holds_alternative<AllUsers>(request->target))
        must(body.find("all") != std::string_view::npos || body.find('\\') != std::string_view::npos,
             "everybody is meant only where it is said");
}

void checkWarm(std::string_view body)
{
    const auto request = warmUpRequestFromJson(body);
    if (!request)
        return checkError(request.error());
}

void checkConfig(std::string_view body)
{
    const auto changes = configChangesFromJson(body);
    if (!changes)
        return checkError(changes.error());
    must(!changes->refreshAhead || std::isfinite(*changes->refreshAhead), "a share is a number");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    FuzzInput input(data, size);
    switch (input.byte() % 3) {
    case 0:
        checkExpire(input.rest());
        break;
    case 1:
        checkWarm(input.rest());
        break;
    default:
        checkConfig(input.rest());
        break;
    }
    return 0;
}
