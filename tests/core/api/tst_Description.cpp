// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/Description.h"
#include "core/api/RouteTable.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace hearth;

namespace {

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

// "GET /api/v1/node: viewer, support", a line for each.
QStringList described()
{
    const std::string_view text = apiDescription();
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray(text.data(), qsizetype(text.size())));
    const QJsonObject paths = document["paths"].toObject();
    QStringList lines;
    for (const QString &path : paths.keys()) {
        const QJsonObject methods = paths[path].toObject();
        for (const QString &method : methods.keys()) {
            const QJsonObject operation = methods[method].toObject();
            const QString roles =
                operation["security"].toArray().isEmpty()
                    ? QStringLiteral("open")
                    : operation["description"].toString().section(QStringLiteral("Roles: "), 1).chopped(1);
            lines << method.toUpper() + ' ' + path + ": " + roles;
        }
    }
    lines.sort();
    return lines;
}

QStringList answered()
{
    QStringList lines;
    for (const Route &route : routeTable()) {
        QStringList roles;
        for (const ApiRole role : {ApiRole::Viewer, ApiRole::Support, ApiRole::Service, ApiRole::Operator}) {
            if (route.roles.has(role))
                roles << textOf(toString(role));
        }
        QString path = textOf(route.path);
        if (path.endsWith('/'))
            path.chop(1);
        lines << textOf(route.method) + ' ' + path + ": " +
                     (route.isOpen() ? QStringLiteral("open") : roles.join(", "));
    }
    lines.sort();
    return lines;
}

} // namespace

class tst_Description : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRouteIsDescribedWithItsRoles() { QCOMPARE(described().join('\n'), answered().join('\n')); }
};

QTEST_APPLESS_MAIN(tst_Description)
#include "tst_Description.moc"
