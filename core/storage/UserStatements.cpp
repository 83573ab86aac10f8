// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/UserStatements.h"

namespace hearth {

QString fromUserGroup(const UserGroup &group, const UserGroupWords &words)
{
    QString condition;
    if (std::holds_alternative<SpeakersOf>(group))
        condition = QStringLiteral(" where native_language%1 = %2").arg(words.asText, words.language);
    else if (std::holds_alternative<HostsOfActiveRooms>(group))
        condition = QStringLiteral(" where user_identity%1 in (select host_identity%1 from rooms where is_active)")
                        .arg(words.asText);
    return QStringLiteral(" from user_profiles") + condition;
}

QString newestUsers(const UserGroupWords &words)
{
    return QStringLiteral(" order by coalesce(updated_at, created_at) desc nulls last, user_identity limit ") +
           words.limit;
}

} // namespace hearth
