// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/CompareLru.h"

#include "core/cache/TtlCache.h"
#include "core/profiles/PackedProfile.h"
#include "tests/bench/Trace.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace hearth::bench {

namespace {

// The plainest rule: whoever was not accessed for the longest time goes. Not synchronized.
class LruModel
{
public:
    LruModel(std::size_t keys, std::size_t capacity)
        : m_links(keys + 1)
        , m_end(static_cast<std::uint32_t>(keys))
        , m_left(capacity)
    {
        m_links[m_end] = {m_end, m_end, true};
    }

    // Returns: whether it was a hit.
    bool access(std::uint32_t key)
    {
        const bool isHit = m_links[key].isIn;
        if (isHit) {
            unlink(key);
        } else if (m_left > 0) {
            --m_left;
        } else {
            const std::uint32_t oldest = m_links[m_end].before;
            unlink(oldest);
            m_links[oldest].isIn = false;
        }
        linkFirst(key);
        return isHit;
    }

private:
    struct Link {
        std::uint32_t before = 0;
        std::uint32_t after = 0;
        bool isIn = false;
    };

    void unlink(std::uint32_t key)
    {
        const Link &link = m_links[key];
        m_links[link.before].after = link.after;
        m_links[link.after].before = link.before;
    }
    void linkFirst(std::uint32_t key)
    {
        const std::uint32_t first = m_links[m_end].after;
        m_links[key] = {m_end, first, true};
        m_links[first].before = key;
        m_links[m_end].after = key;
    }

    std::vector<Link> m_links; // a ring; its end is the one after the last key
    std::uint32_t m_end;
    std::size_t m_left;
};

std::uint64_t missesOfLru(const Accesses &accesses, std::size_t capacity)
{
    LruModel lru(accesses.keys.size(), capacity);
    return static_cast<std::uint64_t>(std::count_if(accesses.order.begin(), accesses.order.end(),
                                                    [&lru](std::uint32_t key) { return !lru.access(key); }));
}

std::uint64_t missesOfOurs(const Accesses &accesses, std::size_t capacity)
{
    TraceClock clock;
    TtlCache<PackedProfile> cache(clock, capacity);
    std::uint64_t misses = 0;
    for (const std::uint32_t index : accesses.order) {
        const std::string &key = accesses.keys[index];
        clock.move(std::nullopt);
        const auto lookup = cache.get(key);
        if (lookup.value)
            continue;
        ++misses;
        PutOptions options;
        options.ttl = neverExpires;
        options.readAt = clock.now();
        options.generation = lookup.generation;
        cache.put(key, PackedProfile(), options);
    }
    return misses;
}

struct Row {
    std::string trace;
    int percent = 0;
    std::size_t capacity = 0;
    std::uint64_t misses = 0;
    std::uint64_t lru = 0;

    double ofLru() const { return static_cast<double>(misses) / static_cast<double>(lru); }
};

void printHead()
{
    std::printf("%-28s %10s %9s %6s %9s %10s %10s %8s\n", "trace", "accesses", "distinct", "share", "capacity",
                "misses", "LRU's", "ratio");
}

void compare(const Accesses &accesses, std::vector<Row> &rows)
{
    for (const int percent : {1, 5, 10}) {
        const std::size_t share = accesses.keys.size() * static_cast<std::size_t>(percent) / 100;
        Row row{accesses.name, percent, std::max<std::size_t>(share, 1), 0, 0};
        row.misses = missesOfOurs(accesses, row.capacity);
        row.lru = missesOfLru(accesses, row.capacity);
        std::printf("%-28s %10zu %9zu %4d %% %9zu %10llu %10llu %8.3f\n", accesses.name.c_str(), accesses.order.size(),
                    accesses.keys.size(), percent, row.capacity, static_cast<unsigned long long>(row.misses),
                    static_cast<unsigned long long>(row.lru), row.ofLru());
        std::fflush(stdout);
        rows.push_back(std::move(row));
    }
}

struct Summary {
    double mean = 0;
    double worst = 0;
};

Summary summaryOf(const std::vector<Row> &rows)
{
    Summary summary;
    for (const Row &row : rows) {
        summary.mean += row.ofLru() / static_cast<double>(rows.size());
        summary.worst = std::max(summary.worst, row.ofLru());
    }
    return summary;
}

void printSummary(const char *what, const std::vector<Row> &rows)
{
    if (rows.empty())
        return;
    const Summary summary = summaryOf(rows);
    std::printf("%s: misses / LRU's: mean %.3f, worst %.3f of %zu\n", what, summary.mean, summary.worst, rows.size());
}

// Folders give what is in them, by name.
std::vector<std::string> filesOf(const std::vector<std::string> &paths)
{
    std::vector<std::string> files;
    for (const std::string &path : paths) {
        std::error_code error;
        if (!std::filesystem::is_directory(path, error)) {
            files.push_back(path);
            continue;
        }
        std::vector<std::string> inside;
        for (const auto &entry : std::filesystem::directory_iterator(path, error)) {
            const std::string extension = entry.path().extension().string();
            if (extension == ".xz" || extension == ".txt" || extension == ".trace")
                inside.push_back(entry.path().string());
        }
        if (inside.empty())
            refuse("there is no *.xz, *.txt or *.trace in " + path);
        std::sort(inside.begin(), inside.end());
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

void writeRows(std::ofstream &file, const std::string &group, const std::vector<Row> &rows, bool &isFirst)
{
    const auto write = [&](const std::string &name, double ofLru) {
        file << (isFirst ? "\n" : ",\n") << R"(    {"name": "replay/)" << group << "/" << name
             << R"(", "misses_of_lru": )" << ofLru << "}";
        isFirst = false;
    };
    if (rows.empty())
        return;
    const Summary summary = summaryOf(rows);
    write("mean", summary.mean);
    write("worst", summary.worst);
    for (std::size_t at = 0; at < rows.size();
         ++at) // a file's name may hold what JSON does not: its number stands here
        write("trace " + std::to_string(at / 3 + 1) + "/" + std::to_string(rows[at].percent) + " %", rows[at].ofLru());
}

// In the form of Google Benchmark, for bench_report.
void writeJson(const std::string &path, const std::vector<Row> &ofFiles, const std::vector<Row> &ofZipf)
{
    std::ofstream file(path);
    bool isFirst = true;
    file << "{\n  \"context\": {},\n  \"benchmarks\": [";
    writeRows(file, "files", ofFiles, isFirst);
    writeRows(file, "zipf", ofZipf, isFirst);
    file << "\n  ]\n}\n";
    if (!file.flush())
        refuse("cannot write " + path);
}

} // namespace

int compareWithLru(const Comparison &comparison)
{
    const std::vector<std::string> files = filesOf(comparison.files);
    std::vector<Row> ofFiles;
    for (const std::string &file : files) {
        const Accesses accesses = readAccesses(file);
        if (ofFiles.empty())
            printHead();
        compare(accesses, ofFiles);
    }
    std::vector<Row> ofZipf;
    if (comparison.zipf) {
        if (ofFiles.empty())
            printHead();
        compare(zipfAccesses(0.8, false), ofZipf);
        compare(zipfAccesses(0.99, false), ofZipf);
        compare(zipfAccesses(0.99, true), ofZipf);
    }
    printSummary("given traces", ofFiles);
    printSummary("generated traces", ofZipf);
    if (!comparison.json.empty())
        writeJson(comparison.json, ofFiles, ofZipf);
    return 0;
}

} // namespace hearth::bench
