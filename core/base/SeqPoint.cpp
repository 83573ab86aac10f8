// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/base/SeqPoint.h"

#include "core/base/Mutex.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace hearth {

namespace {

struct Registered {
    unsigned id;
    std::string point;
    std::shared_ptr<const std::function<void()>> run;
};

struct Registry {
    std::atomic<int> size = 0; // read without the lock: most runs have no hook at all
    Mutex mutex;
    unsigned nextId HEARTH_GUARDED_BY(mutex) = 1;
    std::vector<Registered> hooks HEARTH_GUARDED_BY(mutex);
};

Registry &registry()
{
    static Registry instance;
    return instance;
}

} // namespace

SeqPoint::Hook::Hook(std::string_view point, std::function<void()> run)
{
    Registry &all = registry();
    MutexLock lock(all.mutex);
    m_id = all.nextId++;
    all.hooks.push_back({m_id, std::string(point), std::make_shared<const std::function<void()>>(std::move(run))});
    ++all.size;
}

SeqPoint::Hook::~Hook()
{
    Registry &all = registry();
    MutexLock lock(all.mutex);
    std::erase_if(all.hooks, [this](const Registered &hook) { return hook.id == m_id; });
    --all.size;
}

void SeqPoint::pass(std::string_view point)
{
    Registry &all = registry();
    if (all.size.load(std::memory_order_relaxed) == 0)
        return;
    std::vector<std::shared_ptr<const std::function<void()>>> found;
    {
        MutexLock lock(all.mutex);
        for (const Registered &hook : all.hooks) {
            if (hook.point == point)
                found.push_back(hook.run);
        }
    }
    for (const auto &run : found)
        (*run)();
}

} // namespace hearth
