// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <string>

// What became of forced expiries, as JSON. Plain functions, thread-safe.
namespace hearth {

// {"success":true,"expired":N,"undo_id":…,"undo_until":…}: the last two are null where it cannot be taken back.
std::string expiryJson(const ExpiryOutcome &outcome);
// {"expired":N,"examples":[…]}
std::string previewJson(const ExpiryPreview &preview);
// {"success":true,"restored":N,"skipped":N}
std::string undoJson(const UndoOutcome &outcome);

} // namespace hearth
