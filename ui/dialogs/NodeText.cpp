// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/NodeText.h"

#include "core/base/Format.h"
#include "core/profiles/Language.h"
#include "ui/widgets/VisibleText.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QTextDocument>

#include <algorithm>

namespace hearth {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("NodeText", text);
}

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QDateTime utcDateTime(WallTime time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), Qt::UTC);
}

// And not with an address or a name, whose letters are what they are: "http://eu-1", "eu-1".
bool beginsWithAWord(const QString &sentence)
{
    const QString first = sentence.section(QLatin1Char(' '), 0, 0);
    return std::all_of(first.begin(), first.end(), [](QChar c) { return c.isLetter() || c == QLatin1Char(','); });
}

// What to say when an error brings no words of its own.
QString sentenceFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument:
        return translated("That was not understood.");
    case ErrorCode::NotFound:
        return translated("There is no such user.");
    case ErrorCode::AlreadyExists:
        return translated("It exists already.");
    case ErrorCode::PermissionDenied:
        return translated("The database does not allow it.");
    case ErrorCode::Timeout:
        return translated("The database did not answer in time.");
    case ErrorCode::Unavailable:
        return translated("The database cannot be reached now.");
    case ErrorCode::Overloaded:
        return translated("Too many loads are waiting. Try again in a moment.");
    case ErrorCode::SchemaMismatch:
        return translated("A table or column is missing in the database.");
    case ErrorCode::BadData:
        return translated("The answer could not be read.");
    case ErrorCode::Cancelled:
        return translated("It was cancelled.");
    case ErrorCode::ShuttingDown:
        return translated("The node is shutting down.");
    case ErrorCode::Internal:
        return translated("Something went wrong inside the program.");
    }
    return {};
}

} // namespace

QString dataText(const std::string &utf8)
{
    return visibleText(QString::fromStdString(utf8));
}

QString shortText(const std::string &utf8)
{
    constexpr int most = 40;
    const QString text = dataText(utf8);
    return text.size() <= most ? text : text.left(most / 2) + QChar(0x2026) + text.right(most / 2 - 1);
}

QString languageText(const std::string &code)
{
    if (const Language *language = findLanguage(code))
        return fromView(language->englishName);
    return code.empty() ? translated("none (unsupported)") : translated("%1 (unsupported)").arg(dataText(code));
}

QString voiceText(const Voice &voice)
{
    const QString name = dataText(voice.name.empty() ? voice.id : voice.name);
    if (name.isEmpty())
        return translated("none");
    return voice.provider.empty() ? name : translated("%1 · %2").arg(name, dataText(voice.provider));
}

QString sourceText(const std::string &source)
{
    if (source == "database")
        return translated("database");
    if (source == "created")
        return translated("created");
    if (source == "warmup")
        return translated("warm-up");
    if (source == "refresh")
        return translated("refresh");
    return dataText(source);
}

QString errorText(const Error &error)
{
    QString sentence = dataText(error.detail).trimmed();
    if (sentence.isEmpty())
        return sentenceFor(error.code);
    if (beginsWithAWord(sentence))
        sentence[0] = sentence[0].toUpper();
    const QChar last = sentence.back();
    if (last != QLatin1Char('.') && last != QLatin1Char('!') && last != QLatin1Char('?'))
        sentence += QLatin1Char('.');
    return sentence;
}

QString linkText(LinkState state)
{
    switch (state) {
    case LinkState::Connected:
        return translated("connected");
    case LinkState::Connecting:
        return translated("connecting …");
    case LinkState::Lost:
        return translated("not answering");
    case LinkState::Refused:
        break;
    }
    return translated("refused");
}

QString yesNo(bool value)
{
    return value ? translated("yes") : translated("no");
}

QString countText(std::uint64_t count)
{
    return QString::fromStdString(format::count(count));
}

QString entriesText(std::uint64_t count)
{
    return count == 1 ? translated("1 entry") : translated("%1 entries").arg(countText(count));
}

QString usersText(std::uint64_t count)
{
    return count == 1 ? translated("1 user") : translated("%1 users").arg(countText(count));
}

QString queriesText(std::uint64_t count)
{
    return count == 1 ? translated("1 query") : translated("%1 queries").arg(countText(count));
}

QString latencyText(std::chrono::nanoseconds value)
{
    return value.count() > 0 ? QString::fromStdString(format::latency(value)) : QStringLiteral("—");
}

QString spanText(std::chrono::nanoseconds value)
{
    return QString::fromStdString(format::span(value));
}

QString localTimeText(WallTime time, std::optional<WallTime> now)
{
    const QDateTime local = utcDateTime(time).toLocalTime();
    const QDateTime today = now ? utcDateTime(*now).toLocalTime() : QDateTime::currentDateTime();
    if (local.date() == today.date())
        return local.toString(QStringLiteral("HH:mm:ss"));
    const bool isThisYear = local.date().year() == today.date().year();
    return QLocale().toString(local, isThisYear ? translated("d MMM, HH:mm") : translated("d MMM yyyy"));
}

QString utcText(WallTime time)
{
    return utcDateTime(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) + QStringLiteral(" UTC");
}

QString utcIsoText(WallTime time)
{
    return utcDateTime(time).toString(Qt::ISODateWithMs);
}

QString toolTipText(const QStringList &lines)
{
    QStringList shown;
    for (const QString &line : lines)
        shown.append(visibleText(line));
    const QString text = shown.join(QLatin1Char('\n'));
    if (!Qt::mightBeRichText(text))
        return text;
    QString escaped = text.toHtmlEscaped();
    return QStringLiteral("<span>%1</span>").arg(escaped.replace(QLatin1Char('\n'), QStringLiteral("<br>")));
}

} // namespace hearth
