// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/HttpExchange.h"

#include "core/api/ActionJson.h"

#include <QDateTime>
#include <QLocale>
#include <QSslError>
#include <QStringList>

#include <algorithm>

namespace hearth {

namespace {

constexpr std::size_t longestDetail = 1'000; // bytes
constexpr qint64 bufferedAtOnce = 1024 * 1024;
constexpr std::chrono::seconds longestPause{300};

WallTime wallNow()
{
    return SystemClock().wallNow();
}

bool isJson(const QByteArray &contentType, const char *wanted)
{
    return contentType.split(';').constFirst().trimmed().compare(wanted, Qt::CaseInsensitive) == 0;
}

// What a status says of what was asked for.
ErrorCode codeOf(int status)
{
    switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
        return ErrorCode::InvalidArgument;
    case 401:
    case 403:
        return ErrorCode::PermissionDenied;
    case 404:
    case 410:
        return ErrorCode::NotFound;
    case 409:
        return ErrorCode::AlreadyExists;
    case 429:
        return ErrorCode::Overloaded;
    case 502:
    case 503:
        return ErrorCode::Unavailable;
    case 408:
    case 504:
        return ErrorCode::Timeout;
    default:
        return status < 500 ? ErrorCode::BadData : ErrorCode::Internal;
    }
}

// So much of a text as a sentence may be long, not cut within a character.
std::string bounded(std::string text)
{
    if (text.size() <= longestDetail)
        return text;
    std::size_t end = longestDetail;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
    return text + "…";
}

} // namespace

HttpExchange::HttpExchange(HttpClient &client, const HttpRequest &request, HttpClient::Done done)
    : QObject(&client)
    , m_client(client)
    , m_request(request)
    , m_done(std::move(done))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &HttpExchange::timeOut);
}

HttpExchange::~HttpExchange() = default;

void HttpExchange::start(QNetworkReply *reply)
{
    m_reply = reply;
    m_reply->setParent(this);
    m_reply->setReadBufferSize(bufferedAtOnce);
    connect(m_reply, &QNetworkReply::readyRead, this, &HttpExchange::takeBytes);
    connect(m_reply, &QNetworkReply::finished, this, &HttpExchange::takeEnd);
    connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        QStringList texts;
        for (const QSslError &error : errors)
            texts << error.errorString();
        m_tlsProblem = texts.join(QStringLiteral("; "));
    });
    m_askedAt = wallNow();
    m_elapsed.start();
    restartTimer();
}

// While bytes come, it may take longer than the timeout, but not for ever.
void HttpExchange::restartTimer()
{
    const std::chrono::milliseconds timeout = m_client.timeout();
    const std::chrono::milliseconds left =
        timeout * HttpClient::longestInTimeouts - std::chrono::milliseconds(m_elapsed.elapsed());
    m_timer.start(std::clamp(left, std::chrono::milliseconds(1), timeout));
}

void HttpExchange::takeBytes()
{
    if (!m_done)
        return;
    if (m_body.isEmpty())
        learnDate();
    m_body += m_reply->readAll();
    if (m_body.size() > m_request.mostBytes)
        return finish(unusable(" with more than " + std::to_string(m_request.mostBytes / (1024 * 1024)) +
                               " MiB, which is not read."));
    restartTimer();
}

void HttpExchange::timeOut()
{
    const auto spentTime = std::max<std::chrono::milliseconds::rep>(m_elapsed.elapsed(), m_client.timeout().count());
    const double seconds = static_cast<double>(spentTime) / 1'000;
    const std::string spent = QString::number(seconds, 'f', seconds < 10 ? 1 : 0).toStdString();
    finish({Error{ErrorCode::Timeout, m_client.shownUrl() + " did not answer within " + spent +
                                          " s. Check that the node runs and can be reached from here."},
            LinkState::Lost,
            {}});
}

void HttpExchange::takeEnd()
{
    if (!m_done)
        return;
    takeBytes();
    if (m_done)
        finish(judged());
}

// Also when the answer has no body, or is none of ours: any answer with a date says what time it is there.
void HttpExchange::learnDate()
{
    const QString text = QString::fromLatin1(m_reply->rawHeader("Date"));
    QDateTime date = QLocale::c().toDateTime(text, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!date.isValid())
        return;
    date.setTimeSpec(Qt::UTC);
    m_client.learnDate(WallTime(std::chrono::milliseconds(date.toMSecsSinceEpoch())), m_askedAt, wallNow());
}

