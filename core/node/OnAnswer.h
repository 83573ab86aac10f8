// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <utility>

namespace hearth {

// Calls handler(const Result<T> &) in context's thread when the answer is there, from the event loop, never from
// within this call; not at all once context is gone. An answer that was given up arrives as the error Cancelled.
//
// Use this, not QFuture::then(context, …): Qt 6.4 asserts there when the answer outlives the context.
template <class T, class Handler>
void onAnswer(const QFuture<Result<T>> &future, QObject *context, Handler handler)
{
    auto *watcher = new QFutureWatcher<Result<T>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, handler = std::move(handler)]() mutable {
                         watcher->deleteLater();
                         const QFuture<Result<T>> answered = watcher->future();
                         if (answered.resultCount() > 0)
                             handler(*answered.constBegin()); // resultAt() would copy it
                         else
                             handler(Result<T>(ErrorCode::Cancelled, "The node gave no answer."));
                     });
    watcher->setFuture(future);
}

} // namespace hearth
