// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/SqlSelfTestRows.h"

#include "core/storage/SqlConnection.h"

#include <QStringList>
#include <QVariantList>

#include <future>
#include <memory>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

QVariant text(const std::string &value)
{
    return QString::fromStdString(value);
}

// Waits for the answer, which the pool's hard timeout ends.
template <class T>
Result<T> ask(SqlExecutorPool &pool, SqlRepeat repeat, std::function<Result<T>(SqlConnection &)> work)
{
    const auto promise = std::make_shared<std::promise<Result<T>>>();
    std::future<Result<T>> answer = promise->get_future();
    pool.run<T>(repeat, std::move(work),
                [promise](Result<T> result, const QueryTiming &) { promise->set_value(std::move(result)); });
    return answer.get();
}

// "(?, ?), (?, ?)"
QString places(std::size_t rows, int columns)
{
    const QString row = u'(' + QStringList(columns, u"?"_s).join(u", "_s) + u')';
    return QStringList(static_cast<qsizetype>(rows), row).join(u", "_s);
}

// In one statement. Numbers below zero are nobody's: so the counter that numbers the rows of others stays where it is.
Result<SqlRows> insertAll(SqlConnection &connection, const std::vector<Profile> &profiles, bool withNumbers)
{
    const QString columns = u"user_identity, native_language, voice_provider, formal_tone, preserve_emotion"_s +
                            (withNumbers ? u", id"_s : u""_s);
    QVariantList values;
    for (const Profile &profile : profiles) {
        values << text(profile.identity.text()) << text(profile.nativeLanguage) << text(profile.voiceProvider)
               << profile.formalTone << profile.preserveEmotion;
        if (withNumbers)
            values << -static_cast<int>(std::hash<std::string>()(profile.identity.text()) % 2'000'000'000) - 1;
    }
    return connection.query(
        u"insert into user_profiles (%1) values %2"_s.arg(columns, places(profiles.size(), withNumbers ? 6 : 5)),
        values);
}

} // namespace

Result<void> SqlSelfTestRows::insert(const std::vector<Profile> &profiles)
{
    const auto work = [profiles](SqlConnection &connection) -> Result<bool> {
        Result<SqlRows> inserted = insertAll(connection, profiles, true);
        const bool isOtherwise = !inserted && connection.isOpen() && !concernsEveryUser(inserted.error().code) &&
                                 inserted.error().code != ErrorCode::Timeout;
        if (isOtherwise) { // a table that numbers its rows in another way
            connection.clearFailure();
            inserted = insertAll(connection, profiles, false);
        }
        if (!inserted)
            return inserted.error();
        return true;
    };
    const Result<bool> done = ask<bool>(m_pool, SqlRepeat::Never, work);
    return done ? Result<void>() : done.error();
}

Result<std::uint64_t> SqlSelfTestRows::remove(const std::vector<ProfileId> &ids)
{
    const auto work = [ids](SqlConnection &connection) -> Result<std::uint64_t> {
        QVariantList values{text(marker)};
        for (const ProfileId &id : ids)
            values << text(id.text());
        const auto rows = connection.query(u"delete from user_profiles where voice_provider = ? and user_identity in %1"
                                           " returning user_identity"_s.arg(places(1, static_cast<int>(ids.size()))),
                                           values);
        if (!rows)
            return rows.error();
        return rows->size();
    };
    return ask<std::uint64_t>(m_pool, SqlRepeat::Safe, work);
}

Result<std::vector<ProfileId>> SqlSelfTestRows::find()
{
    const auto work = [](SqlConnection &connection) -> Result<std::vector<ProfileId>> {
        const auto rows = connection.query(
            u"select user_identity from user_profiles where voice_provider = ? and user_identity like ?"_s,
            {text(marker), text(std::string(marker) + "-%")});
        if (!rows)
            return rows.error();
        std::vector<ProfileId> ids;
        for (std::size_t i = 0; i < rows->size(); ++i) {
            if (auto id = ProfileId::parse(rows->text(i, 0).value_or("")))
                ids.push_back(*std::move(id));
        }
        return ids;
    };
    return ask<std::vector<ProfileId>>(m_pool, SqlRepeat::Safe, work);
}

} // namespace hearth
