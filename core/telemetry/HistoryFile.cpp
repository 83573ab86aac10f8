// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/HistoryFile.h"

#include "core/base/SeqPoint.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t headerBytes = 64;
constexpr std::array<unsigned char, 16> magic{'h', 'e', 'a', 'r', 't', 'h', '-',  'h',
                                              'i', 's', 't', 'o', 'r', 'y', '\r', '\n'};
constexpr std::uint32_t formatVersion = 1;
constexpr std::size_t versionAt = 16;
constexpr std::size_t recordBytesAt = 20;
constexpr std::size_t ringsAt = 24; // seconds and capacity of each
constexpr std::size_t checksumAt = 60;

std::vector<unsigned char> headerOf(const HistoryShape &shape)
{
    std::vector<unsigned char> header(headerBytes);
    std::copy(magic.begin(), magic.end(), header.begin());
    putNumber(&header[versionAt], formatVersion, 4);
    putNumber(&header[recordBytesAt], HistoryRecord::bytes, 4);
    std::size_t at = ringsAt;
    for (const HistoryShape::Ring &ring : shape.rings) {
        putNumber(&header[at], ring.seconds, 4);
        putNumber(&header[at + 4], ring.capacity, 4);
        at += 8;
    }
    putNumber(&header[checksumAt], crc32Of(header.data(), checksumAt), 4);
    return header;
}

enum class Content { Nothing, History, Foreign };

// A newer version is foreign, too: what it means by its bytes is not known here.
Content contentOf(const std::vector<unsigned char> &bytes, const HistoryShape &shape)
{
    const std::vector<unsigned char> header = headerOf(shape);
    const std::size_t common = std::min(bytes.size(), header.size());
    if (!std::equal(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(common), bytes.begin()))
        return Content::Foreign;
    return common < header.size() ? Content::Nothing : Content::History; // killed while it was made: as good as empty
}

std::uint64_t beginOf(const Sample &sample)
{
    return sample.seq - sample.merged; // the number of the last second before it
}

// Fine samples where there are any, coarse ones before and behind them, none twice.
std::vector<Sample> joined(std::vector<Sample> fine, const std::vector<Sample> &coarse)
{
    if (fine.empty() || coarse.empty())
        return fine.empty() ? coarse : fine;
    const auto starts = std::find_if(coarse.begin(), coarse.end(),
                                     [&](const Sample &sample) { return beginOf(sample) >= beginOf(fine.front()); });
    std::vector<Sample> all(coarse.begin(), starts);
    const std::uint64_t told = all.empty() ? 0 : all.back().seq;
    std::copy_if(fine.begin(), fine.end(), std::back_inserter(all),
                 [&](const Sample &sample) { return beginOf(sample) >= told; });
    std::copy_if(starts, coarse.end(), std::back_inserter(all),
                 [&](const Sample &sample) { return beginOf(sample) >= fine.back().seq; });
    return all;
}

} // namespace

std::size_t HistoryShape::bytes() const
{
    std::size_t records = 0;
    for (const Ring &ring : rings)
        records += ring.capacity;
    return headerBytes + records * HistoryRecord::bytes;
}

Result<std::unique_ptr<HistoryFile>> HistoryFile::open(const std::string &path, const HistoryShape &shape)
{
    std::string aside;
    for (;;) {
        Result<LockedFile> file = LockedFile::open(path);
        if (!file)
            return file.error();
        const Result<std::vector<unsigned char>> bytes = file->read(shape.bytes());
        if (!bytes)
            return bytes.error();
        const Content content = contentOf(*bytes, shape);
        if (content == Content::Foreign) {
            const Result<std::string> name = file->setAside();
            if (!name)
                return name.error();
            aside = *name;
            continue; // the next one is new
        }
        std::unique_ptr<HistoryFile> history(new HistoryFile(*std::move(file), shape));
        history->m_setAside = aside;
        const Result<void> begun =
            content == Content::Nothing ? history->m_file.write(0, headerOf(shape)) : history->load(*bytes);
        if (!begun)
            return begun.error();
        return Result(std::move(history));
    }
}

HistoryFile::HistoryFile(LockedFile file, const HistoryShape &shape)
    : m_file(std::move(file))
{
    std::size_t offset = headerBytes;
    for (const HistoryShape::Ring &ring : shape.rings) {
        m_rings.push_back(
            {ring, static_cast<std::uint32_t>(m_rings.size()), offset, SampleSummer(ring.seconds), 0, {}});
        offset += ring.capacity * HistoryRecord::bytes;
    }
}

