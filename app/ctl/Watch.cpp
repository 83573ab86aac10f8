// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/Watch.h"

#include "app/ctl/TerminalMode.h"
#include "core/api/StatsJson.h"
#include "core/base/Format.h"
#include "core/node/OnAnswer.h"

#include <QDateTime>
#include <QSocketNotifier>

#include <algorithm>
#include <array>
#include <string>
#include <unistd.h>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 1'000ms;
constexpr std::size_t mostSamples = 400;
constexpr std::size_t eventsShown = 60;

// Without what arrows and other keys without a letter send: ESC [ … a final letter, ESC O and a letter.
std::string withoutSequences(const std::string &typed)
{
    std::string keys;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        if (typed[i] != '\033') {
            keys += typed[i];
            continue;
        }
        const bool isLong = i + 1 < typed.size() && (typed[i + 1] == '[' || typed[i + 1] == 'O');
        if (!isLong)
            continue;
        for (i += 2; i < typed.size() && (typed[i] < '@' || typed[i] > '~');)
            ++i;
    }
    return keys;
}

} // namespace

Watch::Watch(Session &session, std::uint64_t count)
    : m_session(session)
    , m_terminal(stdout)
    , m_isDrawn(m_terminal.canDraw() && ::isatty(STDIN_FILENO) == 1 && !session.isJson())
    , m_count(count)
{
    NodeClient &node = session.node();
    m_state.node = session.nodeName();
    m_state.stats = node.stats();
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &Watch::tick);
    connect(&session.signalsOfTerminal(), &TerminalSignals::interrupted, &m_loop, &QEventLoop::quit);
    connect(&node, &NodeClient::linkChanged, this, [this](const NodeLink &link) { m_state.link = link; });
    connect(&node, &NodeClient::sampled, this, [this](const Sample &sample, const Stats &stats) {
        if (m_state.isPaused)
            return;
        m_state.stats = stats;
        if (m_state.samples.empty() || sample.seq != m_state.samples.back().seq)
            m_state.samples.push_back(sample);
        while (m_state.samples.size() > mostSamples)
            m_state.samples.pop_front();
    });
}

int Watch::run()
{
    const auto past = m_session.await(m_session.node().samples(0, mostSamples));
    if (past)
        m_state.samples.assign(past->begin(), past->end());
    if (const Result<Stats> stats = m_session.stats())
        m_state.stats = *stats;
    else
        return m_session.fail(stats.error());
    m_state.link = m_session.node().link();
    tick();
    m_timer.start();
    if (m_isDrawn)
        runDrawn();
    else if (!m_session.wasInterrupted() && (m_count == 0 || m_ticks < m_count))
        m_loop.exec();
    return exitDone;
}

void Watch::runDrawn()
{
    TerminalMode mode;
    m_hasScreen = true;
    QSocketNotifier keys(STDIN_FILENO, QSocketNotifier::Read);
    connect(&keys, &QSocketNotifier::activated, this, [this, &keys] {
        std::array<char, 64> typed{};
        const ssize_t count = ::read(STDIN_FILENO, typed.data(), typed.size());
        if (count <= 0) { // the terminal is gone
            keys.setEnabled(false);
            m_loop.quit();
        }
        const std::string keysTyped(typed.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        for (const char key : withoutSequences(keysTyped))
            takeKey(key);
    });
    TerminalSignals &signals = m_session.signalsOfTerminal();
    connect(&signals, &TerminalSignals::resized, this, &Watch::draw);
    disconnect(&signals, &TerminalSignals::stopAsked, nullptr, nullptr);
    connect(&signals, &TerminalSignals::stopAsked, this, [this, &mode] {
        mode.leave();
        TerminalSignals::stopHere();
        mode.enter();
        draw();
    });
    draw();
    if (!m_session.wasInterrupted() && (m_count == 0 || m_ticks < m_count))
        m_loop.exec();
    m_hasScreen = false;
}

void Watch::tick()
{
    ++m_ticks;
    if (!m_state.isPaused) {
        m_state.time = QDateTime::currentDateTime().toString(QStringLiteral("HH:mm:ss")).toStdString();
        if (m_session.style().inUtc)
            m_state.time = QDateTime::currentDateTimeUtc().toString(QStringLiteral("HH:mm:ss'Z'")).toStdString();
        askForEvents();
    }
    show();
    if (m_count > 0 && m_ticks >= m_count)
        m_loop.quit();
}

void Watch::askForEvents()
{
    if (!m_isDrawn || m_asksEvents)
        return;
    m_asksEvents = true;
    EventsQuery query;
    query.limit = eventsShown;
    onAnswer(m_session.node().events(query), this, [this](const Result<std::vector<Event>> &events) {
        m_asksEvents = false;
        if (events && !m_state.isPaused)
            m_state.events = *events;
    });
}

void Watch::takeKey(char key)
{
    if (!m_state.question.empty()) {
        m_state.question.clear();
        if (key == 'y' || key == 'Y')
            cleanUp();
    } else if (key == 'q' || key == 'Q') {
        m_loop.quit();
    } else if (key == ' ') {
        m_state.isPaused = !m_state.isPaused;
    } else if (key == 'c' || key == 'C') {
        m_state.question = "Remove " + format::count(m_state.stats.expiredEntries) + " expired entries now?";
    }
    draw();
}

void Watch::cleanUp()
{
    m_state.message = "cleaning up ...";
    onAnswer(m_session.node().cleanUp(), this, [this](const Result<CleanupOutcome> &outcome) {
        m_state.message = outcome ? "removed " + format::count(outcome->removed) + " of " +
                                        format::count(outcome->initialCount) + " entries"
                                  : outcome.error().detail;
        draw();
    });
}

void Watch::show()
{
    if (m_session.isJson())
        m_session.printJson(statsJson(m_state.stats));
    else if (m_isDrawn)
        draw();
    else
        m_session.print(watchLine(m_state));
}

void Watch::draw()
{
    if (!m_isDrawn || !m_hasScreen)
        return;
    std::string picture = "\033[H";
    bool isFirst = true;
    for (const std::string &line : watchFrame(m_state, m_session.style(), m_terminal.columns(), m_terminal.rows())) {
        picture += (isFirst ? "" : "\n") + line + "\033[K";
        isFirst = false;
    }
    m_session.print(picture + "\033[J");
}

} // namespace hearth
