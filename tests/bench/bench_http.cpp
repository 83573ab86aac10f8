// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What an answer of hearthd costs over HTTP, beside the machine's floor: a handler of Boost.Beast that always answers
// the same. Both are programs of their own, asked by wrk over the loopback in turns, so that what disturbs one disturbs
// the other.
#include "tests/bench/BeastPeer.h"
#include "tests/bench/HttpPrograms.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace hearth::bench;

namespace {

struct Options {
    std::string hearthd;
    std::string json;
    int rounds = 7;
    int seconds = 3; // of one round
    bool isQuick = false;
};

struct Row {
    std::string name;
    double requestsPerSecond = 0;
    double p50 = 0; // in microseconds
    double p99 = 0;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

Row rowOf(const std::string &name, const std::vector<WrkResult> &results)
{
    std::vector<double> rates, p50, p99;
    for (const WrkResult &result : results) {
        rates.push_back(result.requestsPerSecond);
        p50.push_back(result.p50);
        p99.push_back(result.p99);
    }
    return {name, median(rates), median(p50), median(p99)};
}

double ratio(const std::vector<WrkResult> &ours, const std::vector<WrkResult> &floor, double WrkResult::*field)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(ours.size(), floor.size()); ++i)
        ratios.push_back(ours[i].*field / std::max(floor[i].*field, 1e-9));
    return median(ratios);
}

class Report
{
public:
    void row(const Row &row)
    {
        std::printf("%-44s %10.0f /s   p50 %7.0f us   p99 %7.0f us\n", row.name.c_str(), row.requestsPerSecond, row.p50,
                    row.p99);
        m_document["rows"].push_back({{"name", row.name},
                                      {"requests_per_second", row.requestsPerSecond},
                                      {"p50_us", row.p50},
                                      {"p99_us", row.p99}});
    }
    void demand(const std::string &what, const std::string &measured, const std::string &wanted, bool isMet)
    {
        m_demands.push_back(what + " | " + measured + " | " + wanted + " | " + (isMet ? "ok" : "WEAK"));
        m_document["demands"].push_back(
            {{"what", what}, {"measured", measured}, {"wanted", wanted}, {"verdict", isMet ? "ok" : "WEAK"}});
    }
    void end(const std::string &file) const
    {
        std::printf("\n");
        for (const std::string &line : m_demands)
            std::printf("%s\n", line.c_str());
        if (!file.empty())
            std::ofstream(file) << m_document.dump(2) << '\n';
    }

private:
    nlohmann::json m_document;
    std::vector<std::string> m_demands;
};

