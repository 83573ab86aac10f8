// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/Terminal.h"
#include "core/experiments/SelfTest.h"

#include <string>

// The self-test's findings for people and for programs. Plain functions.
namespace hearth {

// "PASS  1 first fetch (database)  212 ms  …", and the cache's state below it.
std::string selfTestPartText(const SelfTestPart &part, const TextStyle &style);
// How many passed, and by how much the cache was faster.
std::string selfTestSummary(const SelfTestReport &report, const DatabaseStatus &database, const TextStyle &style);
// {"success":true,"database":{…},"profiles":…,"parts":[{"name","result","detail","time_ms","cache_stats"}…],…}
std::string selfTestJson(const SelfTestReport &report, const DatabaseStatus &database);

} // namespace hearth
