// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches for bytes of a connection that are understood otherwise when they come in other pieces: whoever makes a
// proxy and this server disagree about where a request ends can smuggle one. The first byte chooses how they are cut.
#include "core/base/Clock.h"
#include "core/server/HttpStream.h"
#include "core/server/HttpWorker.h"
#include "tests/fuzz/FuzzCheck.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace hearth;

namespace {

using boost::system::error_code;

// A connection whose other side has said everything already, and listens to everything.
class RecordedStream final : public HttpStream
{
public:
    RecordedStream(net::io_context &context, std::string_view sent, std::uint8_t cut, std::string &answered)
        : m_context(context)
        , m_socket(context)
        , m_sent(sent)
        , m_cut(cut)
        , m_answered(answered)
    {
    }

    net::ip::tcp::socket &socket() override { return m_socket; }
    void open(User user) override { user->wasOpened({}); }
    void read(const net::mutable_buffer &space, User user) override
    {
        const std::size_t wanted = std::min(space.size(), pieceSize());
        const std::size_t count = std::min(wanted, m_sent.size());
        std::copy_n(m_sent.data(), count, static_cast<char *>(space.data()));
        m_sent.remove_prefix(count);
        net::post(m_context,
                  [user, count] { user->wasRead(count == 0 ? error_code(net::error::eof) : error_code(), count); });
    }
    void write(const net::const_buffer &bytes, User user) override
    {
        m_answered.append(static_cast<const char *>(bytes.data()), bytes.size());
        net::post(m_context, [user] { user->wasWritten({}); });
    }
    void finish(User user) override
    {
        net::post(m_context, [user] { user->wasFinished(); });
    }

private:
    // All at once, one by one, or in pieces that look as if by chance.
    std::size_t pieceSize()
    {
        if (m_cut == 0)
            return m_sent.size();
        m_state = m_state * 1'103'515'245U + 12'345U;
        return 1 + (m_cut == 1 ? 0 : (m_state >> 16U) % m_cut);
    }

    net::io_context &m_context;
    net::ip::tcp::socket m_socket;
    std::string_view m_sent;
    const std::uint8_t m_cut;
    std::uint32_t m_state = 1;
    std::string &m_answered;
};

struct Outcome {
    std::vector<std::string> requests; // as the handler saw them
    std::string statuses;              // "200 200 400 "
};

// Whoever leaves in the middle of a request may have been told before that it is malformed, or not.
bool isSame(const std::string &left, const std::string &right)
{
    return left == right || left == right + "400 " || right == left + "400 ";
}

// The statuses of the answers, which follow each other without anything between them.
std::string statusesOf(std::string_view answered)
{
    std::string statuses;
    while (!answered.empty()) {
        must(answered.substr(0, 9) == "HTTP/1.1 ", "an answer begins where the last one ended");
        const std::size_t end = answered.find("\r\n\r\n");
        must(end != std::string_view::npos, "an answer has an end of its header");
        const std::string_view head = answered.substr(0, end + 2);
        const std::string_view status = head.substr(9, 3);
        if (status != "100") // whether somebody waits is a matter of time
            statuses.append(status).append(" ");
        answered.remove_prefix(end + 4);
        if (const std::size_t length = head.find("\r\nContent-Length: "); length != std::string_view::npos) {
            const std::size_t size = std::stoul(std::string(head.substr(length + 18, 12)));
            // The answer to a HEAD tells a length, and has none; ours all begin with a brace.
            const bool hasBody = size > 0 && !answered.empty() && answered.front() == '{';
            must(!hasBody || answered.size() >= size, "an answer is whole");
            answered.remove_prefix(hasBody ? size : 0);
        }
    }
    return statuses;
}

Outcome serve(std::string_view sent, std::uint8_t cut)
{
    static const SystemClock clock;
    Outcome outcome;
    std::string answered;
    const auto handler = [&outcome](const ApiRequest &request, const ApiRespond &respond) {
        outcome.requests.push_back(std::string(request.route->path) + '|' + std::string(request.parameter) + '|' +
                                   std::string(request.query) + '|' + std::string(request.body));
        must(request.body.size() <= request.route->bodyLimit, "a body is within its route's limit");
        ApiResponse response;
        response.body = "{\"success\":true}";
        respond(std::move(response));
    };
    const auto shared = std::make_shared<HttpShared>(clock, ApiServerSettings(), handler);
    const auto worker = std::make_shared<HttpWorker>(shared);
    must(shared->book.open(PeerAddress()), "there is a place");
    {
        const auto session = makeHttpSession(
            worker, std::make_unique<RecordedStream>(worker->context, sent, cut, answered), PeerAddress());
        worker->sessions.insert(session);
        session->start();
    }
    worker->context.poll();
    must(worker->sessions.empty(), "a connection ends when its other side does");
    must(shared->book.counts().openNow == 0, "a place is given back");
    worker->close();
    outcome.statuses = statusesOf(answered);
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    FuzzInput input(data, size);
    const std::uint8_t cut = input.byte();

    const Outcome whole = serve(input.rest(), 0);
    const Outcome inPieces = serve(input.rest(), std::max<std::uint8_t>(cut, 1));

    const bool areAnswersSame = isSame(whole.statuses, inPieces.statuses);
    if (!areAnswersSame)
        std::fprintf(stderr, "whole: %s\nin pieces: %s\n", whole.statuses.c_str(), inPieces.statuses.c_str());
    must(whole.requests == inPieces.requests, "requests are the same in other pieces");
    must(areAnswersSame, "answers are the same in other pieces");
    return 0;
}
