// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/Profile.h"
#include "core/profiles/ProfileRepository.h"
#include "core/profiles/VoiceCatalog.h"

namespace hearth {

// What may be written into the database: a language of the service, a voice that the catalogue knows or none, and the
// provider that the voice has. What a row holds that others wrote is not judged. Thread-safe.
//
// Returns: what to write, with the provider of the voice; InvalidArgument, with a sentence that names the field by its
// name in the API and says what is allowed.
Result<Profile> acceptedProfile(Profile profile, const VoiceCatalog &voices);
// Also for changes that name nothing.
Result<ProfileChanges> acceptedChanges(ProfileChanges changes, const VoiceCatalog &voices);

} // namespace hearth
