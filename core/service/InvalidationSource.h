// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileId.h"
#include "core/telemetry/InvalidationState.h"

#include <cstdint>
#include <functional>

namespace hearth {

// A row that somebody changed.
struct RowChange {
    enum class Kind : std::uint8_t {
        Changed, // inserted or updated
        Deleted, // or renamed: nobody has this identity any more
    };
    ProfileId id;
    Kind kind = Kind::Changed;
    // Where it is known: what Profile::rowVersion is after the change. Equal to what is cached: that is fresh already.
    // Unequal tells nothing for sure; 0 is unknown.
    std::uint32_t rowVersion = 0;
};

// What a source tells. Called one at a time, on the source's own thread; must not block and must not stop the source.
struct InvalidationHandlers {
    std::function<void(const RowChange &)> rowChanged;
    // Changes were missed, or are too many to be named: re-check what is cached by its versions. Told each time that
    // listening begins, after everything that changes from then on is sure to be told.
    std::function<void()> changesUnknown;
    std::function<void(const InvalidationState &)> stateChanged;
};

// Tells that rows were changed by others: a port, so that the database's notifications and, later, those of other nodes
// can be had in the same way.
//
// Thread-safe. A source that cannot do its work says so in its state, goes on trying, and never fails for good.
class InvalidationSource
{
public:
    virtual ~InvalidationSource() = default;

    // Begins; once. Handlers that are empty are left out.
    virtual void start(InvalidationHandlers handlers) = 0;
    // No handler is called any more once this has returned, which takes 2 s at most.
    virtual void stop() = 0;
    virtual InvalidationState state() const = 0;
};

} // namespace hearth
