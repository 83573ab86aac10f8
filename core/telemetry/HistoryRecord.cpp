// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/HistoryRecord.h"

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t checksumBytes = 4;
constexpr std::size_t ringAt = 4;
constexpr std::size_t flagsAt = 5; // then two bytes that are 0
constexpr std::size_t mergedAt = 8;
constexpr std::size_t numbersAt = 16;
static_assert(numbersAt + (17 + statsMissReasonCount - 5 + 6) * 8 == HistoryRecord::bytes);

constexpr std::uint64_t reachableFlag = 1;
constexpr std::uint64_t startsRunFlag = 2;
constexpr std::uint64_t hitLatencyFlag = 4;
constexpr std::uint64_t loadLatencyFlag = 8;
constexpr std::uint64_t allFlags = 15;

// Beyond these a value is nothing that was ever recorded, and nobody has to fear that a sum of such overflows.
constexpr std::uint64_t highestSeq = std::uint64_t(1) << 48;
constexpr WallTime latestTime{std::chrono::hours(24 * 365 * 200)}; // some time in 2169
constexpr std::chrono::nanoseconds longestLength = std::chrono::hours(24 * 365 * 10);
constexpr std::uint32_t mostMerged = 86'400;

constexpr std::array<std::uint32_t, 256> crcTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) ? 0xEDB88320U : 0U);
        table[byte] = crc;
    }
    return table;
}();

// One number after the other.
class Writer
{
public:
    explicit Writer(unsigned char *to)
        : m_to(to)
    {
    }
    void number(std::uint64_t value)
    {
        putNumber(m_to, value, 8);
        m_to += 8;
    }
    void time(std::chrono::nanoseconds value) { number(static_cast<std::uint64_t>(value.count())); }
    void latency(const std::optional<Percentiles> &value)
    {
        const Percentiles percentiles = value.value_or(Percentiles{});
        time(percentiles.p50);
        time(percentiles.p95);
        time(percentiles.p99);
    }

private:
    unsigned char *m_to;
};

class Reader
{
public:
    explicit Reader(const unsigned char *from)
        : m_from(from)
    {
    }
    std::uint64_t number()
    {
        const std::uint64_t value = numberAt(m_from, 8);
        m_from += 8;
        return value;
    }
    std::chrono::nanoseconds time()
    {
        const auto value = std::chrono::nanoseconds(static_cast<std::int64_t>(number()));
        m_isSane = m_isSane && value >= 0ns && value <= longestLength;
        return value;
    }
    std::optional<Percentiles> latency(bool isThere)
    {
        const Percentiles value{time(), time(), time()};
        return isThere ? std::optional(value) : std::nullopt;
    }
    bool isSane() const { return m_isSane; }

private:
    const unsigned char *m_from;
    bool m_isSane = true;
};

std::uint64_t flagsOf(const Sample &sample)
{
    return (sample.databaseReachable ? reachableFlag : 0) | (sample.startsRun ? startsRunFlag : 0) |
           (sample.hitLatency ? hitLatencyFlag : 0) | (sample.loadLatency ? loadLatencyFlag : 0);
}

} // namespace

std::uint32_t crc32Of(const unsigned char *from, std::size_t count)
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (std::size_t i = 0; i < count; ++i)
        crc = (crc >> 8) ^ crcTable[(crc ^ from[i]) & 0xFFU];
    return ~crc;
}

void putNumber(unsigned char *to, std::uint64_t value, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        to[i] = static_cast<unsigned char>(value >> (8 * i));
}

std::uint64_t numberAt(const unsigned char *from, std::size_t count)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value |= std::uint64_t(from[i]) << (8 * i);
    return value;
}

HistoryRecord::Bytes HistoryRecord::encoded() const
{
    Bytes to{};
    putNumber(&to[ringAt], ring, 1);
    putNumber(&to[flagsAt], flagsOf(sample), 1);
    putNumber(&to[mergedAt], sample.merged, 8);
    Writer writer(&to[numbersAt]);
    writer.number(index);
    writer.number(sample.seq);
    writer.number(static_cast<std::uint64_t>(sample.time.time_since_epoch().count()));
    writer.time(sample.length);
    writer.number(sample.activeEntries);
    writer.number(sample.expiredEntries);
    writer.number(sample.gets);
    writer.number(sample.hits);
    writer.number(sample.staleServed);
    for (const std::uint64_t misses : sample.missesByReason)
        writer.number(misses);
    writer.number(sample.loads);
    writer.number(sample.loadFailures);
    writer.number(sample.evictions);
    writer.latency(sample.hitLatency);
    writer.latency(sample.loadLatency);
    putNumber(to.data(), crc32Of(&to[checksumBytes], bytes - checksumBytes), checksumBytes);
    return to;
}

std::optional<HistoryRecord> HistoryRecord::decoded(const unsigned char *from)
{
    if (numberAt(from, checksumBytes) != crc32Of(from + checksumBytes, bytes - checksumBytes))
        return std::nullopt;
    HistoryRecord record;
    record.ring = static_cast<std::uint32_t>(numberAt(from + ringAt, 1));
    const std::uint64_t flags = numberAt(from + flagsAt, 1);
    const std::uint64_t merged = numberAt(from + mergedAt, 8);
    Reader reader(from + numbersAt);
    record.index = reader.number();
    Sample &sample = record.sample;
    sample.seq = reader.number();
    const std::uint64_t time = reader.number();
    sample.length = reader.time();
    sample.activeEntries = reader.number();
    sample.expiredEntries = reader.number();
    sample.gets = reader.number();
    sample.hits = reader.number();
    sample.staleServed = reader.number();
    for (std::uint64_t &misses : sample.missesByReason)
        misses = reader.number();
    sample.loads = reader.number();
    sample.loadFailures = reader.number();
    sample.evictions = reader.number();
    sample.hitLatency = reader.latency((flags & hitLatencyFlag) != 0);
    sample.loadLatency = reader.latency((flags & loadLatencyFlag) != 0);
    sample.databaseReachable = (flags & reachableFlag) != 0;
    sample.startsRun = (flags & startsRunFlag) != 0;
    const bool isPossible = reader.isSane() && flags <= allFlags && merged >= 1 && merged <= mostMerged &&
                            sample.seq >= merged && sample.seq <= highestSeq && record.index <= highestSeq &&
                            time <= static_cast<std::uint64_t>(latestTime.time_since_epoch().count());
    if (!isPossible)
        return std::nullopt;
    sample.merged = static_cast<std::uint32_t>(merged);
    sample.time = WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(time)));
    return record;
}

} // namespace hearth
