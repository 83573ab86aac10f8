// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/DatabaseUrl.h"

#include <QString>

namespace hearth {

// "…/share/hearth/history/<32 hexadecimal digits>.hearth-history" in the user's data directory: where the past of a
// node over this database is kept. Each database has its own, each user who connects to it, too: they may see other
// rows. The name tells nothing; a changed password changes nothing.
QString historyFileOf(const DatabaseUrl &database);

} // namespace hearth
