// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/profiles/ProfileRepository.h"
#include "core/service/CallGate.h"

#include <cstddef>
#include <functional>
#include <memory>
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
    template <class T, class Send>
    void ask(Send send, Completion<T> done)
    {
        if (m_gate.isClosed())
            return done(shuttingDown());
        auto query = std::make_shared<Query<T>>(std::move(done));
        add(query);
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
        for (const auto &[address, query] : takeAll())
            query->fail(shuttingDown());
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
    using Open = std::unordered_map<const AnyQuery *, std::shared_ptr<AnyQuery>>;

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

    void add(std::shared_ptr<AnyQuery> query)
    {
        MutexLock lock(m_mutex);
        const AnyQuery *address = query.get();
        m_open.emplace(address, std::move(query));
    }
    // Returns: whether it was still open; then the caller answers it.
    bool take(const AnyQuery *query)
    {
        MutexLock lock(m_mutex);
        return m_open.erase(query) > 0;
    }
    Open takeAll()
    {
        MutexLock lock(m_mutex);
        return std::exchange(m_open, {});
    }

    CallGate m_gate;
    mutable Mutex m_mutex; // State below is protected by m_mutex.
    Open m_open HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
