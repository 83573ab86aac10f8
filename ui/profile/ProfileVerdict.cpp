// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfileVerdict.h"

#include "core/base/Format.h"
#include "ui/dialogs/NodeText.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace hearth {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("ProfileVerdict", text);
}

bool isExpired(const EntryRow &entry, WallTime now)
{
    return entry.state == EntryState::Expired || now > entry.expiresAt;
}

QString differingText(const ProfileView &view)
{
    QStringList names;
    for (const std::string &name : view.differing)
        names.append(fieldText(name));
    return names.join(translated(", "));
}

ProfileVerdict unreachable(const ProfileView &view, WallTime now)
{
    const QString reason = view.databaseProblem.empty()
                               ? QString()
                               : errorText(Error{ErrorCode::Unavailable, view.databaseProblem}) + QLatin1Char(' ');
    QString consequence = translated("Nothing is cached for this user.");
    if (view.entry && isExpired(*view.entry, now))
        consequence = translated("The cached copy has expired.");
    else if (view.entry)
        consequence = translated("The cached copy is served until %1.").arg(localTimeText(view.entry->expiresAt, now));
    return {Tone::Error, translated("The database cannot be asked."), reason + consequence};
}

ProfileVerdict uncached(const ProfileView &view)
{
    if (view.agreement == Agreement::Absent)
        return {Tone::Neutral, translated("Unknown user."),
                translated("Nobody of that name is cached, and the database has no such row.")};
    return {Tone::Accent, translated("Not cached."),
            translated("The row is in the database; the next read loads it from there.")};
}

ProfileVerdict different(const ProfileView &view)
{
    const QString fields = differingText(view);
    const bool areKnown = view.stored && view.stored->updatedAt && view.cached && view.cached->updatedAt;
    const auto newer = areKnown ? *view.stored->updatedAt - *view.cached->updatedAt : std::chrono::milliseconds(0);
    if (newer.count() <= 0)
        return {Tone::Warning, translated("The cached copy differs from the database."),
                translated("What differs: %1.").arg(fields)};
    return {Tone::Warning, translated("The cached copy is older."),
            translated("The database is %1 newer: %2.").arg(spanText(newer), fields)};
}

} // namespace

ProfileVerdict verdictOf(const ProfileView &view, WallTime now)
{
    if (view.agreement == Agreement::Unreachable)
        return unreachable(view, now);
    if (!view.entry)
        return uncached(view);
    if (view.agreement == Agreement::Absent)
        return {Tone::Error, translated("The row is gone."),
                translated("The database has no row of this user any more, but a copy of it is still cached.")};
    if (view.agreement == Agreement::Different)
        return different(view);
    if (isExpired(*view.entry, now))
        return {Tone::Warning, translated("Expired."),
                translated("The next read goes to the database. The row there is still the same.")};
    return {Tone::Ok, translated("In step."), translated("The cached copy and the database row are the same.")};
}

QString cachedLine(const ProfileView &view, WallTime now)
{
    if (!view.entry)
        return translated("not cached");
    const EntryRow &entry = *view.entry;
    QString origin = translated("from %1").arg(sourceText(entry.source));
    if (entry.source == "database")
        origin = translated("from the database");
    else if (entry.source == "warmup")
        origin = translated("by a warm-up");
    else if (entry.source == "refresh")
        origin = translated("by a refresh");
    else if (entry.source == "created")
        origin = translated("when it was created");
    if (entry.loadTime.count() > 0)
        origin += translated(" in %1").arg(latencyText(entry.loadTime));
    QString hits = entry.hits == 1 ? translated("1 hit") : translated("%1 hits").arg(countText(entry.hits));
    hits.replace(QLatin1Char(' '), QChar::Nbsp);
    QString line = (isExpired(entry, now) ? translated("cached %1 %2 · expired %3 · %4")
                                          : translated("cached %1 %2 · expires %3 · %4"))
                       .arg(localTimeText(entry.cachedAt, now), origin, localTimeText(entry.expiresAt, now), hits);
    // Where the line is broken, the dot stays at its end.
    return line.replace(QStringLiteral(" ·"), QStringLiteral("\u00A0·"));
}

