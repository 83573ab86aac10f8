// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/Machine.h"

#include "tests/bench/Workload.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hearth::bench {

namespace {

constexpr std::size_t hugePage = std::size_t{2} << 20;

struct Child {
    pid_t process = -1;
    int answer = -1;
};

Child start(const Work &work)
{
    int ends[2];
    if (pipe(ends) != 0) {
        std::perror("bench_cache: pipe");
        std::exit(1);
    }
    Child child{fork(), ends[0]};
    if (child.process < 0) {
        std::perror("bench_cache: fork");
        std::exit(1);
    }
    if (child.process == 0) {
        const std::vector<double> figures = work();
        const std::size_t bytes = figures.size() * sizeof(double);
        _exit(write(ends[1], figures.data(), bytes) == static_cast<ssize_t>(bytes) ? 0 : 1);
    }
    close(ends[1]);
    return child;
}

std::vector<double> answerOf(const Child &child)
{
    std::vector<double> figures;
    double figure = 0;
    while (read(child.answer, &figure, sizeof figure) == sizeof figure)
        figures.push_back(figure);
    close(child.answer);
    int status = 0;
    waitpid(child.process, &status, 0);
    if (figures.empty() || status != 0) {
        std::fprintf(stderr, "bench_cache: a process that fills a cache ended with status %d (out of memory?)\n",
                     status);
        std::exit(1);
    }
    return figures;
}

} // namespace

double nanosecondsPerTick()
{
    static const double measured = [] {
        using SteadyClock = std::chrono::steady_clock;
        const auto start = SteadyClock::now();
        const std::uint64_t startTicks = ticks();
        while (SteadyClock::now() - start < std::chrono::milliseconds(50)) {}
        const std::chrono::duration<double, std::nano> elapsed = SteadyClock::now() - start;
        return elapsed.count() / static_cast<double>(ticks() - startTicks);
    }();
    return measured;
}

void Durations::sort()
{
    std::sort(m_ticks.begin(), m_ticks.end());
}

double Durations::percentile(double share) const
{
    if (m_ticks.empty())
        return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(m_ticks.size() - 1) + 0.5);
    return static_cast<double>(m_ticks[at]) * nanosecondsPerTick();
}

ChaseGround::ChaseGround(std::size_t bytes)
    : m_count(std::max<std::size_t>(bytes / sizeof(Line), 2))
    , m_mappedBytes(m_count * sizeof(Line) + hugePage)
    , m_mapped(mmap(nullptr, m_mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
{
    if (m_mapped == MAP_FAILED) {
        std::perror("bench_cache: memory for the pointer chase");
        std::exit(1);
    }
    const auto start = (reinterpret_cast<std::uintptr_t>(m_mapped) + hugePage - 1) / hugePage * hugePage;
    m_lines = reinterpret_cast<Line *>(start);
    madvise(m_lines, m_count * sizeof(Line), MADV_HUGEPAGE);

    for (std::size_t line = 0; line < m_count; ++line)
        m_lines[line].next = static_cast<std::uint32_t>(line);
    Random random(3);
    for (std::size_t left = m_count; left > 1; --left)
        std::swap(m_lines[left - 1].next, m_lines[random.below(left - 1)].next);
}

ChaseGround::~ChaseGround()
{
    munmap(m_mapped, m_mappedBytes);
}

// Reads the part of /proc/self/smaps that speaks of our mapping.
double ChaseGround::hugePageShare() const
{
    std::ifstream maps("/proc/self/smaps");
    const auto wanted = reinterpret_cast<std::uintptr_t>(m_lines);
    bool isOurs = false;
    double kilobytes = 0;
    bool said = false;
    for (std::string line; std::getline(maps, line);) {
        unsigned long from = 0;
        unsigned long to = 0;
        unsigned long huge = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2)
            isOurs = from < wanted + m_count * sizeof(Line) && to > wanted;
        else if (isOurs && std::sscanf(line.c_str(), "AnonHugePages: %lu", &huge) == 1) {
            kilobytes += static_cast<double>(huge);
            said = true;
        }
    }
    return said ? std::min(1.0, kilobytes * 1024 / static_cast<double>(m_count * sizeof(Line))) : -1;
}

Pinned::Pinned(unsigned number)
{
    CPU_ZERO(&m_before);
    if (sched_getaffinity(0, sizeof m_before, &m_before) != 0 || CPU_COUNT(&m_before) == 0)
        return;
    int left = static_cast<int>(number) % CPU_COUNT(&m_before);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &m_before) || left-- > 0)
        ++cpu;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}

Pinned::~Pinned()
{
    sched_setaffinity(0, sizeof m_before, &m_before);
}

std::size_t residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::vector<std::vector<double>> inProcesses(const std::vector<Work> &works, std::size_t atOnce)
{
    std::vector<std::vector<double>> answers;
    for (std::size_t first = 0; first < works.size(); first += atOnce) {
        std::vector<Child> children;
        for (std::size_t at = first; at < std::min(first + atOnce, works.size()); ++at)
            children.push_back(start(works[at]));
        for (const Child &child : children)
            answers.push_back(answerOf(child));
    }
    return answers;
}

} // namespace hearth::bench
