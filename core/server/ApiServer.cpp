// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
// Listening, and the threads.
#include "core/server/ApiServer.h"

#include "core/api/Problem.h"
#include "core/server/HttpStream.h"
#include "core/server/HttpWorker.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace hearth {

namespace {

using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr auto acceptPause = std::chrono::milliseconds(100);

// To whom there is no connection left for.
std::string tooManyConnections()
{
    const std::string body = problemJson(503, "There are too many connections; come back in a moment.");
    return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: " + std::string(problemContentType) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" +
           body;
}

PeerAddress peerAddress(const net::ip::address &address)
{
    return address.is_v4() ? PeerAddress::v4(address.to_v4().to_bytes()) : PeerAddress::v6(address.to_v6().to_bytes());
}

} // namespace

class ApiServer::Impl
{
public:
    Impl(const Clock &clock, ApiServerSettings serverSettings, Handler handler)
        : settings(std::move(serverSettings))
        , shared(std::make_shared<HttpShared>(clock, settings, std::move(handler)))
    {
        for (std::size_t i = 0; i < std::max<std::size_t>(settings.threads, 1); ++i)
            workers.push_back(std::make_shared<HttpWorker>(shared));
        acceptor.emplace(workers.front()->context);
        pause.emplace(workers.front()->context);
    }

    Result<void> listen();
    Result<std::string> loadCertificate();
    void accept();
    void accepted(const std::shared_ptr<HttpWorker> &worker, tcp::socket socket);
    void stopAccepting();

    const ApiServerSettings settings;
    const std::shared_ptr<HttpShared> shared;
    std::vector<std::shared_ptr<HttpWorker>> workers;
    std::optional<tcp::acceptor> acceptor; // the first worker's, like the next two
    std::optional<net::steady_timer> pause;
    std::size_t next = 0;
    std::atomic<std::uint16_t> port = 0;
    bool isRunning = false;
};

Result<void> ApiServer::Impl::listen()
{
    error_code problem;
    const net::ip::address address = net::ip::make_address(settings.address, problem);
    const tcp::endpoint endpoint(address, settings.port);
    if (!problem)
        acceptor->open(endpoint.protocol(), problem);
    if (!problem)
        acceptor->set_option(tcp::acceptor::reuse_address(true), problem);
    if (!problem)
        acceptor->bind(endpoint, problem);
    if (!problem)
        acceptor->listen(net::socket_base::max_listen_connections, problem);
    if (problem)
        return Error{ErrorCode::Unavailable, "Cannot listen on " + settings.address + ", port " +
                                                 std::to_string(settings.port) + ": " + problem.message() + "."};
    port = acceptor->local_endpoint(problem).port();
    return {};
}

Result<std::string> ApiServer::Impl::loadCertificate()
{
    if (!settings.tls)
        return Error{ErrorCode::NotFound, "This node serves http: there is no certificate."};
    Result<std::shared_ptr<const TlsContext>> context = TlsContext::load(*settings.tls, shared->clock.wallNow());
    if (!context)
        return context.error();
    std::string certificate = (*context)->certificate();
    shared->setTls(*std::move(context));
    return certificate;
}

void ApiServer::Impl::accept()
{
    const std::shared_ptr<HttpWorker> worker = workers[next++ % workers.size()];
    acceptor->async_accept(worker->context, [this, worker](const error_code &problem, tcp::socket socket) {
        if (problem == net::error::operation_aborted || !acceptor->is_open())
            return;
        if (!problem) {
            accepted(worker, std::move(socket));
            return accept();
        }
        pause->expires_after(acceptPause); // no more descriptors, say
        pause->async_wait([this](const error_code &stopped) {
            if (!stopped)
                accept();
        });
    });
}

void ApiServer::Impl::accepted(const std::shared_ptr<HttpWorker> &worker, tcp::socket socket)
{
    error_code problem;
    const tcp::endpoint remote = socket.remote_endpoint(problem);
    if (problem)
        return; // it has left already
    const PeerAddress peer = peerAddress(remote.address());
    const std::shared_ptr<const TlsContext> tls = shared->tls();
    if (!shared->book.open(peer)) {
        if (tls)
            return; // it would have to shake hands to be told
        static const std::string full = tooManyConnections();
        socket.non_blocking(true, problem);
        socket.write_some(net::buffer(full), problem);
        return;
    }
    auto stream = tls ? makeTlsStream(std::move(socket), *tls) : makePlainStream(std::move(socket));
    const auto session = makeHttpSession(worker, std::move(stream), peer);
    worker->post([worker, session] {
        worker->sessions.insert(session);
        worker->isDraining ? session->close() : session->start();
    });
}

void ApiServer::Impl::stopAccepting()
{
    error_code ignored;
    acceptor->close(ignored);
    pause->cancel();
}

ApiServer::ApiServer(const Clock &clock, ApiServerSettings settings, Handler handler)
    : m_impl(std::make_unique<Impl>(clock, std::move(settings), std::move(handler)))
{
}

ApiServer::~ApiServer()
{
    stop();
}

Result<void> ApiServer::start()
{
    if (m_impl->settings.tls) {
        if (const auto loaded = m_impl->loadCertificate(); !loaded)
            return loaded.error();
    }
    if (const Result<void> listening = m_impl->listen(); !listening)
        return listening.error();
    m_impl->isRunning = true;
    m_impl->accept();
    for (const std::shared_ptr<HttpWorker> &worker : m_impl->workers) {
        worker->post([worker] { worker->tick(); });
        worker->start();
    }
    return {};
}

std::uint16_t ApiServer::port() const
{
    return m_impl->port;
}

Result<std::string> ApiServer::reloadCertificate()
{
    return m_impl->loadCertificate();
}

void ApiServer::drain()
{
    m_impl->workers.front()->post([impl = m_impl.get()] { impl->stopAccepting(); });
    for (const std::shared_ptr<HttpWorker> &worker : m_impl->workers)
        worker->post([worker] { worker->drain(); });
}

bool ApiServer::isDrained() const
{
    return m_impl->shared->book.counts().openNow == 0;
}

void ApiServer::stop()
{
    if (!std::exchange(m_impl->isRunning, false))
        return;
    m_impl->workers.front()->post([impl = m_impl.get()] { impl->stopAccepting(); });
    for (const std::shared_ptr<HttpWorker> &worker : m_impl->workers) {
        worker->post([worker] { worker->stop(); });
        worker->close();
    }
    for (const std::shared_ptr<HttpWorker> &worker : m_impl->workers)
        worker->join();
    m_impl->pause.reset();
    m_impl->acceptor.reset();
}

void ApiServer::probe(std::function<void()> areAlive)
{
    const auto asked = std::make_shared<std::function<void()>>(std::move(areAlive));
    const auto missing = std::make_shared<std::atomic<std::size_t>>(m_impl->workers.size());
    for (const std::shared_ptr<HttpWorker> &worker : m_impl->workers) {
        worker->post([asked, missing] {
            if (--*missing == 0)
                (*asked)();
        });
    }
}

HttpCounts ApiServer::counts() const
{
    HttpCounts counts;
    for (const std::shared_ptr<HttpWorker> &worker : m_impl->workers) {
        for (unsigned status = 0; status < mostStatuses; ++status) {
            if (const auto count = worker->statuses[status].load(std::memory_order_relaxed))
                counts.responsesByStatus[status] += count;
        }
    }
    const ConnectionBook::Counts connections = m_impl->shared->book.counts();
    counts.connections = connections.openNow;
    counts.connectionsAccepted = connections.accepted;
    counts.connectionsRefused = connections.refused;
    return counts;
}

} // namespace hearth
