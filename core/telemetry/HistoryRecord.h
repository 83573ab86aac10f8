// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/telemetry/Stats.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hearth {

// One sample as it stands in a HistoryFile: numbers of eight bytes, the lowest first, and the CRC-32 of all that
// follows it. Where on the disk it belongs is part of it, so that a record at the wrong place is none. Immutable value.
struct HistoryRecord {
    static constexpr std::size_t bytes = 200;
    using Bytes = std::array<unsigned char, bytes>;

    std::uint32_t ring = 0;  // which of the file's
    std::uint64_t index = 0; // how many records that ring was given before
    Sample sample;

    Bytes encoded() const;
    // Reads so many bytes. Returns: nullopt for what is torn, was never written, or cannot be.
    static std::optional<HistoryRecord> decoded(const unsigned char *from);
};

// CRC-32 (IEEE 802.3, as in zlib and PNG): finds every burst of errors of up to 32 bits.
std::uint32_t crc32Of(const unsigned char *from, std::size_t count);

// Numbers, the lowest byte first, whatever the machine.
void putNumber(unsigned char *to, std::uint64_t value, std::size_t count);
std::uint64_t numberAt(const unsigned char *from, std::size_t count);

} // namespace hearth
