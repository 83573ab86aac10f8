// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches for identities and parameters that come out of a URL otherwise than they went in, or that should not come
// out.
#include "core/api/Percent.h"
#include "core/base/Utf8.h"
#include "tests/fuzz/FuzzCheck.h"

#include <string>

using namespace hearth;

namespace {

void checkDecoding(std::string_view text)
{
    const std::string encoded = percentEncoded(text);
    const Result<std::string> back = percentDecoded(encoded);
    must(back && *back == text, "what is encoded is decoded again");
    must(isPlainSentence(encoded) || text.empty(), "what is encoded is plain");
    must(encoded.find_first_of("/?#&=+ ") == std::string::npos, "what is encoded means nothing else in a URL");

    const Result<std::string> decoded = percentDecoded(text);
    must(decoded ? decoded->size() <= text.size() : isPlainSentence(decoded.error().detail),
         "what is refused is not quoted");
}

void checkIdentity(std::string_view text)
{
    const Result<ProfileId> direct = ProfileId::parse(text);
    const Result<ProfileId> encoded = identityFromPath(percentEncoded(text));
    must(bool(direct) == bool(encoded) && (!direct || *direct == *encoded),
         "an identity is the same behind its encoding");
    const Result<ProfileId> id = identityFromPath(text);
    if (!id)
        return must(isPlainSentence(id.error().detail), "a refusal quotes nothing");
    must(!id->text().empty() && isUtf8(id->text()), "an identity is UTF-8");
    for (const char c : id->text())
        must(static_cast<unsigned char>(c) >= ' ' && c != '\x7f', "an identity has no control characters");
}

void checkQuery(std::string_view name, std::string_view text)
{
    const Result<QueryParameters> parsed = QueryParameters::parse(text);
    if (!parsed)
        return must(isPlainSentence(parsed.error().detail), "a refusal quotes nothing");
    const auto value = parsed->value(name);
    must(!value || (isUtf8(*value) && value->find('\0') == std::string_view::npos), "a parameter is UTF-8 without NUL");
    const auto number = parsed->number(name, 7, 1'000);
    must(!number || *number <= 1'000, "a number is within its limit");
    (void)parsed->flag(name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    FuzzInput input(data, size);
    checkDecoding(input.rest());
    checkIdentity(input.rest());
    const std::string_view name = input.line();
    checkQuery(name, input.rest());
    return 0;
}
