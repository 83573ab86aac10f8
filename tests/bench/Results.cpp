// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/Results.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>

namespace hearth::bench {

namespace {

// What Google Benchmark appends ("/real_time", "/threads:2") and the number of the repetition leave; the threads of a
// get stay.
std::string nameOf(const nlohmann::json &run)
{
    std::string name;
    for (const std::string &part : parted(run.value("run_name", run.value("name", std::string())))) {
        if (part.find(':') == std::string::npos && part != "real_time")
            name += (name.empty() ? "" : "/") + part;
    }
    if (name.rfind("get/", 0) == 0)
        name += "/" + std::to_string(run.value("threads", 1));
    return name;
}

} // namespace

std::vector<std::string> allPeers()
{
    std::vector<std::string> all = tablePeers;
    all.insert(all.end(), packedPeers.begin(), packedPeers.end());
    return all;
}

Results::Results(const nlohmann::json &document)
    : m_context(document.value("context", nlohmann::json::object()))
{
    for (const nlohmann::json &run : document.at("benchmarks")) {
        if (run.value("error_occurred", false)) {
            std::printf("FAILED %s: %s\n", nameOf(run).c_str(), run.value("error_message", std::string()).c_str());
            continue;
        }
        Fields &fields = m_measured[nameOf(run)];
        for (const auto &[field, value] : run.items()) {
            if (value.is_number())
                fields[field].push_back(value.get<double>());
        }
    }
    for (auto &[name, fields] : m_measured) {
        for (auto &[field, numbers] : fields)
            std::sort(numbers.begin(), numbers.end());
    }
}

std::optional<double> Results::number(const std::string &name, const std::string &field, Of which) const
{
    const auto measured = m_measured.find(name);
    if (measured == m_measured.end())
        return std::nullopt;
    const auto found = measured->second.find(field);
    if (found == measured->second.end())
        return std::nullopt;
    const std::vector<double> &numbers = found->second;
    if (which == Of::Least)
        return numbers.front();
    if (which == Of::Most)
        return numbers.back();
    return (numbers[(numbers.size() - 1) / 2] + numbers[numbers.size() / 2]) / 2;
}

std::vector<std::string> Results::names() const
{
    std::vector<std::string> names;
    for (const auto &[name, fields] : m_measured)
        names.push_back(name);
    return names;
}

std::size_t Results::entries() const
{
    return std::strtoull(m_context.value("entries", std::string("0")).c_str(), nullptr, 10);
}

std::string Results::size() const
{
    constexpr std::size_t million = 1'000'000;
    return entries() % million == 0 ? std::to_string(entries() / million) + " M" : std::to_string(entries());
}

std::vector<std::string> parted(const std::string &name)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t slash; (slash = name.find('/', start)) != std::string::npos; start = slash + 1)
        parts.push_back(name.substr(start, slash - start));
    parts.push_back(name.substr(start));
    return parts;
}

std::string shown(std::optional<double> value, const char *format, double unit)
{
    if (!value)
        return "-";
    char text[64];
    std::snprintf(text, sizeof text, format, *value / unit);
    return text;
}

std::string firstWordOf(const char *path)
{
    std::ifstream file(path);
    std::string word;
    file >> word;
    return word;
}

std::string localTimeNow()
{
    char text[64];
    const std::time_t time = std::time(nullptr);
    std::tm parts{};
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", ::localtime_r(&time, &parts));
    return text;
}

} // namespace hearth::bench
