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

QString schemaFile(const char *name)
{
    initialiseResources();
    QFile file(QStringLiteral(":/hearth/schema/") + QLatin1String(name));
    const bool isOpen = file.open(QIODevice::ReadOnly | QIODevice::Text);
    assert(isOpen && "the schema is compiled in");
    static_cast<void>(isOpen);
    return QString::fromUtf8(file.readAll());
}

QStringList statementsOf(const QString &script)
{
    static const QRegularExpression end(QStringLiteral("^;$"), QRegularExpression::MultilineOption);
    QStringList statements;
    for (const QString &part : script.split(end)) {
        if (!part.trimmed().isEmpty())
            statements += part.trimmed();
    }
    return statements;
}

std::vector<TableScript> schemaScript(DatabaseKind kind)
{
    const QString script = schemaFile(kind == DatabaseKind::Sqlite ? "sqlite.sql" : "postgres.sql");
    static const QRegularExpression statement(QStringLiteral("^create table if not exists (\\w+) \\([^;]*\\)(?=;)"),
                                              QRegularExpression::MultilineOption);
    std::vector<TableScript> tables;
    auto found = statement.globalMatch(script);
    while (found.hasNext()) {
        const QRegularExpressionMatch match = found.next();
        tables.push_back({match.captured(1), match.captured(0)});
    }
    return tables;
}

} // namespace hearth
