// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/IdentityReader.h"

#include "core/base/Format.h"
#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"

#include <QFile>
#include <QFileInfo>
#include <QPromise>
#include <QStringDecoder>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace hearth {

namespace {

constexpr qint64 largestFile = 8 * 1024 * 1024;

Error unreadable(ErrorCode code, const QString &sentence)
{
    return {code, sentence.toStdString()};
}

} // namespace

Result<IdentityList> identitiesOfFile(const QString &path)
{
    const QFileInfo info(path);
    const QString name = info.fileName();
    if (!info.exists())
        return unreadable(ErrorCode::NotFound, IdentityReader::tr("There is no file %1 any more.").arg(name));
    if (!info.isFile()) // a device never ends
        return unreadable(ErrorCode::InvalidArgument,
                          IdentityReader::tr("The file %1 cannot be read: it is a folder or a device.").arg(name));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(ErrorCode::PermissionDenied,
                          IdentityReader::tr("The file %1 cannot be opened: %2.").arg(name, file.errorString()));
    const QByteArray bytes = file.read(largestFile + 1);
    if (bytes.size() > largestFile)
        return unreadable(
            ErrorCode::InvalidArgument,
            IdentityReader::tr("The file %1 has more than %2, which is as much as a node takes at once. Split it.")
                .arg(name, QString::fromStdString(format::bytes(largestFile))));
    QStringDecoder decoder(QStringDecoder::Utf8); // takes a byte order mark away
    const QString text = decoder(bytes);
    if (decoder.hasError())
        return unreadable(ErrorCode::InvalidArgument,
                          IdentityReader::tr("The file %1 is not UTF-8 text. Save it as UTF-8.").arg(name));
    return parseIdentities(text);
}

void IdentityReader::readText(const QString &text)
{
    if (text.size() > longestAtOnce)
        return start([text] { return Result<IdentityList>(parseIdentities(text)); });
    giveUp();
    Q_EMIT read(parseIdentities(text));
}

void IdentityReader::giveUp()
{
    ++m_request;
}

void IdentityReader::readFile(const QString &path)
{
    start([path] { return identitiesOfFile(path); });
}

template <class Work>
void IdentityReader::start(Work work)
{
    const auto promise = std::make_shared<QPromise<Result<IdentityList>>>();
    promise->start();
    onAnswer(promise->future(), this, [this, request = ++m_request](const Result<IdentityList> &list) {
        if (request != m_request)
            return; // a newer list superseded this one
        if (list)
            Q_EMIT read(*list);
        else
            Q_EMIT failed(errorText(list.error()));
    });
    QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
        promise->addResult(work());
        promise->finish();
    });
}

} // namespace hearth
