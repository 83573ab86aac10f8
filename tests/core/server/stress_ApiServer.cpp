// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Many connections at once, some pipelining, some leaving in the middle, answers from the I/O thread and from others,
// and a stop in the middle of it. A plain program, so that ThreadSanitizer sees all of it without an excuse.
// Usage: stress_ApiServer [ROUNDS] [REQUESTS a client]
#include "core/base/Mutex.h"
#include "core/server/ApiServer.h"
#include "tests/core/server/RawClient.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr int clientThreads = 6;
constexpr int pipelined = 8;

// A thread that answers what it is given, as a database's would.
class Answerer
{
public:
    Answerer()
        : m_thread([this] { run(); })
    {
    }
    ~Answerer()
    {
        {
            MutexLock lock(m_mutex);
            m_isDone = true;
            m_changed.notifyAll();
        }
        m_thread.join();
    }
    void give(ApiRespond respond, std::string body)
    {
        MutexLock lock(m_mutex);
        m_waiting.emplace_back(std::move(respond), std::move(body));
        m_changed.notifyOne();
    }

private:
    void run()
    {
        for (;;) {
            std::deque<std::pair<ApiRespond, std::string>> taken;
            {
                MutexLock lock(m_mutex);
                while (m_waiting.empty() && !m_isDone)
                    m_changed.wait(m_mutex);
                if (m_waiting.empty())
                    return;
                taken.swap(m_waiting);
            }
            for (auto &[respond, body] : taken) {
                ApiResponse response;
                response.body = body;
                respond(response);
                respond(std::move(response)); // once too often
            }
        }
    }

    Mutex m_mutex;
    Condition m_changed;
    std::deque<std::pair<ApiRespond, std::string>> m_waiting HEARTH_GUARDED_BY(m_mutex);
    bool m_isDone HEARTH_GUARDED_BY(m_mutex) = false;
    std::thread m_thread; // the last
};

struct Tally {
    std::atomic<long> answered = 0;
    std::atomic<long> wrong = 0;
    std::atomic<long> lost = 0; // connections that ended before their answers
    std::atomic<bool> isStopping = false;
};

// One connection: sends some requests at once, reads some of the answers, leaves.
void visit(std::uint16_t port, int number, Tally &tally)
{
    RawClient client(port);
    std::string all;
    for (int i = 0; i < pipelined; ++i)
        all += "GET /api/v1/profiles/" + std::to_string(number + i) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (!client.isConnected() || !client.send(all)) {
        ++tally.lost;
        return;
    }
    const int wanted = number % 5 == 0 ? number % pipelined : pipelined; // some leave before they are through
    for (int i = 0; i < wanted; ++i) {
        const RawClient::Response response = client.response();
        if (response.status == 0) {
            ++tally.lost;
            return;
        }
        tally.wrong += response.status == 200 && response.body == std::to_string(number + i) ? 0 : 1;
        ++tally.answered;
    }
}

// Returns: whether everybody got what was theirs.
bool round(int requests)
{
    const SystemClock clock;
    Tally tally;
    Answerer answerer;
    ApiServerSettings settings;
    settings.threads = 2;
    settings.limits.tick = 1ms;
    ApiServer server(clock, settings, [&](const ApiRequest &request, const ApiRespond &respond) {
        std::string body(request.parameter);
        if (body.back() == '3')
            return answerer.give(respond, std::move(body));
        ApiResponse response;
        response.body = std::move(body);
        respond(std::move(response));
    });
    if (!server.start())
        return false;

    std::vector<std::thread> clients;
    for (int thread = 0; thread < clientThreads; ++thread) {
        clients.emplace_back([&, thread] {
            for (int i = 0; i < requests / pipelined && !tally.isStopping; ++i)
                visit(server.port(), thread * 1'000'000 + i, tally);
        });
    }
    while (tally.answered < requests * clientThreads / 2 && tally.wrong == 0 && tally.lost == 0)
        (void)server.counts();
    const long lostBeforeTheEnd = tally.lost;
    server.drain();
    tally.isStopping = true;
    server.stop();
    for (std::thread &client : clients)
        client.join();
    std::printf("answered %ld, wrong %ld, lost %ld before the stop and %ld by it\n", tally.answered.load(),
                tally.wrong.load(), lostBeforeTheEnd, tally.lost.load() - lostBeforeTheEnd);
    return tally.wrong == 0 && lostBeforeTheEnd == 0 && server.isDrained();
}

} // namespace

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
    const int requests = argc > 2 ? std::atoi(argv[2]) : 4'000;
    for (int i = 0; i < rounds; ++i) {
        if (!round(requests))
            return 1;
    }
    return 0;
}
