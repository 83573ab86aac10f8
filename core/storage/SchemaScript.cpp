// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SchemaScript.h"

#include <QFile>
#include <QRegularExpression>

#include <cassert>

// The linker leaves the resources of a static library out unless somebody asks; not possible inside a namespace.
static void initialiseResources()
{
    Q_INIT_RESOURCE(hearth_schema);
}

namespace hearth {

std::vector<TableScript> schemaScript(DatabaseKind kind)
{
    initialiseResources();
    QFile file(kind == DatabaseKind::Sqlite ? QStringLiteral(":/hearth/schema/sqlite.sql")
                                            : QStringLiteral(":/hearth/schema/postgres.sql"));
    const bool isOpen = file.open(QIODevice::ReadOnly | QIODevice::Text);
    assert(isOpen && "the schema is compiled in");
    static_cast<void>(isOpen);

    static const QRegularExpression statement(QStringLiteral("^create table if not exists (\\w+) \\([^;]*\\)(?=;)"),
                                              QRegularExpression::MultilineOption);
    std::vector<TableScript> tables;
    auto found = statement.globalMatch(QString::fromUtf8(file.readAll()));
    while (found.hasNext()) {
        const QRegularExpressionMatch match = found.next();
        tables.push_back({match.captured(1), match.captured(0)});
    }
    return tables;
}

} // namespace hearth
