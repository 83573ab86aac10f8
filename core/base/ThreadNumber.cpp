// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/base/ThreadNumber.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace hearth {

namespace {

// A bit for each number that is taken; the last one, which is shared, always is.
constinit std::array<std::atomic<std::uint64_t>, 2> numbers{0, std::uint64_t{1} << 63};

std::size_t takeNumber()
{
    for (std::size_t word = 0; word < numbers.size(); ++word) {
        std::uint64_t taken = numbers[word].load(std::memory_order_relaxed);
        while (taken != ~std::uint64_t{0}) {
            const int bit = std::countr_one(taken);
            // Acquires what the thread before wrote until it gave the number back.
            if (numbers[word].compare_exchange_weak(taken, taken | std::uint64_t{1} << bit, std::memory_order_acquire))
                return word * 64 + static_cast<std::size_t>(bit);
        }
    }
    return sharedThreadNumber;
}

void giveBack(std::size_t number)
{
    if (number != sharedThreadNumber)
        numbers[number / 64].fetch_and(~(std::uint64_t{1} << number % 64), std::memory_order_release);
}

// Gives the number back when the thread ends.
struct Keeper {
    std::size_t number = sharedThreadNumber;
    Keeper() = default;
    Keeper(const Keeper &) = delete;
    Keeper &operator=(const Keeper &) = delete;
    ~Keeper()
    {
        detail::numberOfThisThread = sharedThreadNumber; // for destructors of the thread that come later
        giveBack(number);
    }
};

} // namespace

constinit thread_local std::size_t detail::numberOfThisThread = noThreadNumber;

std::size_t detail::takeThreadNumber()
{
    static thread_local Keeper keeper;
    keeper.number = takeNumber();
    numberOfThisThread = keeper.number;
    return keeper.number;
}

} // namespace hearth
