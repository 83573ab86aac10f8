// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/BinaryCopy.h"
#include "core/storage/UserReader.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hearth {

// How the time of the update comes.
enum class UpdateTime : std::uint8_t {
    MicrosecondsSince2000, // as PostgreSQL keeps it; infinite: none
    MillisecondsSince1970,
};

// Gathers profiles (or identities only) and gives them on, some hundreds at a time. The memory of a portion is used
// again for the next one. Not synchronized.
class ProfilePortion
{
public:
    // Ownership: borrows the reading.
    explicit ProfilePortion(const UserReading &reading)
        : m_reading(reading)
    {
    }

    // Those with an identity that is no valid one are left out. These return: false when reading shall end.
    // row: the columns of ProfileColumn; identities only: just the first.
    bool add(const std::vector<BinaryCopy::Field> &row, UpdateTime time);
    bool add(Profile profile);
    bool add(ProfileId id);
    // Gives on what has gathered.
    bool flush();

    // How many were given on.
    std::uint64_t given() const { return m_given; }

private:
    bool flushIfFull() { return m_size < userPortion || flush(); }
    Profile &placeFor(ProfileId id);

    const UserReading &m_reading;
    std::vector<Profile> m_rows; // of them, the first m_size are filled
    std::vector<ProfileId> m_ids;
    std::size_t m_size = 0;
    std::uint64_t m_given = 0;
};

} // namespace hearth
