// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
// A connection and the parser on it. The only file that knows Beast: it compiles slowly.
#include "core/server/HttpStream.h"
#include "core/server/HttpWorker.h"
#include "core/server/ResponseHead.h"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

namespace hearth {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr std::size_t smallRead = 4 * 1024;
constexpr std::size_t largeRead = 64 * 1024;
constexpr std::size_t shortestChunkedRest = 5;   // "0", two line ends: with less Beast asserts, and nothing could end
constexpr std::size_t enoughToWrite = 64 * 1024; // answers are written when there is so much of them, or no more to do

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

bool isNumber(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A connection. Its worker's thread only, but answer().
class HttpSession final : public HttpConnection,
                          public HttpStreamUser,
                          public ResponseSink,
                          public std::enable_shared_from_this<HttpSession>
{
public:
    HttpSession(std::shared_ptr<HttpWorker> worker, std::unique_ptr<HttpStream> stream, const PeerAddress &peer)
        : m_worker(std::move(worker))
        , m_shared(*m_worker->shared)
        , m_stream(std::move(stream))
        , m_peer(peer)
    {
    }

    ~HttpSession() override
    {
        if (!m_isClosed) // its worker had stopped before it began
            m_shared.book.closed(m_peer, m_isKnown);
        m_shared.unsent -= m_longOut + m_longWriting;
    }

    void start() override;
    void wasOpened(const error_code &problem) override;
    void wasRead(const error_code &problem, std::size_t count) override;
    void wasWritten(const error_code &problem) override;
    void wasFinished() override { close(); }
    void answer(std::uint64_t number, ApiResponse response) override;
    void look(MonotonicTime now) override;
    void drain() override;
    void close() override;

private:
    enum class Phase : std::uint8_t { Idle, Header, Body, Answering, Closing, Lingering, Opening };
    using Parser = http::request_parser<http::string_body>;

    void process();
    bool beginRequest();
    void parse();
    void malformed(const error_code &problem);
    const char *wrongFraming() const;
    void admit();
    void dispatch();
    void take(std::uint64_t number, ApiResponse response);
    void append(ApiResponse response);
    bool mayWait(std::size_t size);
    void refuse(unsigned status, std::string_view detail);
    void read();
    void write();
    void linger();
    void setPhase(Phase phase, std::chrono::milliseconds limit)
    {
        m_phase = phase;
        m_deadline = m_shared.clock.now() + limit;
    }

    const std::shared_ptr<HttpWorker> m_worker; // destroyed last
    HttpShared &m_shared;
    const std::unique_ptr<HttpStream> m_stream;
    const PeerAddress m_peer;
    std::string m_localAddress;
    beast::flat_buffer m_buffer;
    std::optional<Parser> m_parser;
    ApiGate::Admission m_admission;
    std::size_t m_headerSize = 0; // of this request, as far as it was read
    bool m_isAdmitted = false;
    bool m_isKnown = false; // has shown a token
    bool m_isClosed = false;
    bool m_isReading = false;
    bool m_isWriting = false;
    bool m_isDispatching = false;
    Phase m_phase = Phase::Idle;
    MonotonicTime m_deadline{};
    MonotonicTime m_writeDeadline{};
    std::uint64_t m_number = 0; // of the request that is answered
    std::string m_requestId;
    std::string m_out;         // to be written
    std::string m_writing;     // being written
    std::size_t m_longOut = 0; // bytes of long answers in these
    std::size_t m_longWriting = 0;
};

void HttpSession::start()
{
    error_code ignored;
    m_stream->socket().set_option(tcp::no_delay(true), ignored);
    const tcp::endpoint local = m_stream->socket().local_endpoint(ignored);
    m_localAddress = ignored ? std::string() : local.address().to_string(); // allocates; once
    setPhase(Phase::Opening, m_shared.limits.handshake);
    m_stream->open(shared_from_this());
}

void HttpSession::wasOpened(const error_code &problem)
{
    if (m_isClosed)
        return;
    if (problem)
        return close();
    setPhase(Phase::Idle, m_shared.limits.idle);
    read();
}

void HttpSession::process()
{
    while (!m_isClosed && !m_isWriting && m_phase <= Phase::Body && m_out.size() < enoughToWrite) {
        if (!m_parser && !beginRequest())
            break;
        const std::size_t before = m_buffer.size();
        parse();
        const bool isStuck = m_phase <= Phase::Body && m_parser && m_buffer.size() == before;
        // The parser waits for the end of a line between two chunks, however long that becomes.
        if (isStuck && m_phase == Phase::Body && before > m_shared.limits.headerBytes)
            refuse(400, "What stands between two chunks, or behind the last one, has 16 KiB at most.");
        if (isStuck || (m_parser && m_phase <= Phase::Body && m_buffer.size() == 0))
            break;
    }
    if (m_isClosed || m_isWriting)
        return;
    if (!m_out.empty())
        return write();
    if (m_phase == Phase::Closing)
        return linger();
    if (m_phase <= Phase::Body)
        read();
}

// Returns: whether there is anything to parse.
bool HttpSession::beginRequest()
{
    if (m_buffer.size() == 0) {
        if (m_worker->isDraining && m_out.empty())
            close();
        return false;
    }
    m_parser.emplace();
    m_parser->header_limit(static_cast<std::uint32_t>(m_shared.limits.headerBytes));
    m_parser->body_limit(boost::none); // each route has its own
    m_isAdmitted = false;
    m_headerSize = 0;
    m_requestId.clear();
    setPhase(Phase::Header, m_shared.limits.header);
    return true;
}

void HttpSession::parse()
{
    if (m_parser->is_header_done() && m_parser->chunked() && m_buffer.size() < shortestChunkedRest)
        return;
    error_code problem;
    const bool isInHeader = !m_parser->is_header_done();
    const std::size_t used = m_parser->put(m_buffer.data(), problem);
    m_buffer.consume(used);
    if (problem && problem != http::error::need_more)
        return malformed(problem);
    // The parser's own limit is for what it has not read yet: what was read before would come on top of it.
    m_headerSize += isInHeader ? used : 0;
    if (m_headerSize + (m_parser->is_header_done() ? 0 : m_buffer.size()) > m_shared.limits.headerBytes)
        return malformed(http::error::header_limit);
    if (m_parser->is_header_done() && !m_isAdmitted)
        admit();
    if (m_parser && m_phase <= Phase::Body && m_parser->is_done())
        dispatch();
}

void HttpSession::malformed(const error_code &problem)
{
    if (problem == http::error::header_limit)
        return refuse(431, "The header of a request has 16 KiB at most.");
    if (problem == http::error::body_limit)
        return refuse(413, "The body is larger than this route takes.");
    refuse(400, "This is not a well-formed HTTP/1.1 request: " + problem.message() + ".");
}

// What two readers of the same bytes could understand differently. Returns: null when there is nothing.
const char *HttpSession::wrongFraming() const
{
    const auto &request = m_parser->get();
    const auto lengths = request.count(http::field::content_length);
    const auto codings = request.count(http::field::transfer_encoding);
    if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0))
        return "The length of the body is told twice.";
    if (lengths == 1 && !isNumber(view(request[http::field::content_length]))) // Beast takes "2, 2", too
        return "A Content-Length is one whole number.";
    if (codings == 1 && (request.version() != 11 ||
                         !beast::iequals(request[http::field::transfer_encoding], beast::string_view("chunked"))))
        return "The only Transfer-Encoding that is understood is chunked.";
    const auto hosts = request.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && request.version() == 11))
        return "A request has one Host.";
    return nullptr;
}

