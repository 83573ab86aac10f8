// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/service/WarmUp.h"
#include "core/storage/SqlUserSource.h"
#include "tests/bench/MissMeasures.h"
#include "tests/bench/RawPostgres.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QThread>
#include <QUrl>
#include <QVariant>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <stop_token>
#include <vector>

// Many rows in one query: raw COPY, Qt's driver, the source, and a warm-up as operators start it.
namespace hearth::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char *newestFirst =
    " from user_profiles order by coalesce(updated_at, created_at) desc nulls last, user_identity limit ";

double secondsSince(SteadyClock::time_point begin)
{
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// The columns as SqlUserSource asks for them.
std::string selectRecent(std::size_t count)
{
    return "select user_identity::text, native_language::text, voice_avatar_id::text, voice_provider::text,"
           " formal_tone::text, preserve_emotion::text, updated_at, xmin" +
           (newestFirst + std::to_string(count));
}

// Returns: rows a second.
double copyRate(const MissPlan &plan, const std::string &what, const char *format, std::size_t count)
{
    RawPostgres raw(plan.server.url);
    const auto begin = SteadyClock::now();
    if (raw.copyOut("copy (" + what + ") to stdout (format " + format + ")") != count)
        std::abort();
    return double(count) / secondsSince(begin);
}

double qtRate(const MissPlan &plan, std::size_t count)
{
    const QUrl url(QString::fromStdString(plan.server.url));
    std::vector<RawProfile> decoded;
    decoded.reserve(count);
    double seconds = 0;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), QStringLiteral("bench"));
        database.setHostName(url.host());
        database.setPort(url.port());
        database.setUserName(url.userName());
        database.setPassword(url.password());
        database.setDatabaseName(url.path().mid(1));
        database.setConnectOptions(QStringLiteral("sslmode=disable"));
        if (!database.open())
            std::abort();
        QSqlQuery query(database);
        query.setForwardOnly(true);
        const auto begin = SteadyClock::now();
        query.exec(QStringLiteral("select user_identity, native_language, voice_avatar_id, voice_provider, formal_tone,"
                                  " preserve_emotion, round(extract(epoch from updated_at) * 1000)::bigint,"
                                  " xmin::text::bigint") +
                   QString::fromLatin1(newestFirst) + QString::number(count));
        while (query.next()) {
            decoded.push_back({query.value(0).toString().toStdString(), query.value(1).toString().toStdString(),
                               query.value(2).toString().toStdString(), query.value(3).toString().toStdString(),
                               query.value(4).toBool(), query.value(5).toBool(), query.value(6).toLongLong(),
                               query.value(7).toUInt()});
        }
        seconds = secondsSince(begin);
    }
    QSqlDatabase::removeDatabase(QStringLiteral("bench"));
    if (decoded.size() != count)
        std::abort();
    return double(count) / seconds;
}

// stand: where to put them; null: nowhere.
double sourceRate(const MissPlan &plan, std::size_t count, MissStand *stand)
{
    SystemClock clock;
    SqlUserSource source(MissStand::optionsOf(plan.server, 1), clock);
    Countdown isOver(1);
    std::size_t taken = 0;
    QueryTiming timing;
    std::optional<Generations> asOf;
    const auto begin = SteadyClock::now();
    source.stream(RecentlyUpdated{count}, count,
                  {[&](MonotonicTime sentAt) {
                       timing.sentAt = sentAt;
                       if (stand)
                           asOf = stand->cache.generations();
                   },
                   [&](const std::vector<Profile> &rows) {
                       taken += stand ? stand->profiles.storeWarmed(rows, *asOf, timing, WarmNews::OfNobody).stored
                                      : rows.size();
                   }},
                  std::stop_token(), [&isOver](const Result<StreamEnd> &) { isOver.count(); });
    isOver.wait();
    if (taken != count)
        std::abort();
    return double(count) / secondsSince(begin);
}

double countMilliseconds(const MissPlan &plan, std::size_t count)
{
    SystemClock clock;
    SqlUserSource source(MissStand::optionsOf(plan.server, 1), clock);
    Countdown isOver(1);
    const auto begin = SteadyClock::now();
    source.count(RecentlyUpdated{count}, count, [&isOver](const Result<std::uint64_t> &) { isOver.count(); });
    isOver.wait();
    return secondsSince(begin) * 1e3;
}

} // namespace

double warmRecent(const MissPlan &plan, MissStand &stand, std::size_t count)
{
    SqlUserSource source(MissStand::optionsOf(plan.server, 1), stand.clock);
    WarmUp warmUp(stand.clock, stand.cache, stand.repository, source, stand.profiles, stand.events);
    QThread service;
    Countdown isOver(1);
    WarmProgress last;
    QObject::connect(
        &warmUp, &WarmUp::progressed, &warmUp,
        [&](const WarmProgress &progress) {
            if (progress.state == JobState::Running)
                return;
            last = progress;
            isOver.count();
        },
        Qt::DirectConnection);
    warmUp.moveToThread(&service);
    service.start();
    const std::uint64_t job = warmUp.reserveJobId();
    const auto begin = SteadyClock::now();
    QMetaObject::invokeMethod(&warmUp, [&] { warmUp.start(job, WarmRecent{count}, "bench"); });
    isOver.wait();
    const double seconds = secondsSince(begin);
    QMetaObject::invokeMethod(&warmUp, &WarmUp::stop, Qt::BlockingQueuedConnection);
    service.quit();
    service.wait();
    if (last.state != JobState::Done || last.warmed != count) {
        std::fprintf(stderr, "bench_misspath: %zu of %zu were warmed. %s\n", std::size_t(last.warmed), count,
                     last.problem.c_str());
        std::exit(1);
    }
    return double(count) / seconds;
}

void measureWarming(const MissPlan &plan, const AddRow &add)
{
    const std::size_t count = plan.orQuick(plan.users, 200'000);
    const std::string recent = selectRecent(count);
    const std::string all = "select user_identity, native_language, voice_avatar_id, voice_provider, formal_tone,"
                            " preserve_emotion, updated_at, xmin from user_profiles limit ";
    for (int repetition = 0; repetition < 3; ++repetition) {
        add("warm/COPY as they lie", {{"per_second", copyRate(plan, all + std::to_string(count), "binary", count)}});
        add("warm/COPY binary", {{"per_second", copyRate(plan, recent, "binary", count)}});
        add("warm/COPY text", {{"per_second", copyRate(plan, recent, "text", count)}});
        add("warm/QSqlQuery", {{"per_second", qtRate(plan, count)}});
        add("warm/source", {{"per_second", sourceRate(plan, count, nullptr)}});
        add("warm/count", {{"ms", countMilliseconds(plan, count)}});
        {
            MissStand stand(MissStand::optionsOf(plan.server, 1), plan.users + plan.users / 10);
            add("warm/stored", {{"per_second", sourceRate(plan, count, &stand)}});
        }
        {
            MissStand stand(MissStand::optionsOf(plan.server, 1), plan.users + plan.users / 10);
            add("warm/streamed", {{"per_second", warmRecent(plan, stand, count)}, {"rows", double(count)}});
        }
        const std::string everybody = all + std::to_string(plan.users);
        add("warm/COPY everybody", {{"per_second", copyRate(plan, everybody, "binary", plan.users)}});
        MissStand stand(MissStand::optionsOf(plan.server, 1), plan.users + plan.users / 10);
        add("warm/everybody", {{"per_second", warmRecent(plan, stand, plan.users)}, {"rows", double(plan.users)}});
    }
}

} // namespace hearth::bench
