// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/HttpClient.h"

#include "core/remote/HttpExchange.h"
#include "core/remote/NodeAddress.h"

#include <QFile>
#include <QNetworkProxyFactory>
#include <QNetworkRequest>
#include <QSslCertificate>

#include <algorithm>

namespace hearth {

namespace {

constexpr int mostRedirects = 3;
constexpr qint64 largestAuthority = 1024 * 1024;

// The proxies of the system, but none on the way to this machine.
class ProxyChoice final : public QNetworkProxyFactory
{
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        if (isLoopbackHost(query.peerHostName()))
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        return systemProxyForQuery(query);
    }
};

} // namespace

HttpClient::HttpClient(const RemoteNodeOptions &options, QObject *parent)
    : QObject(parent)
    , m_url(options.url)
    , m_shownUrl(shownAddress(options.url))
    , m_authorization(options.token.empty() ? QByteArray() : "Bearer " + QByteArray::fromStdString(options.token))
    , m_timeout(std::max(options.timeout, std::chrono::milliseconds(1)))
    , m_tls(QSslConfiguration::defaultConfiguration())
    , m_problem(addressProblem(options.url, !options.token.empty()))
{
    const bool isUsable =
        std::all_of(options.token.begin(), options.token.end(), [](char c) { return c > ' ' && c < 127; });
    if (m_problem.empty() && !isUsable)
        m_problem = "The token (HEARTH_TOKEN) holds a blank or a character that a token cannot have.";
    m_tls.setProtocol(QSsl::TlsV1_2OrLater);
    m_tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (m_problem.empty() && !options.caFile.isEmpty())
        readAuthority(options.caFile);
    m_network.setProxyFactory(new ProxyChoice); // the manager's from here on
    m_network.setAutoDeleteReplies(false);
}

HttpClient::~HttpClient()
{
    // Before the manager, which else would take their replies away from under them.
    qDeleteAll(findChildren<HttpExchange *>(Qt::FindDirectChildrenOnly));
}

void HttpClient::readAuthority(const QString &path)
{
    QFile file(path);
    const bool isOpen = file.open(QIODevice::ReadOnly);
    const QList<QSslCertificate> certificates =
        isOpen ? QSslCertificate::fromData(file.read(largestAuthority), QSsl::Pem) : QList<QSslCertificate>();
    if (certificates.isEmpty())
        m_problem = "The file " + path.toStdString() + " (HEARTH_CA_FILE) " +
                    (isOpen ? "holds no certificate in PEM." : "cannot be read: check that it is there.");
    m_tls.setCaCertificates(certificates);
}

QNetworkRequest HttpClient::networkRequest(const HttpRequest &request) const
{
    QNetworkRequest network(routeUrl(m_url, request.target));
    const bool isGet = qstrcmp(request.method, "GET") == 0;
    network.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    network.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         isGet ? QNetworkRequest::SameOriginRedirectPolicy : QNetworkRequest::ManualRedirectPolicy);
    network.setMaximumRedirectsAllowed(mostRedirects);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    network.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    network.setSslConfiguration(m_tls);
    network.setRawHeader("Accept", "application/json, application/problem+json");
    network.setRawHeader("Accept-Encoding", "identity"); // so that what is counted is what came
    network.setRawHeader("User-Agent", "hearth/" HEARTH_VERSION);
    if (!m_authorization.isEmpty())
        network.setRawHeader("Authorization", m_authorization);
    if (!isGet) // also without a body: else Qt would name a form
        network.setRawHeader("Content-Type", "application/json");
    return network;
}

void HttpClient::send(const HttpRequest &request, Done done)
{
    if (!m_problem.empty()) {
        const auto refuse = [this, done = std::move(done)] {
            done({Error{ErrorCode::InvalidArgument, m_problem}, LinkState::Refused, {}});
        };
        QMetaObject::invokeMethod(this, refuse, Qt::QueuedConnection);
        return;
    }
    auto *exchange = new HttpExchange(*this, request, std::move(done));
    const QNetworkRequest network = networkRequest(request);
    if (qstrcmp(request.method, "GET") == 0)
        exchange->start(m_network.get(network));
    else
        exchange->start(m_network.sendCustomRequest(network, request.method, QByteArray::fromStdString(request.body)));
}

std::string HttpClient::answeredText(const HttpRequest &request) const
{
    constexpr std::string_view perUser = "/api/v1/cache/entries/";
    constexpr std::string_view profiles = "/api/v1/profiles/";
    constexpr std::string_view erase = "/api/v1/cache/erase/";
    std::string path = request.target.substr(0, request.target.find('?'));
    for (const std::string_view prefix : {perUser, profiles, erase}) {
        if (path.starts_with(prefix)) {
            const std::size_t end = std::min(path.find('/', prefix.size()), path.size());
            path.replace(prefix.size(), end - prefix.size(), "{id}");
        }
    }
    return m_shownUrl + " answered " + request.method + " " + path;
}

} // namespace hearth
