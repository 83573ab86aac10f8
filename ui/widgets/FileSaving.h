// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QFuture>
#include <QString>

#include <functional>

namespace hearth {

// Makes the contents of a file and writes it, both on a thread of the pool: neither encoding nor a slow disk holds up a
// window. The file appears whole or not at all. `contents` must not touch a widget. Thread-safe.
// Returns: Unavailable, with a sentence, where it cannot be written; the same where there are no contents.
QFuture<Result<void>> saveInBackground(const QString &path, std::function<QByteArray()> contents);

} // namespace hearth
