// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/node/NodeClient.h"

#include <QPromise>

// Nearly all of it is pure; this unit is also where its meta object is compiled.
namespace hearth {

namespace {

template <class T>
QFuture<Result<T>> cannotTellOfChanges()
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(Error{ErrorCode::InvalidArgument, "This node's database cannot tell of changes."});
    promise.finish();
    return promise.future();
}

} // namespace

QFuture<Result<std::string>> NodeClient::triggersSql()
{
    return cannotTellOfChanges<std::string>();
}

QFuture<Result<TriggerInstallation>> NodeClient::installTriggers()
{
    return cannotTellOfChanges<TriggerInstallation>();
}

} // namespace hearth
