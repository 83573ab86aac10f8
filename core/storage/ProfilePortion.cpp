// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/ProfilePortion.h"

#include "core/base/Utf8.h"
#include "core/storage/ProfileRows.h"

#include <QString>

#include <algorithm>
#include <limits>

namespace hearth {

namespace {

using Field = BinaryCopy::Field;

// Between PostgreSQL's first moment and ours.
constexpr std::int64_t microsecondsTo2000 = 946'684'800'000'000;

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A database without an encoding holds any bytes.
void assign(std::string &text, std::string_view bytes)
{
    if (isAscii(bytes) || isUtf8(bytes))
        text.assign(bytes);
    else
        text = QString::fromUtf8(bytes.data(), qsizetype(bytes.size())).toStdString();
}

bool truthOf(const Field &field, bool otherwise)
{
    if (!field)
        return otherwise;
    if (*field == "true")
        return true;
    if (*field == "false")
        return false;
    SqlRows words(1); // a column of another type, read as it is everywhere
    words.append(QString::fromUtf8(field->data(), qsizetype(field->size())));
    return words.boolean(0, 0).value_or(otherwise);
}

std::optional<WallTime> timeOf(const Field &field, UpdateTime form)
{
    std::optional<std::int64_t> number = int64Of(field);
    if (!number)
        return std::nullopt;
    if (form == UpdateTime::MicrosecondsSince2000) {
        if (*number == std::numeric_limits<std::int64_t>::max() || *number == std::numeric_limits<std::int64_t>::min())
            return std::nullopt;
        // Rounded as PostgreSQL's round() does, away from zero: the same row is the same everywhere.
        *number += microsecondsTo2000;
        *number = (*number + (*number < 0 ? -500 : 500)) / 1000;
    }
    return WallTime(std::chrono::milliseconds(*number));
}

} // namespace

Profile &ProfilePortion::placeFor(ProfileId id)
{
    if (m_size < m_rows.size())
        m_rows[m_size].identity = std::move(id);
    else
        m_rows.emplace_back(std::move(id));
    return m_rows[m_size++];
}

bool ProfilePortion::add(const std::vector<Field> &row, UpdateTime time)
{
    Result<ProfileId> id = ProfileId::parse(row[IdentityColumn].value_or(std::string_view()));
    if (!id)
        return true;
    if (m_reading.ids)
        return add(*std::move(id));
    Profile &profile = placeFor(*std::move(id));
    assign(profile.nativeLanguage, row[LanguageColumn].value_or("en"));
    assign(profile.voiceId, row[VoiceIdColumn].value_or(""));
    assign(profile.voiceProvider, row[VoiceProviderColumn].value_or(""));
    profile.formalTone = truthOf(row[FormalToneColumn], false);
    profile.preserveEmotion = truthOf(row[PreserveEmotionColumn], true);
    profile.updatedAt = timeOf(row[UpdatedAtColumn], time);
    const auto version = std::uint32_t(int32Of(row[VersionColumn]).value_or(0));
    profile.rowVersion = version != 0 ? version : contentVersion(profile);
    return flushIfFull();
}

bool ProfilePortion::add(Profile profile)
{
    if (m_reading.ids)
        return add(std::move(profile.identity));
    if (m_size < m_rows.size())
        m_rows[m_size] = std::move(profile);
    else
        m_rows.push_back(std::move(profile));
    ++m_size;
    return flushIfFull();
}

bool ProfilePortion::add(ProfileId id)
{
    m_ids.push_back(std::move(id));
    ++m_size;
    return flushIfFull();
}

bool ProfilePortion::flush()
{
    if (m_size == 0)
        return true;
    m_given += m_size;
    bool goesOn = false;
    if (m_reading.ids) {
        goesOn = m_reading.ids(m_ids);
        m_ids.clear();
    } else {
        m_rows.erase(m_rows.begin() + std::ptrdiff_t(m_size), m_rows.end());
        goesOn = m_reading.rows(m_rows);
    }
    m_size = 0;
    return goesOn;
}

} // namespace hearth
