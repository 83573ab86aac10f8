// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/profiles/ProfileRepository.h"
#include "core/service/CallGate.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace hearth {

// The queries that a service has asked a repository and that are not answered yet. Sees to it that each of them is
// answered exactly once, whatever the repository does: it may answer at once, later, twice or never (a completion that
// is dropped counts as a failure), it may throw, and it may answer after the service is gone.
//
// Thread-safe. Completions run inside the gate; what must not overlap with close() enters the gate too.
// Ownership: held by shared_ptr by the service and by each completion.
class OpenQueries : public std::enable_shared_from_this<OpenQueries>
{
public:
    CallGate &gate() { return m_gate; }

    // Calls send with a completion for the repository; done gets its answer. The caller is inside the gate, or on the
    // one thread that calls close(). After close() done gets ShuttingDown at once.
    // askedAt: now, for a query that failOverdue() may end.
    template <class T, class Send>
    void ask(Send send, Completion<T> done, std::optional<MonotonicTime> askedAt = std::nullopt)
    {
        if (m_gate.isClosed())
            return done(shuttingDown());
        auto query = std::make_shared<Query<T>>(std::move(done));
        add(query, askedAt);
        auto sentry = std::make_shared<Sentry<T>>(shared_from_this(), query);
        try {
            send(Completion<T>([sentry](Result<T> result) { sentry->deliver(std::move(result)); }));
        } catch (...) {
            sentry->deliver(unexpected());
        }
    }

    // Answers what is open with ShuttingDown, on this thread. Returns when no completion runs; none will run later.
    void close()
    {
        m_gate.close();
        for (const auto &[address, open] : takeAll())
            open.query->fail(shuttingDown());
    }

    // Answers with this error what was asked before then and is not answered yet, on this thread; what the repository
    // answers later is dropped. The caller is inside the gate. Returns: how many.
    std::size_t failOverdue(MonotonicTime askedBefore, const Error &error)
    {
        std::size_t failed = 0;
        while (const std::shared_ptr<AnyQuery> query = takeOverdue(askedBefore)) {
            query->fail(error);
            ++failed;
        }
        return failed;
    }

    std::size_t size() const
    {
        MutexLock lock(m_mutex);
        return m_open.size();
    }

    static Error shuttingDown() { return {ErrorCode::ShuttingDown, "The cache is shutting down."}; }
    static Error unexpected()
    {
        return {ErrorCode::Internal,
                "The database layer failed unexpectedly: a mistake in the program, please report it."};
    }

private:
    class AnyQuery
    {
    public:
        virtual ~AnyQuery() = default;
        virtual void fail(const Error &error) = 0;
    };
    struct Numbered {
        std::shared_ptr<AnyQuery> query;
        std::uint64_t number = 0; // an address may be used again
    };
    using Open = std::unordered_map<const AnyQuery *, Numbered>;
    struct Aged {
        MonotonicTime askedAt{};
        const AnyQuery *query = nullptr;
        std::uint64_t number = 0;
    };

    template <class T>
    class Query final : public AnyQuery
    {
    public:
        explicit Query(Completion<T> done)
            : m_done(std::move(done))
        {
        }
        void finish(Result<T> result) { std::exchange(m_done, nullptr)(std::move(result)); }
        void fail(const Error &error) override { finish(error); }

    private:
        Completion<T> m_done; // touched only by whoever took the query
    };

    // Lives as long as any copy of the completion; when the last one goes unanswered, the query failed.
    template <class T>
    class Sentry
    {
    public:
        Sentry(std::shared_ptr<OpenQueries> owner, std::shared_ptr<Query<T>> query)
            : m_owner(std::move(owner))
            , m_query(std::move(query))
        {
        }
        ~Sentry() { deliver(unexpected()); }
        Sentry(const Sentry &) = delete;
        Sentry &operator=(const Sentry &) = delete;

        void deliver(Result<T> result)
        {
            const CallGate::Pass pass(m_owner->m_gate);
            if (pass && m_owner->take(m_query.get()))
                m_query->finish(std::move(result));
        }

    private:
        const std::shared_ptr<OpenQueries> m_owner;
        const std::shared_ptr<Query<T>> m_query;
    };

    void add(std::shared_ptr<AnyQuery> query, std::optional<MonotonicTime> askedAt)
    {
        MutexLock lock(m_mutex);
        const AnyQuery *address = query.get();
        const std::uint64_t number = ++m_lastNumber;
        if (askedAt)
            m_byAge.push_back({*askedAt, address, number});
        m_open.emplace(address, Numbered{std::move(query), number});
    }
    // The oldest that was asked before then. Returns: null, when there is none.
    std::shared_ptr<AnyQuery> takeOverdue(MonotonicTime askedBefore)
    {
        MutexLock lock(m_mutex);
        while (!m_byAge.empty()) {
            const Aged &oldest = m_byAge.front();
            const auto open = m_open.find(oldest.query);
            const bool isOpen = open != m_open.end() && open->second.number == oldest.number;
            if (isOpen && oldest.askedAt >= askedBefore)
                return nullptr;
            m_byAge.pop_front();
            if (isOpen) {
                std::shared_ptr<AnyQuery> query = std::move(open->second.query);
                m_open.erase(open);
                return query;
            }
        }
        return nullptr;
    }
    void dropAnsweredLocked() HEARTH_REQUIRES(m_mutex)
    {
        while (!m_byAge.empty()) {
            const auto open = m_open.find(m_byAge.front().query);
            if (open != m_open.end() && open->second.number == m_byAge.front().number)
                return;
            m_byAge.pop_front();
        }
    }
    // Returns: whether it was still open; then the caller answers it.
    bool take(const AnyQuery *query)
    {
        MutexLock lock(m_mutex);
        const bool wasOpen = m_open.erase(query) > 0;
        dropAnsweredLocked();
        return wasOpen;
    }
    Open takeAll()
    {
        MutexLock lock(m_mutex);
        return std::exchange(m_open, {});
    }

    CallGate m_gate;
    mutable Mutex m_mutex; // State below is protected by m_mutex.
    Open m_open HEARTH_GUARDED_BY(m_mutex);
    std::deque<Aged> m_byAge HEARTH_GUARDED_BY(m_mutex); // oldest first; some may be answered already
    std::uint64_t m_lastNumber HEARTH_GUARDED_BY(m_mutex) = 0;
};

} // namespace hearth