QString eventText(const Event &event)
{
    const QString what = event.kind == EventKind::Revealed
                             ? translated("what is masked was shown: %1").arg(dataText(event.detail))
                             : dataText(event.detail);
    return event.who.empty() ? what : translated("%1 · by %2").arg(what, dataText(event.who));
}

QString timeToLiveText(const ProfileView &view, WallTime now)
{
    if (!view.entry)
        return {};
    const EntryRow &entry = *view.entry;
    const auto text = [](std::chrono::milliseconds span) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(std::max(span, std::chrono::milliseconds(0)));
        return QString::fromStdString(format::clockTime(seconds));
    };
    const auto age = std::chrono::floor<std::chrono::seconds>(std::max(now - entry.cachedAt, WallTime::duration(0)));
    const QString old = translated("%1 old").arg(age.count() == 0 ? translated("less than 1 s") : spanText(age));
    const QString left =
        isExpired(entry, now)
            ? (entry.expiryForced ? translated("expired by force %1 ago") : translated("expired %1 ago"))
                  .arg(text(now - entry.expiresAt))
            : translated("%1 left of %2").arg(text(entry.expiresAt - now), text(entry.ttl));
    return translated("%1 · %2").arg(left, old);
}

double fractionLeft(const EntryRow &entry, WallTime now)
{
    if (isExpired(entry, now) || entry.ttl.count() <= 0)
        return 0;
    const std::chrono::duration<double> left = entry.expiresAt - now;
    return std::clamp(left / std::chrono::duration<double>(entry.ttl), 0.0, 1.0);
}

ProfileView maskedView(ProfileView view)
{
    const auto mask = [](ProfilePtr &profile, Voice &voice) {
        voice = Voice();
        if (!profile)
            return;
        auto masked = std::make_shared<Profile>(profile->identity);
        masked->nativeLanguage.clear();
        masked->updatedAt = profile->updatedAt;
        profile = std::move(masked);
    };
    mask(view.cached, view.cachedVoice);
    mask(view.stored, view.storedVoice);
    view.masked = true;
    if (view.entry) {
        view.entry->masked = true;
        view.entry->language.clear();
        view.entry->voiceId.clear();
        view.entry->voiceName.clear();
    }
    return view;
}

QString fieldText(const std::string &apiName)
{
    if (apiName == "native_language")
        return translated("native language");
    if (apiName == "voice_avatar")
        return translated("voice");
    if (apiName == "formal_tone")
        return translated("formal tone");
    if (apiName == "preserve_emotion")
        return translated("preserve emotion");
    return dataText(apiName);
}

namespace {

QString profileLine(const ProfilePtr &profile, const Voice &voice, bool isMasked)
{
    if (!profile)
        return translated("nothing");
    if (isMasked)
        return translated("masked, updated %1")
            .arg(profile->updatedAt ? utcText(*profile->updatedAt) : translated("unknown"));
    return translated("%1, voice %2, formal tone %3, preserve emotion %4, updated %5")
        .arg(languageText(profile->nativeLanguage), voiceText(voice), yesNo(profile->formalTone),
             yesNo(profile->preserveEmotion),
             profile->updatedAt ? utcText(*profile->updatedAt) : translated("unknown"));
}

} // namespace

QString ticketSummary(const ProfileView &view, WallTime now, const NodeInfo &node)
{
    const ProfileVerdict verdict = verdictOf(view, now);
    QStringList lines;
    lines << translated("User: %1").arg(dataText(view.identity))
          << translated("Node: %1, at %2").arg(dataText(node.name), utcText(now))
          << translated("Verdict: %1 %2").arg(verdict.title, verdict.sentence);
    if (view.entry)
        lines << translated("Cached: %1 from %2, expires %3, %4 hits")
                     .arg(utcText(view.entry->cachedAt), sourceText(view.entry->source), utcText(view.entry->expiresAt),
                          countText(view.entry->hits));
    lines << translated("Cache holds: %1").arg(profileLine(view.cached, view.cachedVoice, view.masked));
    lines << translated("Database holds: %1")
                 .arg(view.agreement == Agreement::Unreachable
                          ? translated("unknown, it cannot be asked")
                          : profileLine(view.stored, view.storedVoice, view.masked));
    for (const Event &event : view.events)
        lines << translated("%1  %2").arg(utcText(event.time), eventText(event));
    return lines.join(QLatin1Char('\n'));
}

} // namespace hearth
