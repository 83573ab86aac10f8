// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/node/NodeClient.h"

#include <QPromise>

// Nearly all of it is pure; this unit is also where its meta object is compiled.
namespace hearth {

namespace {

template <class T>
QFuture<Result<T>> refused(const char *sentence)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(Error{ErrorCode::InvalidArgument, sentence});
    promise.finish();
    return promise.future();
}

constexpr const char *cannotTell = "This node's database cannot tell of changes.";
constexpr const char *cannot = "This node cannot do that.";

} // namespace

QFuture<Result<std::string>> NodeClient::triggersSql()
{
    return refused<std::string>(cannotTell);
}

QFuture<Result<TriggerInstallation>> NodeClient::installTriggers()
{
    return refused<TriggerInstallation>(cannotTell);
}

QFuture<Result<ProfileView>> NodeClient::peek(const std::string & /*identity*/)
{
    return refused<ProfileView>(cannot);
}

QFuture<Result<ProfileView>> NodeClient::reveal(const std::string & /*identity*/, const std::string & /*reason*/)
{
    return refused<ProfileView>(cannot);
}

QFuture<Result<std::vector<Event>>> NodeClient::events(const EventsQuery & /*query*/)
{
    return refused<std::vector<Event>>(cannot);
}

QFuture<Result<LiveSettings>> NodeClient::settings()
{
    return refused<LiveSettings>(cannot);
}

void NodeClient::setActor(const std::string & /*who*/) {}

QFuture<Result<ProfileReading>> NodeClient::read(const std::string & /*identity*/)
{
    return refused<ProfileReading>(cannot);
}

QFuture<Result<UndoOutcome>> NodeClient::undoExpiry(const std::string & /*undoId*/)
{
    return refused<UndoOutcome>(cannot);
}

QFuture<Result<LiveSettings>> NodeClient::changeSettings(const LiveSettingsChange & /*change*/)
{
    return refused<LiveSettings>(cannot);
}

QFuture<Result<void>> NodeClient::erase(const std::string & /*identity*/)
{
    return refused<void>(cannot);
}

} // namespace hearth
