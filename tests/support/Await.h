// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <thread>

namespace hearth {

// Asks something asynchronous and waits for its answer.
//   const auto count = await<std::int64_t>([&](auto done) { repository.count(done); });
// Returns: Internal, when there is none within the limit.
template <class T, class Ask>
Result<T> await(Ask ask, std::chrono::milliseconds limit = std::chrono::seconds(30))
{
    auto promise = std::make_shared<std::promise<Result<T>>>();
    std::future<Result<T>> answer = promise->get_future();
    ask(std::function<void(Result<T>)>([promise](Result<T> result) { promise->set_value(std::move(result)); }));
    if (answer.wait_for(limit) != std::future_status::ready)
        return Error{ErrorCode::Internal, "nobody answered"};
    return answer.get();
}

// Waits until the condition holds. Returns: false when it does not within the limit.
inline bool waitUntil(const std::function<bool()> &condition,
                      std::chrono::milliseconds limit = std::chrono::seconds(30))
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline)
            return condition();
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

} // namespace hearth
