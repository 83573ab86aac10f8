// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>

#include <vector>

namespace hearth {

// One "key = value" of a configuration file.
struct ConfigLine {
    QString key;
    QString value;
    int line = 0;
};

// Reads an INI file: "key = value" a line, comments with # or ; at the beginning of a line, [sections] that only
// group, values in double quotes if they begin or end with a space. Everything else in a value stands for itself, so
// that passwords need no escaping (QSettings would cut at ';' and split at ',').
// Returns: NotFound when there is no such file, BadData when it cannot be read or a line is malformed.
Result<std::vector<ConfigLine>> readConfigFile(const QString &path);

// The text of a small file such as a mounted secret, without the line break at its end. Returns: BadData
Result<QString> readSecretFile(const QString &path);

} // namespace hearth
