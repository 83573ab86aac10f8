// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/FileSaving.h"

#include <QCoreApplication>
#include <QPromise>
#include <QSaveFile>
#include <QThreadPool>

#include <memory>

namespace hearth {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FileSaving)
};

Error notWritten(const QString &why)
{
    return {ErrorCode::Unavailable, Words::tr("The file cannot be written: %1.").arg(why).toStdString()};
}

Result<void> write(const QString &path, const QByteArray &contents)
{
    if (contents.isEmpty())
        return notWritten(Words::tr("there was nothing to write"));
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return notWritten(file.errorString());
    file.write(contents); // commit() tells of what went wrong here
    if (!file.commit())
        return notWritten(file.errorString());
    return {};
}

} // namespace

QFuture<Result<void>> saveInBackground(const QString &path, std::function<QByteArray()> contents)
{
    auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, path, contents = std::move(contents)] {
        promise->addResult(write(path, contents()));
        promise->finish();
    });
    return promise->future();
}

} // namespace hearth
