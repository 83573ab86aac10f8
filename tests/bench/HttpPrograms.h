// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

// The programs that bench_http starts and asks. What cannot be started or answers wrongly ends the benchmark.
namespace hearth::bench {

struct WrkResult {
    double requestsPerSecond = 0;
    double requests = 0;
    double p50 = 0; // microseconds
    double p99 = 0;
    double errors = 0; // of the socket, and answers that are none
};
struct WrkOptions {
    int seconds = 3;
    int connections = 64;
    bool isPinned = false; // to the second CPU
};
WrkResult wrk(const std::string &url, const WrkOptions &options);

// A server in a process of its own, gone with this object.
class Program
{
public:
    // On its sample database. isPinned: on the first CPU only, and so with one I/O thread.
    static Program hearthd(const std::string &path, bool isPinned);
    static Program constant(unsigned threads, std::size_t bodyBytes, bool isPinned);
    Program(Program &&other) noexcept;
    Program &operator=(Program &&) = delete;
    ~Program();

    const std::string &url() const { return m_url; }
    std::uint16_t port() const;
    // The body of an answer with the status 200.
    std::string get(const std::string &path) const;
    // Of hearthd: loads users. Returns: one of them.
    std::string warmUp() const;
    double residentMiB() const;

private:
    explicit Program(const std::vector<std::string> &command);

    pid_t m_process = -1;
    std::string m_url;
};

// One after the other, each with one request. Returns: how many were answered.
int openAndClose(std::uint16_t port, const std::string &path, int connections);
void sleepFor(double seconds);

} // namespace hearth::bench
