// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/node/NodeClient.h"

// All of it is pure; this unit is where its meta object is compiled.
