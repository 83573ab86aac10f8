// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/ProfileId.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

// Reading the fields of a request's body. For the sources of this folder only: the JSON parser does not look out of it.
// All return InvalidArgument, with a sentence that names the field and quotes nothing.
namespace hearth {

Error malformed(std::string detail);
// "The field "name" is not expected."
Error wrongField(std::string_view name, std::string_view expected);

// An object, nested 16 levels at most, strict UTF-8, without a NUL, no field twice in the same object.
Result<nlohmann::json> parsedBody(std::string_view body);
Result<void> onlyKnown(const nlohmann::json &object, std::initializer_list<std::string_view> names);
// Exactly one of these fields. Returns: its name.
Result<std::string_view> onlyOne(const nlohmann::json &object, std::initializer_list<std::string_view> names);

// true or false. Returns: the fallback where it is not there.
Result<bool> flagField(const nlohmann::json &object, std::string_view name, bool fallback);
Result<std::optional<bool>> optionalFlag(const nlohmann::json &object, std::string_view name);
// A string of so many bytes at most. Returns: empty where it is not there.
Result<std::string> textField(const nlohmann::json &object, std::string_view name, std::size_t longest);
// A whole number. Returns: nullopt where it is not there.
Result<std::optional<std::int64_t>> numberField(const nlohmann::json &object, std::string_view name);
// An identity; it must be there.
Result<ProfileId> identityField(const nlohmann::json &object, std::string_view name);
// A text like an identity (1 to 255 characters, no control characters). Returns: empty where it is not there.
Result<std::string> properTextField(const nlohmann::json &object, std::string_view name);

} // namespace hearth
