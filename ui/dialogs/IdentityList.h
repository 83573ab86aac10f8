// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <vector>

namespace hearth {

// What somebody pasted as a list of users. Immutable value.
struct IdentityList {
    struct Problem {
        int line = 0; // from 1
        QString text;
        QString reason; // a sentence
    };
    std::vector<std::string> identities; // valid ones, each once, in the order of the text
    std::size_t duplicates = 0;          // left out
    std::vector<Problem> problems;       // left out
};

// One identity per line, or several with commas between them; spaces around each do not count. An identity that
// itself holds a comma stands in double quotes ("" for a quote in it). Of a table, whose first line names a column
// "identity" or "user_identity" among others, only that column is read. Thread-safe.
IdentityList parseIdentities(const QString &text);

} // namespace hearth
