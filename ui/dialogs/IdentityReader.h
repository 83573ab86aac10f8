// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "ui/dialogs/IdentityList.h"

#include <QObject>

#include <cstdint>

namespace hearth {

// The identities of a file: UTF-8, of at most 8 MiB, which is what a node takes. Any thread; it reads, and so may wait.
// Returns: NotFound, InvalidArgument (no plain file, too large, not UTF-8), PermissionDenied; a sentence each.
Result<IdentityList> identitiesOfFile(const QString &path);

// Reads lists of users without holding the GUI thread up: a short text at once, a long one and a file on a thread of
// the pool. The newest wins, what was asked for before is dropped. GUI thread only.
class IdentityReader final : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype longestAtOnce = 64 * 1024; // characters

    using QObject::QObject;

    void readText(const QString &text);
    void readFile(const QString &path);
    void giveUp(); // what is being read is not wanted any more

Q_SIGNALS:
    void read(const hearth::IdentityList &list);
    void failed(const QString &sentence);

private:
    template <class Work>
    void start(Work work);

    std::uint64_t m_request = 0;
};

} // namespace hearth
