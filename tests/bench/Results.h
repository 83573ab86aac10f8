// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

// What bench_cache and bench_replay wrote, by name. Immutable values.
namespace hearth::bench {

inline constexpr const char *ours = "TtlCache";
// The designs of the table with which the goals were set; what people write.
inline const std::vector<std::string> tablePeers{"naive", "QHash", "QCache", "TBB", "libcuckoo", "absl", "robin-map"};
// Two of them with TtlCache's own sixteen-byte values instead of shared ones.
inline const std::vector<std::string> packedPeers{"absl packed", "robin packed"};
std::vector<std::string> allPeers();

enum class Of { Median, Least, Most }; // of the repetitions

// One run: "get/naive/uniform/95-5/2" (with the threads at the end) has fields, and of each as many numbers as there
// were repetitions.
class Results
{
public:
    explicit Results(const nlohmann::json &document);

    // Returns: nothing where it was not measured.
    std::optional<double> number(const std::string &name, const std::string &field, Of which = Of::Median) const;
    std::vector<std::string> names() const;
    const nlohmann::json &context() const { return m_context; }
    std::size_t entries() const; // 0: a run that has none, of bench_replay
    std::string size() const;    // "1 M"

private:
    using Fields = std::map<std::string, std::vector<double>>; // each sorted
    nlohmann::json m_context;
    std::map<std::string, Fields> m_measured;
};

std::vector<std::string> parted(const std::string &name); // at the slashes
// A cell of a table; "-" where nothing was measured.
std::string shown(std::optional<double> value, const char *format, double unit = 1);

// The first word of a file; empty where there is none.
std::string firstWordOf(const char *path);
// "2026-01-01T12:00:00+0000"
std::string localTimeNow();

} // namespace hearth::bench
