// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileId.h"

#include <chrono>

namespace hearth {

// The TTL of a user who is cached together with many others: shorter by up to a tenth, always the same for one user,
// so that they do not all expire in the same second. Thread-safe; the same on every platform.
std::chrono::nanoseconds jitteredTtl(std::chrono::nanoseconds ttl, const ProfileId &id);

} // namespace hearth
