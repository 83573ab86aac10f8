// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ThreadNumber.h"

#include <QtTest>

#include <algorithm>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

using namespace hearth;

namespace {

// The numbers of so many threads that live at the same time.
std::multiset<std::size_t> numbersOf(int count)
{
    std::multiset<std::size_t> numbers;
    std::mutex mutex;
    std::latch allHaveOne(count);
    std::vector<std::thread> threads;
    for (int number = 0; number < count; ++number) {
        threads.emplace_back([&] {
            const std::size_t mine = threadNumber();
            {
                const std::lock_guard lock(mutex);
                numbers.insert(mine == threadNumber() ? mine : 9999);
            }
            allHaveOne.arrive_and_wait();
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    return numbers;
}

} // namespace

class tst_ThreadNumber : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void threadsThatLiveAtOnceHaveDifferentNumbers();
    void numbersAreGivenAgain();
    void threadsBeyondTheLastNumberShareOne();
};

void tst_ThreadNumber::threadsThatLiveAtOnceHaveDifferentNumbers()
{
    const std::size_t mine = threadNumber();
    std::multiset<std::size_t> numbers = numbersOf(20);
    numbers.insert(mine);

    QCOMPARE(std::set<std::size_t>(numbers.begin(), numbers.end()).size(), numbers.size());
    QVERIFY(*numbers.rbegin() < sharedThreadNumber);
}

void tst_ThreadNumber::numbersAreGivenAgain()
{
    for (int round = 0; round < 100; ++round)
        QVERIFY(*numbersOf(10).rbegin() < 20);
}

void tst_ThreadNumber::threadsBeyondTheLastNumberShareOne()
{
    const std::multiset<std::size_t> numbers = numbersOf(200);

    QVERIFY(numbers.count(sharedThreadNumber) > 50);
    for (const std::size_t number : std::set<std::size_t>(numbers.begin(), numbers.end()))
        QVERIFY(number == sharedThreadNumber || numbers.count(number) == 1);
}

QTEST_APPLESS_MAIN(tst_ThreadNumber)
#include "tst_ThreadNumber.moc"
