// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/UserSource.h"

#include <QString>

namespace hearth {

// How a dialect says what the groups have in common.
struct UserGroupWords {
    QString asText;   // after a column: its value as text
    QString language; // the language that is asked for
    QString limit;
};

// " from user_profiles …": the rows of a group, in no order.
QString fromUserGroup(const UserGroup &group, const UserGroupWords &words);
// Behind it: newest first, as many as the limit allows.
QString newestUsers(const UserGroupWords &words);

} // namespace hearth
