// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/HttpPrograms.h"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace hearth::bench {

namespace {

[[noreturn]] void end(const std::string &problem)
{
    std::fprintf(stderr, "bench_http: %s\n", problem.c_str());
    std::exit(1);
}

std::string outputOf(const std::string &command)
{
    FILE *pipe = ::popen(command.c_str(), "r");
    if (!pipe)
        end("cannot run " + command);
    std::string text;
    std::array<char, 4096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
        text.append(buffer.data(), count);
    if (::pclose(pipe) != 0)
        end("failed: " + command + "\n" + text);
    return text;
}

// "1.23ms" in microseconds.
double microsecondsOf(const std::string &text)
{
    std::size_t end = 0;
    const double value = std::stod(text, &end);
    const std::string unit = text.substr(end);
    return value * (unit == "us" ? 1 : unit == "ms" ? 1e3 : unit == "s" ? 1e6 : 60e6);
}

double numberAfter(const std::string &text, const std::string &words, double otherwise)
{
    const std::size_t at = text.find(words);
    return at == std::string::npos ? otherwise : std::stod(text.substr(at + words.size()));
}

// One request on a connection of its own. Returns: the whole answer; empty when there is none.
std::string askOnce(std::uint16_t port, const std::string &request)
{
    const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(connection, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0 &&
        ::send(connection, request.data(), request.size(), MSG_NOSIGNAL) == ssize_t(request.size())) {
        std::array<char, 16384> buffer{};
        ssize_t count = 0;
        while ((count = ::recv(connection, buffer.data(), buffer.size(), 0)) > 0)
            answer.append(buffer.data(), std::size_t(count));
    }
    ::close(connection);
    return answer;
}

std::string requestOf(const std::string &method, const std::string &path, const std::string &body = {})
{
    return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
           (body.empty() ? "" : "Content-Type: application/json\r\n") +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace

void sleepFor(double seconds)
{
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

WrkResult wrk(const std::string &url, const WrkOptions &options)
{
    const std::string command = std::string(options.isPinned ? "taskset -c 1 " : "") + "wrk -t1 -c" +
                                std::to_string(options.connections) + " -d" + std::to_string(options.seconds) +
                                "s --latency '" + url + "'";
    const std::string text = outputOf(command);
    WrkResult result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first, second;
        words >> first >> second;
        if (first == "50%")
            result.p50 = microsecondsOf(second);
        else if (first == "99%")
            result.p99 = microsecondsOf(second);
        else if (first == "Requests/sec:")
            result.requestsPerSecond = std::stod(second);
        else if (second == "requests" && line.find(" in ") != std::string::npos)
            result.requests = std::stod(first);
    }
    result.errors = numberAfter(text, "errors: connect ", 0) + numberAfter(text, ", read ", 0) +
                    numberAfter(text, ", write ", 0) + numberAfter(text, ", timeout ", 0) +
                    numberAfter(text, "Non-2xx or 3xx responses: ", 0);
    if (result.requestsPerSecond == 0)
        end("wrk said nothing that is understood:\n" + text);
    return result;
}

Program::Program(const std::vector<std::string> &command)
{
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        end("no pipe");
    m_process = ::fork();
    if (m_process == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        std::vector<char *> words;
        for (const std::string &word : command)
            words.push_back(const_cast<char *>(word.c_str()));
        words.push_back(nullptr);
        ::execvp(words[0], words.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    FILE *output = ::fdopen(ends[0], "r");
    std::array<char, 256> line{};
    const std::string expected = "listening on ";
    if (!std::fgets(line.data(), int(line.size()), output) || std::string(line.data()).rfind(expected, 0) != 0)
        end("did not start: " + command.front());
    m_url = std::string(line.data()).substr(expected.size());
    m_url.erase(m_url.find_last_not_of("\r\n") + 1);
}

Program::Program(Program &&other) noexcept
    : m_process(std::exchange(other.m_process, -1))
    , m_url(std::move(other.m_url))
{
}

Program::~Program()
{
    if (m_process < 0)
        return;
    ::kill(m_process, SIGKILL);
    ::waitpid(m_process, nullptr, 0);
}

Program Program::hearthd(const std::string &path, bool isPinned)
{
    std::vector<std::string> command{path, "--sample", "--listen", "127.0.0.1:0", "--hearth-log", "error"};
    if (isPinned)
        command.insert(command.begin(), {"taskset", "-c", "0"});
    return Program(command);
}

Program Program::constant(unsigned threads, std::size_t bodyBytes, bool isPinned)
{
    std::vector<std::string> command{"/proc/" + std::to_string(::getpid()) + "/exe", "--constant",
                                     std::to_string(threads), std::to_string(bodyBytes)};
    if (isPinned)
        command.insert(command.begin(), {"taskset", "-c", "0"});
    return Program(command);
}

std::uint16_t Program::port() const
{
    return std::uint16_t(std::stoi(m_url.substr(m_url.rfind(':') + 1)));
}

std::string Program::get(const std::string &path) const
{
    const std::string answer = askOnce(port(), requestOf("GET", path));
    const std::size_t body = answer.find("\r\n\r\n");
    if (answer.rfind("HTTP/1.1 200", 0) != 0 || body == std::string::npos)
        end(path + " answered " + answer.substr(0, answer.find('\r')));
    return answer.substr(body + 4);
}

std::string Program::warmUp() const
{
    for (int look = 0; look < 600; ++look) {
        const std::string answer = askOnce(port(), requestOf("GET", "/readyz"));
        if (answer.rfind("HTTP/1.1 200", 0) == 0)
            break;
        sleepFor(0.1);
    }
    askOnce(port(), requestOf("POST", "/api/v1/cache/warm", R"({"recent":1000})"));
    for (int look = 0; look < 100; ++look) {
        const auto document = nlohmann::json::parse(get("/api/v1/cache/entries?limit=100"));
        if (document["entries"].size() == 100)
            return document["entries"][0]["user_identity"].get<std::string>();
        sleepFor(0.1);
    }
    end("the sample users could not be warmed");
}

double Program::residentMiB() const
{
    std::ifstream file("/proc/" + std::to_string(m_process) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("VmRSS:", 0) == 0)
            return std::stod(line.substr(6)) / 1024;
    }
    end("the kernel does not tell its memory");
}

int openAndClose(std::uint16_t port, const std::string &path, int connections)
{
    int served = 0;
    for (int i = 0; i < connections; ++i)
        served += askOnce(port, requestOf("GET", path)).rfind("HTTP/1.1 200", 0) == 0 ? 1 : 0;
    return served;
}

} // namespace hearth::bench
