// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>

namespace hearth {

// Blocks whoever passes until it is opened. A thread that a shutdown left behind may outlive the gate: what it touches
// is shared with it.
class Gate
{
public:
    std::function<void()> pass()
    {
        return [state = m_state] {
            ++state->reached;
            state->opened.wait();
        };
    }
    void open() { m_state->promise.set_value(); }
    int reached() const { return m_state->reached; }

private:
    struct State {
        std::promise<void> promise;
        std::shared_future<void> opened{promise.get_future()};
        std::atomic<int> reached = 0;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace hearth
