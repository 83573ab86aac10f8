// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <string_view>

namespace hearth {

// The description of the HTTP API (OpenAPI 3.1), as resources/api/openapi.json has it. Thread-safe; lives as long as
// the program.
std::string_view apiDescription();

} // namespace hearth
