// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/VerbArguments.h"

#include "core/api/RequestBody.h"
#include "core/profiles/ProfileId.h"

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

Error usage(const QString &sentence)
{
    return {ErrorCode::InvalidArgument, sentence.toStdString()};
}

} // namespace

std::string textOf(const QString &text)
{
    return text.toStdString();
}

QList<QCommandLineOption> filterOptions()
{
    return {{u"state"_s, u"Only entries that are active or expired."_s, u"state"_s},
            {u"language"_s, u"Only entries of this native language, such as es."_s, u"code"_s},
            {u"search"_s, u"Only entries whose identity contains this text."_s, u"text"_s}};
}

bool hasFilter(const QCommandLineParser &parser)
{
    return parser.isSet(u"state"_s) || parser.isSet(u"language"_s) || parser.isSet(u"search"_s);
}

Result<EntriesFilter> filterOf(const QCommandLineParser &parser)
{
    EntriesFilter filter;
    filter.search = textOf(parser.value(u"search"_s));
    filter.language = textOf(parser.value(u"language"_s));
    if (parser.isSet(u"state"_s)) {
        filter.state = entryStateFromText(textOf(parser.value(u"state"_s)));
        if (!filter.state)
            return usage(u"--state %1: must be active or expired"_s.arg(parser.value(u"state"_s)));
    }
    return filter;
}

QCommandLineOption yesOption()
{
    return {u"yes"_s, u"Do it without asking. Needed where nobody can be asked."_s};
}

Result<std::optional<std::uint64_t>> numberOf(const QCommandLineParser &parser, const char *option,
                                              std::uint64_t largest)
{
    const QString name = QString::fromLatin1(option);
    if (!parser.isSet(name))
        return std::optional<std::uint64_t>();
    bool isNumber = false;
    const QString text = parser.value(name);
    const std::uint64_t number = text.toULongLong(&isNumber);
    if (!isNumber || text.startsWith(u'+') || number > largest)
        return usage(u"--%1 %2: must be a whole number from 0 to %3"_s.arg(name, text).arg(largest));
    return std::optional(number);
}

Result<std::vector<std::string>> identitiesOf(const QCommandLineParser &parser)
{
    std::vector<std::string> identities;
    for (const QString &argument : parser.positionalArguments()) {
        const Result<ProfileId> id = ProfileId::parse(textOf(argument));
        if (!id)
            return usage(u"\"%1\" is no identity: "_s.arg(argument.left(60)) +
                         QString::fromStdString(id.error().detail));
        identities.push_back(id->text());
    }
    if (identities.empty())
        return usage(u"whose? An identity is missing"_s);
    return identities;
}

Result<std::string> identityOf(const QCommandLineParser &parser)
{
    const auto identities = identitiesOf(parser);
    if (!identities)
        return identities.error();
    if (identities->size() > 1)
        return usage(u"one identity at a time"_s);
    return identities->front();
}

Result<void> noArguments(const QCommandLineParser &parser)
{
    if (parser.positionalArguments().isEmpty())
        return {};
    return usage(u"what is \"%1\"?"_s.arg(parser.positionalArguments().constFirst().left(60)));
}

} // namespace hearth
