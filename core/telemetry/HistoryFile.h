// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/telemetry/HistoryRecord.h"
#include "core/telemetry/LockedFile.h"
#include "core/telemetry/SampleSum.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// How many samples a HistoryFile keeps: three rings, of longer and longer sums.
struct HistoryShape {
    struct Ring {
        std::uint32_t seconds;  // summed to one
        std::uint32_t capacity; // so many of them; the oldest is written over
    };
    // Two hours of seconds, a day of tens, a week of minutes.
    std::array<Ring, 3> rings{{{1, 2 * 3600}, {10, 24 * 360}, {60, 7 * 24 * 60}}};

    std::size_t bytes() const; // of the largest file: 5,184,064 unless told
};

// The samples of one node on a disk, across starts of the program: seconds, then sums of 10 s, then of 60 s, in a file
// that never grows beyond HistoryShape::bytes(). See DESIGN.md for what may be lost when.
//
// One program writes; a second one cannot open it. What is no history, is damaged at its beginning or was written by a
// newer version is set aside under another name, never deleted.
// Not synchronized. open() and flush() take as long as the disk does, append() never waits.
class HistoryFile
{
public:
    // Makes it where there is none; folder and file for their owner only, symbolic links are refused.
    // Returns: Unavailable while another program has it, or the disk fails; PermissionDenied
    static Result<std::unique_ptr<HistoryFile>> open(const std::string &path, const HistoryShape &shape = {});

    // What was recorded before it was opened, oldest first; numbers ascend, and samples that follow() each other say
    // so. To be taken once.
    std::vector<Sample> takePast();
    // Where a file that could not be understood was put; empty: there was none.
    const std::string &setAside() const { return m_setAside; }

    // One second more. What was given with a hole in its numbers is kept with that hole.
    void append(const Sample &sample);
    // Writes what was appended. Returns: Unavailable; nothing is dropped then, except what a ring has no room for.
    Result<void> flush();

private:
    struct Ring {
        HistoryShape::Ring shape;
        std::uint32_t number = 0;
        std::size_t offset = 0; // in the file
        SampleSummer summer;
        std::uint64_t nextIndex = 0;
        std::deque<HistoryRecord> pending; // not written yet
    };

    HistoryFile(LockedFile file, const HistoryShape &shape);
    Result<void> load(const std::vector<unsigned char> &bytes);
    static std::vector<Sample> samplesOf(Ring &ring, const std::vector<unsigned char> &bytes);
    void resumeSums(const std::vector<std::vector<Sample>> &samples);
    static void put(Ring &ring, const std::optional<Sample> &sum);
    Result<void> write(Ring &ring);

    LockedFile m_file;
    std::vector<Ring> m_rings; // the finest first
    std::vector<Sample> m_past;
    std::string m_setAside;
    std::uint64_t m_nextSeq = 1;            // in the file
    std::optional<std::uint64_t> m_lastSeq; // as it was given
};

} // namespace hearth
