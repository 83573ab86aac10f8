// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/IdentityList.h"

#include "core/profiles/ProfileId.h"
#include "ui/dialogs/NodeText.h"

#include <QStringList>

#include <unordered_set>

namespace hearth {

namespace {

// The fields of a line; commas within double quotes do not separate.
QStringList fieldsOf(const QString &line)
{
    QStringList fields;
    QString field;
    bool isQuoted = false;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const QChar c = line[i];
        const bool isQuote = c == QLatin1Char('"');
        if (isQuoted && isQuote && i + 1 < line.size() && line[i + 1] == QLatin1Char('"')) {
            field += c;
            ++i;
        } else if (isQuote && (isQuoted || field.trimmed().isEmpty())) {
            isQuoted = !isQuoted;
        } else if (!isQuoted && c == QLatin1Char(',')) {
            fields.append(field);
            field.clear();
        } else {
            field += c;
        }
    }
    fields.append(field);
    return fields;
}

// The column of a table's identities, by its first line. Returns: -1, where it is no such table.
qsizetype identityColumn(const QString &firstLine)
{
    const QStringList names = fieldsOf(firstLine.trimmed());
    for (qsizetype i = 0; names.size() > 1 && i < names.size(); ++i) {
        const QString name = names[i].trimmed().toLower();
        if (name == QLatin1String("identity") || name == QLatin1String("user_identity"))
            return i;
    }
    return -1;
}

// As our own export writes it, so that no spreadsheet takes an identity for a formula.
QString withoutFormulaGuard(const QString &cell)
{
    static const QString formulaStarts = QStringLiteral("=+-@");
    const bool isGuarded = cell.size() > 1 && cell[0] == QLatin1Char('\'') && formulaStarts.contains(cell[1]);
    return isGuarded ? cell.mid(1) : cell;
}

} // namespace

IdentityList parseIdentities(const QString &text)
{
    IdentityList list;
    std::unordered_set<std::string> known;
    const QString unified = QString(text).replace(QLatin1String("\r\n"), QLatin1String("\n"));
    const qsizetype column = identityColumn(unified.left(unified.indexOf(QLatin1Char('\n'))));
    int number = 0;
    for (const QString &line : unified.split(QLatin1Char('\n'))) {
        ++number;
        if (column >= 0 && number == 1)
            continue;
        QStringList fields = fieldsOf(line);
        if (column >= 0)
            fields = {withoutFormulaGuard(fields.value(column).trimmed())};
        for (const QString &field : fields) {
            const QString trimmed = field.trimmed();
            if (trimmed.isEmpty())
                continue;
            const Result<ProfileId> id = ProfileId::parse(trimmed.toStdString());
            if (!id)
                list.problems.push_back({number, trimmed, errorText(id.error())});
            else if (known.insert(id->text()).second)
                list.identities.push_back(id->text());
            else
                ++list.duplicates;
        }
    }
    return list;
}

} // namespace hearth