std::string shown(double value, const char *format = "%.2f")
{
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

// A cached profile, stats and a page of entries against constant answers of the same length.
void measureAnswers(const Options &options, unsigned threads, Report &report)
{
    const bool isPinned = threads == 1; // the server on one CPU, wrk on the other
    const Program node = Program::hearthd(options.hearthd, isPinned);
    const std::string user = node.warmUp();
    const std::string profile = "/api/v1/profiles/" + user;
    struct Case {
        std::string name;
        std::string path;
        bool isAsked; // else it is shown only
    };
    const std::string suffix = ", " + std::to_string(threads) + (threads == 1 ? " I/O thread" : " I/O threads");
    for (const Case &one :
         {Case{"cached profile" + suffix, profile, true}, Case{"stats" + suffix, "/api/v1/rooms/cache/stats", false},
          Case{"page of 100 entries" + suffix, "/api/v1/cache/entries?limit=100", false}}) {
        const Program floor = Program::constant(threads, node.get(one.path).size(), isPinned);
        std::vector<WrkResult> ours, theirs;
        for (int round = 0; round < options.rounds; ++round) {
            theirs.push_back(wrk(floor.url() + "/", {.seconds = options.seconds, .isPinned = isPinned}));
            ours.push_back(wrk(node.url() + one.path, {.seconds = options.seconds, .isPinned = isPinned}));
        }
        report.row(rowOf(one.name, ours));
        report.row(rowOf("  a constant answer as long", theirs));
        const double rate = ratio(ours, theirs, &WrkResult::requestsPerSecond);
        const double p99 = ratio(ours, theirs, &WrkResult::p99);
        std::printf("  %.2fx its requests, %.2fx its p99\n", rate, p99);
        if (one.isAsked) {
            report.demand(one.name + ": requests/s of a constant answer", shown(rate) + "x", ">= 0.90x", rate >= 0.9);
            report.demand(one.name + ": p99 of a constant answer", shown(p99) + "x", "<= 1.30x", p99 <= 1.3);
        }
    }
}

void measureMemory(const Options &options, Report &report)
{
    const Program node = Program::hearthd(options.hearthd, false);
    const std::string path = "/api/v1/profiles/" + node.warmUp();
    const auto pause = [] { sleepFor(1.0); }; // what has been closed is noticed
    wrk(node.url() + path, {.seconds = 2});
    pause();
    const double before = node.residentMiB();
    double requests = 0;
    while (requests < (options.isQuick ? 200'000 : 1'000'000))
        requests += wrk(node.url() + path, {.seconds = 3}).requests;
    pause();
    const double after = node.residentMiB();
    report.demand("memory after " + shown(requests, "%.0f") + " requests", shown(after - before, "%+.1f") + " MiB",
                  "<= +2 MiB", after - before <= 2);

    const int connections = options.isQuick ? 2'000 : 10'000;
    const int served = openAndClose(node.port(), path, connections);
    pause();
    const double closed = node.residentMiB();
    report.demand("memory after " + std::to_string(connections) + " connections opened and closed",
                  shown(closed - after, "%+.1f") + " MiB, " + std::to_string(served) + " served",
                  "<= +2 MiB, all served", closed - after <= 2 && served == connections);

    const WrkResult many = wrk(node.url() + path, {.seconds = options.seconds, .connections = 2'000});
    report.row(rowOf("2,000 keep-alive connections at once", {many}));
    report.demand("2,000 keep-alive connections at once", shown(many.errors, "%.0f") + " errors", "0 errors",
                  many.errors == 0 && many.requests > 2'000);
}

// Returns: the folder in which the programs keep what is theirs.
std::string temporaryHome()
{
    std::string folder = (std::filesystem::temp_directory_path() / "hearth-bench-http.XXXXXX").string();
    if (!::mkdtemp(folder.data()))
        std::exit(1);
    for (const char *name : {"DATABASE_URL", "DATABASE_URL_FILE", "HEARTH_TOKENS", "HEARTH_TOKENS_FILE"})
        ::unsetenv(name);
    for (const char *name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"})
        ::setenv(name, folder.c_str(), 1);
    return folder;
}

[[noreturn]] void usage(int code)
{
    std::fprintf(code == 0 ? stdout : stderr,
                 "Usage: bench_http --hearthd PROGRAM [--quick] [--json FILE]\n\n"
                 "Asks hearthd (on its sample database) and a constant answer of Boost.Beast in turns, by wrk, and "
                 "prints requests/s,\nlatencies, their ratios, and each thing that must be true with ok or WEAK.\n");
    std::exit(code);
}

Options optionsOf(int argc, char **argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const auto value = [&]() -> std::string { return i + 1 < argc ? argv[++i] : (usage(2), ""); };
        if (argument == "--hearthd")
            options.hearthd = value();
        else if (argument == "--json")
            options.json = value();
        else if (argument == "--quick")
            options.isQuick = true;
        else
            usage(argument == "--help" ? 0 : 2);
    }
    if (options.hearthd.empty())
        usage(2);
    if (options.isQuick) {
        options.rounds = 3;
        options.seconds = 2;
    }
    return options;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 4 && std::strcmp(argv[1], "--constant") == 0) // by ourselves: the other side
        serveConstantAnswers(unsigned(std::atoi(argv[2])), std::size_t(std::atoi(argv[3])));
    const Options options = optionsOf(argc, argv);
    const std::string home = temporaryHome(); // hearthd's sample database is its own
    Report report;
    for (const unsigned threads : {1U, 2U})
        measureAnswers(options, threads, report);
    measureMemory(options, report);
    report.end(options.json);
    std::filesystem::remove_all(home);
}
