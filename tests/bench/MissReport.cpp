// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/MissReport.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

namespace hearth::bench {

namespace {

using Number = std::optional<double>;
using State = Demand::State;

Number quotient(Number over, Number under)
{
    if (!over || !under || *under <= 0)
        return std::nullopt;
    return *over / *under;
}

Number difference(Number from, Number less)
{
    if (!from || !less)
        return std::nullopt;
    return *from - *less;
}

Demand demand(const std::string &what, Number measured, const char *format, const char *relation, double wanted,
              bool isMet)
{
    Demand made{what, shown(measured, format), relation + shown(wanted, format), State::Unmeasured, true, {}};
    if (measured) {
        made.state = isMet ? State::Met : State::Weak;
        made.numbers.push_back(*measured);
    }
    return made;
}

Demand atMost(const std::string &what, Number measured, const char *format, double wanted)
{
    return demand(what, measured, format, "<= ", wanted, measured && *measured <= wanted);
}

Demand atLeast(const std::string &what, Number measured, const char *format, double wanted)
{
    return demand(what, measured, format, ">= ", wanted, measured && *measured >= wanted);
}

// A line: what, how much, of what it is so many times.
void line(const std::string &what, const std::string &measured, const std::string &against = {})
{
    std::printf("%-66s %14s  %s\n", what.c_str(), measured.c_str(), against.c_str());
}

std::string times(Number ratio, const char *of)
{
    return ratio ? shown(ratio, "%.2fx ") + of : std::string();
}

void printSingle(const Results &run)
{
    const Number libpq = run.number("single/libpq", "p50_us");
    std::printf("\nOne miss, loopback, p50 (alternating blocks of 400, client and server on one CPU)\n");
    line("libpq by hand: PQexecPrepared, columns decoded", shown(libpq, "%.1f us"));
    line("on the executor's thread: the query with its decoding",
         shown(run.number("single/executor", "query_p50_us"), "%.1f us"),
         times(run.number("single/ratio", "query"), "libpq"));
    line("on the executor's thread, all in (queue, deadlines, answer)",
         shown(run.number("single/executor", "p50_us"), "%.1f us"),
         times(run.number("single/ratio", "whole"), "libpq"));
    line("QSqlQuery, prepared and kept, columns decoded", shown(run.number("single/QSqlQuery", "p50_us"), "%.1f us"),
         times(quotient(run.number("single/QSqlQuery", "p50_us"), libpq), "libpq"));
    line("two switches of threads and nothing else", shown(run.number("handoff/two switches", "p50_us"), "%.1f us"));
    for (const char *callers : {"1", "2", "4", "8"}) {
        const std::string name = std::string("handoff/") + callers;
        line(std::string("find() from other threads, callers: ") + callers,
             shown(run.number(name, "p50_us"), "%.1f us"),
             shown(run.number(name, "per_second"), "%.0f a second, ") + "p99 " +
                 shown(run.number(name, "p99_us"), "%.0f us"));
    }
    line("  of it the hand-off, one caller",
         shown(difference(run.number("handoff/1", "p50_us"), run.number("single/executor", "p50_us")), "%.1f us"),
         times(quotient(difference(run.number("handoff/1", "p50_us"), run.number("single/executor", "p50_us")),
                        run.number("handoff/two switches", "p50_us")),
               "two switches"));
    line("ProfileService::get, empty cache", shown(run.number("service/miss", "p50_us"), "%.1f us"),
         times(quotient(run.number("service/miss", "p50_us"), libpq), "libpq"));
    line("  the same user again: a hit", shown(run.number("service/hit", "p50_us"), "%.2f us"),
         times(quotient(run.number("service/miss", "p50_us"), run.number("service/hit", "p50_us")), "faster"));
}

void printMany(const Results &run)
{
    std::printf("\nMany misses\n");
    line("1,000 threads, one user: queries", shown(run.number("herd/1000", "queries"), "%.0f"),
         shown(run.number("herd/1000", "ms"), "all answered after %.0f ms"));
    const Number together = run.number("batching/together", "per_second");
    const Number alone = run.number("batching/one by one", "per_second");
    line("1,000 users at once, 20 ms away, 4 connections, one by one", shown(alone, "%.0f/s"));
    line("  together", shown(together, "%.0f/s"),
         times(quotient(together, alone), "one by one, ") +
             shown(run.number("batching/together", "queries"), "%.0f queries"));
}

void printWarming(const Results &run)
{
    const Number streamed = run.number("warm/streamed", "per_second");
    if (!streamed)
        return;
    std::printf("\nMany rows in one query, a second (%s rows, one connection)\n",
                shown(run.number("warm/streamed", "rows"), "%.0f").c_str());
    for (const auto &[name, title] :
         {std::pair("warm/COPY as they lie", "COPY, binary, in no order, thrown away"),
          std::pair("warm/COPY binary", "COPY, binary, newest first, thrown away"),
          std::pair("warm/COPY text", "COPY, text, newest first, thrown away"),
          std::pair("warm/QSqlQuery", "QSqlQuery, forward only, newest first, decoded"),
          std::pair("warm/source", "UserSource, thrown away"), std::pair("warm/stored", "UserSource, into the cache"),
          std::pair("warm/streamed", "a whole warm-up: counted, then into the cache")}) {
        const Number rate = run.number(name, "per_second");
        line(title, shown(rate, "%.0f/s"),
             times(quotient(rate, run.number("warm/COPY binary", "per_second")), "COPY newest first"));
    }
    line("  of it the counting beforehand", shown(run.number("warm/count", "ms"), "%.0f ms"));
    const Number everybody = run.number("warm/everybody", "per_second");
    line("a whole warm-up of all " + shown(run.number("warm/everybody", "rows"), "%.0f") + ", in no order",
         shown(everybody, "%.0f/s"),
         times(quotient(everybody, run.number("warm/COPY everybody", "per_second")), "COPY in no order"));
}

void printBackground(const Results &run)
{
    std::printf("\nAn outage (kill -9), and re-checking by polling\n");
    line("from accepting connections to the first answered miss", shown(run.number("recovery", "ms"), "%.0f ms"),
         "at most " + shown(run.number("recovery", "ms", Of::Most), "%.0f ms"));
    line("hits a second before", shown(run.number("recovery", "hits_before"), "%.0f"));
    line("  while it was away", shown(run.number("recovery", "hits_away"), "%.0f"),
         times(quotient(run.number("recovery", "hits_away"), run.number("recovery", "hits_before")), "before"));
    for (const std::string &name : run.names()) {
        if (name.rfind("polling/", 0) != 0)
            continue;
        line("polling " + shown(run.number(name, "entries"), "%.0f") + " entries, " + parted(name).back() +
                 " of them in use, CPU",
             shown(run.number(name, "cpu_ms_per_second"), "%.1f ms/s"),
             shown(run.number(name, "queries_per_second"), "%.1f queries a second, ") +
                 (run.number(name, "is_sampled").value_or(0) > 0 ? "sampled" : "all of them"));
    }
}

// Half of COPY or half a million a second, whichever is less.
Number warmingWanted(const Results &run)
{
    const Number copy = run.number("warm/COPY binary", "per_second");
    return copy ? Number(std::min(500'000.0, *copy / 2)) : std::nullopt;
}

} // namespace

bool isOfMissPath(const Results &run)
{
    return run.context().value("executable", std::string()) == "bench_misspath";
}

void printMissPath(const Results &run)
{
    std::printf(
        "\n======== the miss path, %s run, %s, load %s\n", run.context().value("mode", std::string("?")).c_str(),
        run.context().value("date", std::string()).c_str(), run.context().value("load_avg", std::string("?")).c_str());
    printSingle(run);
    printMany(run);
    printWarming(run);
    printBackground(run);
}

std::vector<Demand> missPathDemands(const Results &run)
{
    const double retry = run.number("recovery", "retry_ms").value_or(0);
    const Number alone = run.number("batching/one by one", "per_second");
    return {
        atMost("a miss on the executor's thread, all in: x libpq prepared by hand", run.number("single/ratio", "whole"),
               "%.2fx", 1.3),
        atMost("1,000 threads, one user: queries", run.number("herd/1000", "queries", Of::Most), "%.0f", 1),
        atLeast("1,000 users at once, 20 ms away: x one query each",
                quotient(run.number("batching/together", "per_second"), alone), "%.1fx", 10),
        atLeast("warm-up: profiles a second (half of COPY, at most 500,000)", run.number("warm/streamed", "per_second"),
                "%.0f", warmingWanted(run).value_or(500'000)),
        atLeast("  of everybody, in no order (half of COPY, at most 500,000)",
                run.number("warm/everybody", "per_second"), "%.0f",
                std::min(500'000.0, run.number("warm/COPY everybody", "per_second").value_or(1e9) / 2)),
        atLeast("  the stream alone, into the cache", run.number("warm/stored", "per_second"), "%.0f",
                warmingWanted(run).value_or(500'000)),
        atMost("server back to first answered miss, the longest, ms (one retry interval and 250 ms)",
               run.number("recovery", "ms", Of::Most), "%.0f", retry + 250),
        atLeast("hits a second while the server is away: x before",
                quotient(run.number("recovery", "hits_away"), run.number("recovery", "hits_before")), "%.2fx", 0.9),
        atMost("gets of a cached user that were no hits during the outages",
               run.number("recovery", "no_hits", Of::Most), "%.0f", 0),
    };
}

} // namespace hearth::bench