std::vector<Sample> HistoryFile::takePast()
{
    return std::exchange(m_past, {});
}

// Goes on where the file ended: with its samples as the past, and with the sums that were not complete.
Result<void> HistoryFile::load(const std::vector<unsigned char> &bytes)
{
    std::vector<std::vector<Sample>> samples;
    for (Ring &ring : m_rings) {
        samples.push_back(samplesOf(ring, bytes));
        m_past = joined(std::move(m_past), samples.back());
        if (!samples.back().empty())
            m_nextSeq = std::max(m_nextSeq, samples.back().back().seq + 1);
    }
    resumeSums(samples);
    return m_file.cutTo(bytes.size()); // what may stand behind is not ours to keep
}

// What can be read of a ring, oldest first. What is torn or was never written leaves a hole.
std::vector<Sample> HistoryFile::samplesOf(Ring &ring, const std::vector<unsigned char> &bytes)
{
    std::vector<HistoryRecord> records;
    for (std::uint32_t slot = 0; slot < ring.shape.capacity; ++slot) {
        const std::size_t at = ring.offset + slot * HistoryRecord::bytes;
        if (at + HistoryRecord::bytes > bytes.size())
            break;
        const std::optional<HistoryRecord> record = HistoryRecord::decoded(&bytes[at]);
        if (record && record->ring == ring.number && record->index % ring.shape.capacity == slot)
            records.push_back(*record);
    }
    std::sort(records.begin(), records.end(),
              [](const HistoryRecord &a, const HistoryRecord &b) { return a.index < b.index; });
    std::vector<Sample> samples;
    for (const HistoryRecord &record : records) {
        if (samples.empty() || beginOf(record.sample) >= samples.back().seq)
            samples.push_back(record.sample);
        ring.nextIndex = record.index + 1;
    }
    return samples;
}

// The seconds behind the last sum of a ring are its next one, which ends here: the next second starts a run.
void HistoryFile::resumeSums(const std::vector<std::vector<Sample>> &samples)
{
    for (std::size_t i = 1; i < m_rings.size(); ++i) {
        const std::uint64_t told = samples[i].empty() ? 0 : samples[i].back().seq;
        for (const Sample &second : samples.front()) {
            if (beginOf(second) >= told)
                put(m_rings[i], m_rings[i].summer.add(second));
        }
        put(m_rings[i], m_rings[i].summer.end());
    }
}

void HistoryFile::append(const Sample &sample)
{
    if (m_lastSeq && sample.seq > *m_lastSeq)
        m_nextSeq += sample.seq - *m_lastSeq - 1;
    m_lastSeq = sample.seq;
    Sample second = sample;
    second.seq = m_nextSeq++;
    for (Ring &ring : m_rings)
        put(ring, ring.summer.add(second));
}

void HistoryFile::put(Ring &ring, const std::optional<Sample> &sum)
{
    if (!sum)
        return;
    ring.pending.push_back({ring.number, ring.nextIndex++, *sum});
    if (ring.pending.size() > ring.shape.capacity)
        ring.pending.pop_front();
}

Result<void> HistoryFile::flush()
{
    for (Ring &ring : m_rings) {
        if (const Result<void> written = write(ring); !written)
            return written;
    }
    return {};
}

// As few writes as there are unbroken rows of slots: one, or two around the end of the ring.
Result<void> HistoryFile::write(Ring &ring)
{
    while (!ring.pending.empty()) {
        const std::uint64_t first = ring.pending.front().index;
        const std::uint64_t slot = first % ring.shape.capacity;
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(ring.pending.size(), ring.shape.capacity - slot));
        std::vector<unsigned char> bytes;
        bytes.reserve(count * HistoryRecord::bytes);
        for (std::size_t i = 0; i < count; ++i) {
            const HistoryRecord::Bytes record = ring.pending[i].encoded();
            bytes.insert(bytes.end(), record.begin(), record.end());
        }
        HEARTH_SEQ_POINT("HistoryFile.beforeWriting");
        const std::size_t offset = ring.offset + static_cast<std::size_t>(slot) * HistoryRecord::bytes;
        if (const Result<void> written = m_file.write(offset, bytes); !written)
            return written;
        ring.pending.erase(ring.pending.begin(), ring.pending.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return {};
}

} // namespace hearth