Reply<HttpAnswer> HttpExchange::judged()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QNetworkReply::NetworkError error = m_reply->error();
    const bool isRedirect = (status >= 300 && status < 400) || error == QNetworkReply::InsecureRedirectError ||
                            error == QNetworkReply::TooManyRedirectsError;
    if (isRedirect)
        return unusable(" with a redirect, which is not followed. Name the node's own address.");
    if (status >= 400)
        return problemOf(status);
    if (error != QNetworkReply::NoError || status == 0)
        return notReached();
    return answered(status);
}

Reply<HttpAnswer> HttpExchange::answered(int status)
{
    if (!isJson(m_reply->rawHeader("Content-Type"), "application/json"))
        return unusable(" with something that is not JSON: this is not a Hearth node, or something stands in between.");
    bool hasLength = false;
    const qlonglong length = m_reply->rawHeader("Content-Length").toLongLong(&hasLength);
    if (hasLength && length != m_body.size())
        return unusable(" with less than it had announced.");
    return {HttpAnswer{status, m_body, m_reply->rawHeader("X-Cache").toStdString(),
                       std::chrono::nanoseconds(m_elapsed.nsecsElapsed())},
            LinkState::Connected,
            {}};
}

Reply<HttpAnswer> HttpExchange::problemOf(int status) const
{
    std::string detail;
    if (isJson(m_reply->rawHeader("Content-Type"), "application/problem+json"))
        detail = bounded(problemDetail({m_body.constData(), static_cast<std::size_t>(m_body.size())}));
    if (status == 401)
        detail = m_client.shownUrl() + " does not accept the token." + (detail.empty() ? "" : " " + detail);
    if (detail.empty())
        detail = told(" with the status " + std::to_string(status) + ".");
    const bool refusesUs = status == 401 || status == 407 || status == 429;
    return {Error{codeOf(status), detail}, refusesUs ? LinkState::Refused : LinkState::Connected, retryAfter()};
}

Reply<HttpAnswer> HttpExchange::notReached() const
{
    const std::string node = m_client.shownUrl();
    const auto lost = [](std::string sentence) -> Reply<HttpAnswer> {
        return {Error{ErrorCode::Unavailable, std::move(sentence)}, LinkState::Lost, {}};
    };
    switch (m_reply->error()) {
    case QNetworkReply::ConnectionRefusedError:
        return lost("Nothing listens at " + node + ": start hearthd there, or check the address.");
    case QNetworkReply::HostNotFoundError:
        return lost("The host of " + node + " is not known: check the address.");
    case QNetworkReply::RemoteHostClosedError:
        return lost(node + " closed the connection before it had answered.");
    case QNetworkReply::SslHandshakeFailedError: {
        const QString why = m_tlsProblem.isEmpty() ? m_reply->errorString() : m_tlsProblem;
        return {Error{ErrorCode::Unavailable, "The certificate of " + node +
                                                  " is not trusted: " + bounded(why.toStdString()) +
                                                  " An authority of your own is named by HEARTH_CA_FILE."},
                LinkState::Refused,
                {}};
    }
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::ProtocolUnknownError:
        return unusable(" with something that is not HTTP: this is not a Hearth node.");
    default:
        return lost(node + " cannot be reached: " + bounded(m_reply->errorString().toStdString()) + ".");
    }
}

// Seconds; a date is not read.
std::chrono::milliseconds HttpExchange::retryAfter() const
{
    bool isNumber = false;
    const uint seconds = m_reply->rawHeader("Retry-After").toUInt(&isNumber);
    return isNumber ? std::min(std::chrono::seconds(seconds), longestPause) : std::chrono::seconds(0);
}

Reply<HttpAnswer> HttpExchange::unusable(const std::string &ending) const
{
    return {Error{ErrorCode::BadData, told(ending)}, LinkState::Refused, {}};
}

void HttpExchange::finish(Reply<HttpAnswer> reply)
{
    m_timer.stop();
    const HttpClient::Done done = std::exchange(m_done, {});
    disconnect(m_reply, nullptr, this, nullptr);
    if (m_reply->isRunning())
        m_reply->abort();
    deleteLater();
    // Queued: whoever is answered may destroy the client, and the reply, which is still speaking, with it.
    QMetaObject::invokeMethod(
        &m_client, [done, reply = std::move(reply)]() mutable { done(std::move(reply)); }, Qt::QueuedConnection);
}

} // namespace hearth
