// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/Demands.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace hearth::bench {

namespace {

using State = Demand::State;

constexpr std::size_t tableEntries = 1'000'000; // of the table with which the goals were set

std::optional<double> quotient(std::optional<double> over, std::optional<double> under)
{
    if (!over || !under || *under <= 0)
        return std::nullopt;
    return *over / *under;
}

class Collector
{
public:
    void atMost(const std::string &what, std::optional<double> measured, const char *format, double wanted,
                bool isAsked = true)
    {
        add(what, measured, format, "<= ", wanted, isAsked, measured && *measured <= wanted);
    }
    void atLeast(const std::string &what, std::optional<double> measured, const char *format, double wanted,
                 bool isAsked = true)
    {
        add(what, measured, format, ">= ", wanted, isAsked, measured && *measured >= wanted);
    }
    void add(Demand demand) { m_demands.push_back(std::move(demand)); }
    std::vector<Demand> take() { return std::move(m_demands); }

private:
    void add(const std::string &what, std::optional<double> measured, const char *format, const char *relation,
             double wanted, bool isAsked, bool isMet)
    {
        Demand demand{what, shown(measured, format), relation + shown(wanted, format), State::Unmeasured, isAsked, {}};
        if (measured) {
            demand.state = isMet ? State::Met : State::Weak;
            demand.numbers.push_back(*measured);
        }
        m_demands.push_back(std::move(demand));
    }