void HttpSession::admit()
{
    m_isAdmitted = true;
    const auto &request = m_parser->get();
    const auto field = [&request](http::field name) { return view(request[name]); };
    m_requestId = usableRequestId(view(request["X-Request-Id"]));
    if (request.version() != 11 && request.version() != 10)
        return refuse(505, "HTTP/1.1 is what is spoken here.");
    if (const char *problem = wrongFraming())
        return refuse(400, problem);

    const boost::optional<std::uint64_t> length = m_parser->content_length();
    const bool hasBody = m_parser->chunked() || (length && *length > 0);
    const RequestHead head{view(request.method_string()),
                           view(request.target()),
                           field(http::field::host),
                           field(http::field::origin),
                           view(request["Sec-Fetch-Site"]),
                           field(http::field::authorization),
                           field(http::field::content_type),
                           field(http::field::cache_control),
                           hasBody,
                           m_peer,
                           m_localAddress};
    m_admission = m_shared.gate.admit(head);
    if (m_admission.showedToken && !m_isKnown) {
        m_isKnown = true;
        m_shared.book.becameKnown(m_peer);
    }
    if (m_admission.refusal) {
        m_admission.refusal->closes = hasBody; // which nobody is going to read
        return append(*std::move(m_admission.refusal));
    }
    const std::size_t limit = m_admission.match.route->bodyLimit;
    if (length && *length > limit)
        return refuse(413,
                      "The body is larger than the " + std::to_string(limit / 1024) + " KiB that this route takes.");
    m_parser->body_limit(limit);
    if (!hasBody)
        return;
    setPhase(Phase::Body, m_shared.limits.body);
    const std::string_view expect = field(http::field::expect);
    if (beast::iequals(request[http::field::expect], beast::string_view("100-continue")))
        m_out += "HTTP/1.1 100 Continue\r\n\r\n";
    else if (!expect.empty())
        refuse(417, "The only expectation that can be met is 100-continue.");
}

