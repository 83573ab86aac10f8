// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/node/NodeClient.h"

#include <QPromise>

// Nearly all of it is pure; this unit is also where its meta object is compiled.
namespace hearth {

QFuture<Result<TriggerInstallation>> NodeClient::installTriggers()
{
    QPromise<Result<TriggerInstallation>> promise;
    promise.start();
    promise.addResult(Error{ErrorCode::InvalidArgument, "This node's database cannot tell of changes."});
    promise.finish();
    return promise.future();
}

} // namespace hearth
