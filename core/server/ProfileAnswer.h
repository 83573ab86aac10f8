// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/ProfileText.h"
#include "core/service/ServedProfile.h"

#include <string>

namespace hearth {

// PROFILE of what a service served. Valid as long as both.
inline ProfileFields fieldsOf(const ProfileId &id, const ServedProfile &served)
{
    return {id.text(), served.texts(), served.formalTone(), served.preserveEmotion(), served.updatedAt()};
}

} // namespace hearth