void HttpSession::dispatch()
{
    setPhase(Phase::Answering, m_shared.limits.answer);
    const auto &request = m_parser->get();
    const ApiRequest asked{m_admission.match.route,
                           m_admission.match.parameter,
                           m_admission.match.query,
                           request.body(),
                           view(request[http::field::cache_control]),
                           m_admission.caller};
    m_isDispatching = true;
    m_shared.handler(asked, ApiRespond(shared_from_this(), ++m_number));
    m_isDispatching = false;
}

void HttpSession::answer(std::uint64_t number, ApiResponse response)
{
    if (m_worker->context.get_executor().running_in_this_thread())
        return take(number, std::move(response));
    m_worker->post([self = shared_from_this(), number, response = std::move(response)]() mutable {
        self->take(number, std::move(response));
    });
}

void HttpSession::take(std::uint64_t number, ApiResponse response)
{
    if (m_isClosed || m_phase != Phase::Answering || number != m_number)
        return;
    append(std::move(response));
    if (!m_isDispatching)
        process();
}

void HttpSession::refuse(unsigned status, std::string_view detail)
{
    ApiResponse response = problemResponse(status, detail);
    response.closes = true;
    append(std::move(response));
}

// The answer to the request that was read; the next one may follow.
void HttpSession::append(ApiResponse response)
{
    const auto &request = m_parser->get();
    if (m_requestId.empty())
        m_requestId = m_worker->nextRequestId();
    const bool keepsAlive = m_isAdmitted && m_parser->keep_alive() && !response.closes && !m_worker->isDraining;
    const bool isHead = request.method() == http::verb::head;
    if (!isHead && !mayWait(response.body.size()))
        response = problemResponse(503, "Too many long answers wait to be taken by those who asked for them.");
    appendResponse(m_out, response, {m_worker->date, m_requestId, keepsAlive, request.version() == 10, !isHead});
    m_worker->count(response.status);
    m_parser.reset();
    setPhase(keepsAlive ? Phase::Idle : Phase::Closing, m_shared.limits.idle);
}

// Whether there is room for an answer that its client may take only slowly. There is always room for one.
bool HttpSession::mayWait(std::size_t size)
{
    if (size <= enoughToWrite)
        return true;
    const std::size_t before = m_shared.unsent.fetch_add(size);
    if (before > 0 && before + size > m_shared.limits.unsentBytes) {
        m_shared.unsent -= size;
        return false;
    }
    m_longOut += size;
    return true;
}

void HttpSession::read()
{
    if (m_isReading)
        return;
    m_isReading = true;
    m_stream->read(m_buffer.prepare(m_phase == Phase::Body ? largeRead : smallRead), shared_from_this());
}

void HttpSession::wasRead(const error_code &problem, std::size_t count)
{
    m_isReading = false;
    if (m_isClosed)
        return;
    if (problem)
        return close();
    m_buffer.commit(count);
    process();
}

void HttpSession::write()
{
    m_isWriting = true;
    m_writing.swap(m_out);
    m_longWriting = std::exchange(m_longOut, 0);
    m_writeDeadline = m_shared.clock.now() + m_shared.limits.write;
    m_stream->write(net::buffer(m_writing), shared_from_this());
}

void HttpSession::wasWritten(const error_code &problem)
{
    m_isWriting = false;
    if (m_writing.capacity() > enoughToWrite)
        m_writing = {};
    m_writing.clear();
    m_shared.unsent -= std::exchange(m_longWriting, 0);
    if (m_isClosed)
        return;
    if (problem)
        return close();
    if (m_phase == Phase::Idle)
        setPhase(Phase::Idle, m_shared.limits.idle);
    process();
}

void HttpSession::linger()
{
    setPhase(Phase::Lingering, m_shared.limits.linger);
    m_stream->finish(shared_from_this());
}

void HttpSession::look(MonotonicTime now)
{
    if (now > (m_isWriting ? m_writeDeadline : m_deadline))
        close();
}

void HttpSession::drain()
{
    if (!m_isWriting && (m_phase == Phase::Idle || m_phase == Phase::Opening))
        close();
}

void HttpSession::close()
{
    if (std::exchange(m_isClosed, true))
        return;
    error_code ignored;
    m_stream->socket().close(ignored);
    m_shared.book.closed(m_peer, m_isKnown);
    m_worker->sessions.erase(shared_from_this());
}

} // namespace

std::shared_ptr<HttpConnection> makeHttpSession(const std::shared_ptr<HttpWorker> &worker,
                                                std::unique_ptr<HttpStream> stream, const PeerAddress &peer)
{
    return std::make_shared<HttpSession>(worker, std::move(stream), peer);
}

} // namespace hearth
