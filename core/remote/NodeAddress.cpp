// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/NodeAddress.h"

#include "core/api/Percent.h"

#include <QHostAddress>

namespace hearth {

std::string addressProblem(const QUrl &url, bool hasToken)
{
    const QString scheme = url.scheme();
    if (!url.isValid() || url.host().isEmpty() ||
        (scheme != QStringLiteral("http") && scheme != QStringLiteral("https")))
        return "The address of a node is written as http://HOST:PORT or https://HOST.";
    if (!url.userInfo().isEmpty())
        return "The address of a node holds no name and password; a node knows people by a token (HEARTH_TOKEN).";
    if (url.hasQuery() || url.hasFragment())
        return "The address of a node ends with its host, port or path: nothing stands behind a ? or a #.";
    if (hasToken && scheme == QStringLiteral("http") && !isLoopbackHost(url.host()))
        return "The token is not sent over plain http to " + shownAddress(url) +
               ", where others could read it on its way: use https, or a tunnel to the loopback.";
    return {};
}

bool isLoopbackHost(const QString &host)
{
    if (host.compare(QStringLiteral("localhost"), Qt::CaseInsensitive) == 0)
        return true;
    const QHostAddress address(host);
    return !address.isNull() && address.isLoopback();
}

std::string shownAddress(const QUrl &url)
{
    return url
        .toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::StripTrailingSlash)
        .toStdString();
}

QUrl routeUrl(const QUrl &base, std::string_view target)
{
    QByteArray url = base.toEncoded(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
    while (url.endsWith('/'))
        url.chop(1);
    url.append(target.data(), static_cast<qsizetype>(target.size()));
    return QUrl::fromEncoded(url, QUrl::StrictMode);
}

std::string identitySegment(const std::string &identity)
{
    return identity == "." || identity == ".." ? std::string() : percentEncoded(identity);
}

} // namespace hearth
