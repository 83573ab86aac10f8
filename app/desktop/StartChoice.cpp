// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/StartChoice.h"

#include "core/remote/NodeAddress.h"
#include "ui/dialogs/StartChoiceDialog.h"

#include <QCryptographicHash>
#include <QSettings>

namespace hearth {

namespace {

const QString ownCache = QStringLiteral("own cache");

// By a hash: what a settings file says of a database is nobody's business.
QString keyOf(const DatabaseUrl &database)
{
    const QByteArray shown = QByteArray::fromStdString(database.displayUrl());
    return QStringLiteral("start/") +
           QString::fromLatin1(QCryptographicHash::hash(shown, QCryptographicHash::Sha256).toHex().left(16));
}

void watch(DesktopOptions &options, const QUrl &node)
{
    options.nodes = {node};
    options.ownCache = false;
}

} // namespace

bool chooseStart(DesktopOptions &options, QSettings &settings, bool isSeen)
{
    if (!options.config.databaseUrl || options.isDatabaseNamedHere || !options.nodes.empty() || !isSeen)
        return true;
    const QString key = keyOf(*options.config.databaseUrl);
    const bool hasToken = !options.config.clientToken.isEmpty();
    const QString remembered = settings.value(key).toString();
    if (remembered == ownCache)
        return true;
    if (const QUrl node(remembered, QUrl::StrictMode); addressProblem(node, hasToken).empty()) {
        watch(options, node);
        return true;
    }
    StartChoiceDialog dialog(options.config.databaseUrl->displayUrl(), [hasToken](const QUrl &address) {
        return QString::fromStdString(addressProblem(address, hasToken));
    });
    if (dialog.exec() != QDialog::Accepted)
        return false;
    const QUrl node = dialog.node();
    settings.setValue(key, node.isEmpty() ? ownCache : node.toString());
    if (!node.isEmpty())
        watch(options, node);
    return true;
}

} // namespace hearth
