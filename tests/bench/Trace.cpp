// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/Trace.h"

#include "tests/bench/Workload.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/wait.h>
#include <unistd.h>
#include <unordered_map>

namespace hearth::bench {

namespace {

// Gives each key its index when it is seen first.
class Numbering
{
public:
    explicit Numbering(Accesses &accesses)
        : m_accesses(accesses)
    {
    }
    void add(std::string_view key)
    {
        const auto [entry, isNew] =
            m_indexes.try_emplace(std::string(key), static_cast<std::uint32_t>(m_accesses.keys.size()));
        if (isNew)
            m_accesses.keys.emplace_back(key);
        m_accesses.order.push_back(entry->second);
    }

private:
    Accesses &m_accesses;
    std::unordered_map<std::string, std::uint32_t> m_indexes;
};

std::string allFrom(int file)
{
    std::string text;
    std::vector<char> part(1 << 16);
    for (ssize_t bytes; (bytes = read(file, part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(bytes));
    return text;
}

std::string unpacked(const std::string &path)
{
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0)
        refuse(std::string("no pipe: ") + std::strerror(errno));
    const pid_t child = fork();
    if (child < 0)
        refuse(std::string("no process: ") + std::strerror(errno));
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execlp("xz", "xz", "-dc", "--", path.c_str(), static_cast<char *>(nullptr));
        _exit(127);
    }
    close(ends[1]);
    std::string text = allFrom(ends[0]);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0)
        refuse("xz cannot unpack " + path + (WEXITSTATUS(status) == 127 ? ": there is no program xz" : ""));
    return text;
}

std::string textOf(const std::string &path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        refuse(path + " is a directory");
    std::ifstream file(path);
    if (!file)
        refuse("cannot open " + path + ": " + std::strerror(errno));
    if (std::filesystem::path(path).extension() == ".xz")
        return unpacked(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

void refuse(const std::string &reason)
{
    std::fprintf(stderr, "bench_replay: %s\n", reason.c_str());
    std::exit(2);
}

std::optional<std::chrono::nanoseconds> secondsOf(std::string_view text)
{
    constexpr double mostSeconds = 1e9;
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds <= mostSeconds))
        return std::nullopt;
    return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

TraceLine parsed(std::string_view line, std::uint64_t number)
{
    constexpr std::string_view blanks = " \t\r";
    while (!line.empty() && blanks.find(line.back()) != std::string_view::npos)
        line.remove_suffix(1);
    while (!line.empty() && blanks.find(line.front()) != std::string_view::npos)
        line.remove_prefix(1);
    const std::size_t blank = line.find_first_of(blanks);
    if (blank == std::string_view::npos)
        return {line, std::nullopt};
    const std::string_view key = line.substr(line.find_first_not_of(blanks, blank));
    const auto time = secondsOf(line.substr(0, blank));
    if (!time || key.find_first_of(blanks) != std::string_view::npos)
        refuse("line " + std::to_string(number) + " is neither a key nor \"seconds key\": " + std::string(line));
    return {key, time};
}

Accesses readAccesses(const std::string &path)
{
    const std::string text = textOf(path);
    Accesses accesses;
    accesses.name = std::filesystem::path(path).filename().string();
    Numbering numbering(accesses);
    std::uint64_t number = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const TraceLine access = parsed(rest.substr(0, end), ++number);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!access.key.empty())
            numbering.add(access.key);
    }
    if (accesses.order.empty())
        refuse(path + " has no access");
    return accesses;
}

Accesses zipfAccesses(double exponent, bool scans)
{
    constexpr std::size_t ranksInAll = 100'000;
    constexpr std::size_t drawn = 1'000'000;
    constexpr std::size_t scanEvery = 100'000;
    constexpr std::size_t scanLength = 20'000;
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "zipf %.2f%s", exponent, scans ? " + scans" : "");
    Accesses accesses;
    accesses.name = name.data();
    Numbering numbering(accesses);
    Random random(7);
    const ZipfRanks ranks(ranksInAll, exponent);
    std::size_t scanned = 0;
    for (std::size_t at = 1; at <= drawn; ++at) {
        numbering.add(std::to_string(ranks.draw(random)));
        if (!scans || at % scanEvery != 0)
            continue;
        for (std::size_t step = 0; step < scanLength; ++step)
            numbering.add("scan-" + std::to_string(scanned++));
    }
    return accesses;
}

} // namespace hearth::bench