    std::vector<Demand> m_demands;
};

// The peer that does most of this row a second, and how much.
std::pair<std::string, std::optional<double>> best(const Results &run, const std::vector<std::string> &peers,
                                                   const std::string &row)
{
    std::pair<std::string, std::optional<double>> found;
    for (const std::string &peer : peers) {
        const auto rate = run.number("get/" + peer + "/" + row, "items_per_second");
        if (rate && (!found.second || *rate > *found.second))
            found = {peer, rate};
    }
    return found;
}

void collectThroughput(const Results &run, Collector &demands)
{
    const bool isAsked = run.entries() == tableEntries;
    for (const auto &[row, title] :
         {std::pair("uniform/95-5/1", "uniform 95/5, 1 thread"), std::pair("zipf/95-5/2", "Zipf 95/5, 2 threads")}) {
        const auto mine = run.number(std::string("get/TtlCache/") + row, "items_per_second");
        const std::string gets = std::string("gets, ") + title + ", " + run.size();
        const auto ofTable = best(run, tablePeers, row);
        demands.atLeast(gets + ": x best peer of the table (" + ofTable.first + ")", quotient(mine, ofTable.second),
                        "%.2fx", 2, isAsked);
        const auto ofAll = best(run, allPeers(), row);
        demands.atLeast(gets + ": x best peer at all (" + ofAll.first + ")", quotient(mine, ofAll.second), "%.2fx", 2,
                        false);
    }
    demands.atLeast("gets, Zipf 95/5, 2 threads, " + run.size() + ": x the naive design",
                    quotient(run.number("get/TtlCache/zipf/95-5/2", "items_per_second"),
                             run.number("get/naive/zipf/95-5/2", "items_per_second")),
                    "%.2fx", 8, isAsked);
}

// What a lock or a counter that all share would cost shows where all want the same entry. (Two hyperthreads of one core
// reach some 1.35 where nothing is shared.)
void collectHitPath(const Results &run, Collector &demands)
{
    demands.atMost("allocations of a hit, " + run.size(), run.number("allocations/TtlCache", "allocations_per_hit"),
                   "%.2f", 0);
    demands.atLeast("hits of one key that all read, " + run.size() + ": 2 threads x 1 thread",
                    quotient(run.number("get/TtlCache/one key/100-0/2", "items_per_second"),
                             run.number("get/TtlCache/one key/100-0/1", "items_per_second")),
                    "%.2fx", 1);
    demands.atLeast("hits, Zipf 100/0, " + run.size() + ": 2 threads x 1 thread",
                    quotient(run.number("get/TtlCache/zipf/100-0/2", "items_per_second"),
                             run.number("get/TtlCache/zipf/100-0/1", "items_per_second")),
                    "%.2fx", 1.35, false);
}

void collectLatency(const Results &run, Collector &demands)
{
    for (const std::string distribution : {"uniform", "zipf"}) {
        const std::string hit = "latency/TtlCache/" + distribution;
        const bool isUniform = distribution == "uniform"; // with Zipf the often read lines are in the CPU's caches
        demands.atMost(
            "hit p50, " + distribution + ", " + run.size() + ": x one dependent access to as much memory",
            quotient(withoutTimer(run, hit + "/alone", "p50_ns"),
                     withoutTimer(run, "floor/timed miss of memory as TtlCache takes, " + distribution, "p50_ns")),
            "%.2fx", 1.3, isUniform);
        demands.atMost(
            "hit p99, " + distribution + ", " + run.size() + ": beside a 95/5 writer x alone",
            quotient(withoutTimer(run, hit + "/beside writer", "p99_ns"), withoutTimer(run, hit + "/alone", "p99_ns")),
            "%.2fx", 1.5);
    }
}

// Either is enough.
void collectBatches(const Results &run, Collector &demands)
{
    constexpr double wantedOfSingle = 3;
    constexpr double wantedOfFloor = 2;
    constexpr double inFlight = 8;
    for (const std::string distribution : {"uniform", "zipf"}) {
        const auto perKey = [&](const std::string &batch) {
            return quotient(1e9, run.number("batch/TtlCache/" + distribution + "/" + batch, "items_per_second"));
        };
        for (const std::string batch : {"8", "16", "32"}) {
            const auto ofSingle = quotient(perKey("1"), perKey(batch));
            auto ofFloor =
                quotient(perKey(batch), run.number("floor/eight misses of memory as TtlCache takes", "cpu_time"));
            if (ofFloor)
                *ofFloor *= inFlight;
            Demand demand{"batch of " + batch + ", " + distribution + ", " + run.size() +
                              ": x single gets, or x eight misses in flight",
                          shown(ofSingle, "%.2fx") + ", " + shown(ofFloor, "%.2fx"),
                          ">= 3x or <= 2x",
                          State::Unmeasured,
                          true,
                          {}};
            if (ofSingle && ofFloor) {
                const bool isMet = *ofSingle >= wantedOfSingle || *ofFloor <= wantedOfFloor;
                demand.state = isMet ? State::Met : State::Weak;
                demand.numbers = {*ofSingle, *ofFloor};
            }
            demands.add(std::move(demand));
        }
    }
}

void collectMemory(const Results &run, Collector &demands)
{
    demands.atMost("bytes an entry, all in, identities of 12, " + run.size(),
                   run.number("memory/TtlCache", "bytes_per_entry"), "%.1f", 100);
    demands.atMost("bytes an entry, all in, identities of 24, " + run.size(),
                   run.number("memory 24/TtlCache", "bytes_per_entry"), "%.1f", 100);
    demands.atMost("longest put while filling " + run.size() + ", of each 64th in the best fill, ms",
                   run.number("growth of all fills/TtlCache", "longest_ms"), "%.3f", 1);
    // "Goes back" has no number in the goals; with a tenth of the entries scattered over all pages, half is not little.
    demands.atLeast("all of " + run.size() + " expired and cleaned up: % of the memory back",
                    quotient(run.number("given back 100/TtlCache", "back_share"), 0.01), "%.0f", 90);
    demands.atLeast("nine of ten of " + run.size() + " expired and cleaned up: % of theirs back",
                    quotient(run.number("given back 90/TtlCache", "back_share"), 0.01), "%.0f", 50);
}

void collectWalks(const Results &run, Collector &demands)
{
    const std::size_t expiring = std::min<std::size_t>(100'000, run.entries() / 10); // as bench_cache's Stand has it
    demands.atMost("cleanup of " + std::to_string(expiring) + " of " + run.size() +
                       ": longest stall of a reader, best of 5, ms",
                   run.number("cleanup/TtlCache", "stall_best_ms"), "%.3f", 1);
    demands.atMost("full snapshot of " + run.size() + " (key, value, facts copied), ms",
                   run.number("snapshot/TtlCache", "snapshot_ms"), "%.0f", 150, run.entries() == tableEntries);
    demands.atMost("full snapshot of " + run.size() + ": longest stall of a reader, best of 5, ms",
                   run.number("snapshot/TtlCache", "stall_ms", Of::Least), "%.3f", 1, false);
}

// What must not depend on how much is cached.
void collectScaling(const Results &small, const Results &large, Collector &demands)
{
    const std::string sizes = large.size() + " / " + small.size();
    demands.atMost("cleanup of 100,000, total time, " + sizes,
                   quotient(large.number("cleanup/TtlCache", "cleanup_best_ms"),
                            small.number("cleanup/TtlCache", "cleanup_best_ms")),
                   "%.2fx", 2);
    demands.atMost("stats, " + sizes,
                   quotient(large.number("stats/TtlCache", "p50_ns"), small.number("stats/TtlCache", "p50_ns")),
                   "%.2fx", 2);
}

void collectReplays(const std::vector<Results> &runs, Collector &demands)
{
    const auto found = [&](const std::string &name) {
        std::optional<double> number;
        for (const Results &run : runs) {
            if (!number)
                number = run.number(name, "misses_of_lru");
        }
        return number;
    };
    const std::string of = "misses / LRU's at 1, 5, 10 % of the distinct keys, ";
    demands.atMost("given traces: " + of + "mean", found("replay/files/mean"), "%.3f", 0.92);
    demands.atMost("given traces: " + of + "worst", found("replay/files/worst"), "%.3f", 1.06);
    demands.atMost("Zipf 0.8, 0.99, with scans: " + of + "mean", found("replay/zipf/mean"), "%.3f", 0.85);
}

const char *toString(const Demand &demand)
{
    switch (demand.state) {
    case State::Unmeasured:
        return "not measured";
    case State::Met:
        return demand.isAsked ? "ok" : "(ok)";
    case State::Weak:
        return demand.isAsked ? "WEAK" : "(below)";
    }
    return "";
}

} // namespace

std::optional<double> withoutTimer(const Results &results, const std::string &name, const std::string &field)
{
    const auto timed = results.number(name, field);
    const auto timer = results.number("floor/timer", "p50_ns");
    if (!timed || !timer)
        return std::nullopt;
    return std::max(*timed - *timer, 0.0);
}

std::vector<Demand> demandsOf(const std::vector<Results> &runs)
{
    Collector demands;
    std::vector<const Results *> caches;
    for (const Results &run : runs) {
        if (run.entries() == 0)
            continue;
        caches.push_back(&run);
        collectThroughput(run, demands);
        collectHitPath(run, demands);
        collectLatency(run, demands);
        collectBatches(run, demands);
        collectMemory(run, demands);
        collectWalks(run, demands);
    }
    if (caches.size() >= 2 && caches.front()->entries() >= tableEntries) // else fewer expire
        collectScaling(*caches.front(), *caches.back(), demands);
    if (caches.empty() || caches.back()->entries() <= tableEntries)
        demands.add(
            {"the same at 10 M, and what must not grow with the entries", "-", "", State::Unmeasured, true, {}});
    collectReplays(runs, demands);
    return demands.take();
}

void printDemands(const std::vector<Demand> &demands)
{
    const auto count = [&](State state) {
        return std::count_if(demands.begin(), demands.end(),
                             [state](const Demand &demand) { return demand.isAsked && demand.state == state; });
    };
    std::printf("\nWhat must be true: %ld ok, %ld WEAK, %ld not measured in this run (in brackets: more than that)\n",
                static_cast<long>(count(State::Met)), static_cast<long>(count(State::Weak)),
                static_cast<long>(count(State::Unmeasured)));
    for (const Demand &demand : demands)
        std::printf("%-86s | %14s | %14s | %s\n", demand.what.c_str(), demand.measured.c_str(), demand.wanted.c_str(),
                    toString(demand));
}

nlohmann::json jsonOf(const std::vector<Demand> &demands)
{
    nlohmann::json all = nlohmann::json::array();
    for (const Demand &demand : demands)
        all.push_back({{"what", demand.what},
                       {"measured", demand.numbers},
                       {"shown", demand.measured},
                       {"wanted", demand.wanted},
                       {"asked", demand.isAsked},
                       {"state", demand.state == State::Met    ? "ok"
                                 : demand.state == State::Weak ? "weak"
                                                               : "not measured"}});
    return all;
}

} // namespace hearth::bench
