// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/RawPostgres.h"

#include <QSqlQuery>
#include <QString>

#include <memory>
#include <string>

namespace hearth::bench {

// A find as one writes it with Qt: prepared once and kept. Ends the program when something fails. Not synchronized.
class QtFind
{
public:
    QtFind(const std::string &url, const QString &statement);
    ~QtFind();
    QtFind(const QtFind &) = delete;
    QtFind &operator=(const QtFind &) = delete;

    RawProfile find(const std::string &identity);

private:
    std::unique_ptr<QSqlQuery> m_query;
};

} // namespace hearth::bench
