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

} // namespace

IdentityList parseIdentities(const QString &text)
{
    IdentityList list;
    std::unordered_set<std::string> known;
    const QString unified = QString(text).replace(QLatin1String("\r\n"), QLatin1String("\n"));
    int number = 0;
    for (const QString &line : unified.split(QLatin1Char('\n'))) {
        ++number;
        for (const QString &field : fieldsOf(line)) {
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
