// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/service/UserSource.h"
#include "tests/support/Await.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// What every UserSource does. Derive, and say how to get one over empty tables; each test gets its own.
class UserSourceContract : public QObject
{
    Q_OBJECT

protected:
    virtual void setUp() = 0;
    virtual void tearDown() = 0;
    virtual UserSource &source() = 0;
    // Rows as they are; created: seconds(…), none for null.
    virtual void add(const std::vector<Profile> &profiles, std::optional<int> created) = 0;
    virtual void addRoom(const std::string &host, bool isActive) = 0;

    // What a stream brought.
    struct Streamed {
        std::vector<Profile> rows;
        std::vector<ProfileId> ids;
        std::vector<const void *> buffers; // where each portion lay
        std::size_t largest = 0;           // portion
        int begins = 0;
        bool beganFirst = true;
        MonotonicTime sentAt{};
        std::optional<Result<StreamEnd>> end;

        std::string names() const
        {
            std::string text;
            for (const Profile &row : rows)
                text += (text.empty() ? "" : " ") + row.identity.text();
            return text;
        }
        std::string idNames() const
        {
            std::string text;
            for (const ProfileId &id : ids)
                text += (text.empty() ? "" : " ") + id.text();
            return text;
        }
        ErrorCode error() const { return *end ? ErrorCode::Internal : end->error().code; }
    };
    using Each = std::function<void(const std::vector<Profile> &)>;

    static UserSource::Taker takerInto(const std::shared_ptr<Streamed> &into, const Each &each = {})
    {
        return {[into](MonotonicTime sentAt) {
                    ++into->begins;
                    into->sentAt = sentAt;
                    into->beganFirst = into->rows.empty();
                },
                [into, each](const std::vector<Profile> &rows) {
                    into->beganFirst = into->beganFirst && into->begins == 1;
                    into->rows.insert(into->rows.end(), rows.begin(), rows.end());
                    into->buffers.push_back(rows.data());
                    into->largest = std::max(into->largest, rows.size());
                    if (each)
                        each(rows);
                }};
    }
    Streamed stream(const UserGroup &group, std::size_t limit = 1'000'000, const std::stop_token &stop = {},
                    const Each &each = {})
    {
        const auto into = std::make_shared<Streamed>();
        into->end =
            await<StreamEnd>([&](auto done) { source().stream(group, limit, takerInto(into, each), stop, done); });
        return *into;
    }
    Streamed streamIds(const UserGroup &group, std::size_t limit = 1'000'000)
    {
        const auto into = std::make_shared<Streamed>();
        into->end = await<StreamEnd>([&](auto done) {
            source().streamIds(
                group, limit,
                [into](const std::vector<ProfileId> &ids) {
                    into->ids.insert(into->ids.end(), ids.begin(), ids.end());
                },
                {}, done);
        });
        return *into;
    }
    std::uint64_t count(const UserGroup &group, std::size_t limit = 1'000'000)
    {
        const auto counted = await<std::uint64_t>([&](auto done) { source().count(group, limit, done); });
        if (!counted)
            qFatal("count: %s", counted.error().detail.c_str());
        return *counted;
    }

    static ProfileId id(const std::string &text)
    {
        const Result<ProfileId> parsed = ProfileId::parse(text);
        Q_ASSERT(parsed);
        return *parsed;
    }
    static WallTime time(int seconds)
    {
        return WallTime(std::chrono::seconds(1'700'000'000 + seconds) + std::chrono::milliseconds(123));
    }
    static Profile profile(const std::string &identity, const std::string &language = "en",
                           std::optional<int> updated = {})
    {
        Profile made(id(identity));
        made.nativeLanguage = language;
        if (updated)
            made.updatedAt = time(*updated);
        return made;
    }
    void add(const Profile &row, std::optional<int> created = {}) { add(std::vector{row}, created); }
    void addMany(int count)
    {
        std::vector<Profile> rows;
        for (int i = 0; i < count; ++i)
            rows.push_back(profile("user-" + std::to_string(i), "en", count - i));
        add(rows, std::nullopt);
    }
    static bool isSameRow(Profile left, Profile right)
    {
        left.rowVersion = right.rowVersion = 0;
        return left == right;
    }

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void nobodyIsNoError()
    {
        const Streamed nobody = stream(RecentlyUpdated{10});

        QVERIFY(*nobody.end);
        QCOMPARE(nobody.end->operator*().rows, std::uint64_t(0));
        QCOMPARE(nobody.begins, 1);
        QVERIFY(nobody.rows.empty() && nobody.buffers.empty());
        QCOMPARE(count(RecentlyUpdated{10}), std::uint64_t(0));
    }

    void rowsComeAsTheyAre()
    {
        Profile odd = profile("' OR 1=1-- \\ \"x\" 🦊", "xx", 5);
        odd.voiceId = "a \\voice\\ nobody 'knows' ẹ";
        odd.voiceProvider = "nobody";
        odd.formalTone = true;
        odd.preserveEmotion = false;
        const Profile plain = profile("plain");
        add(odd, 1);
        add(plain, 2);

        const Streamed all = stream(RecentlyUpdated{10});

        QCOMPARE(all.names(), odd.identity.text() + " plain");
        QVERIFY(isSameRow(all.rows.at(0), odd));
        QVERIFY(isSameRow(all.rows.at(1), plain));
        QVERIFY(all.rows.at(0).rowVersion != 0 && all.rows.at(1).rowVersion != 0);
        QVERIFY(all.rows.at(0).rowVersion != all.rows.at(1).rowVersion);
    }

    void theNewestComeFirst()
    {
        add(profile("made last"), 4);
        add(profile("old", "en", 1), 9);
        add(profile("new", "en", 3), 1);
        add(profile("middle b", "en", 2));
        add(profile("middle a", "en", 2));
        add(profile("no time b"));
        add(profile("no time a"));

        QCOMPARE(stream(RecentlyUpdated{10}).names(),
                 std::string("made last new middle a middle b old no time a no time b"));
        QCOMPARE(streamIds(RecentlyUpdated{10}).idNames(), stream(RecentlyUpdated{10}).names());
    }

    void asManyAsAskedFor_data()
    {
        QTest::addColumn<int>("recent");
        QTest::addColumn<int>("limit");
        QTest::addColumn<int>("expected");
        QTest::newRow("fewer are there") << 100 << 100 << 7;
        QTest::newRow("the group is smaller") << 3 << 100 << 3;
        QTest::newRow("the limit is smaller") << 100 << 2 << 2;
        QTest::newRow("none") << 0 << 100 << 0;
        QTest::newRow("limit none") << 100 << 0 << 0;
    }
    void asManyAsAskedFor()
    {
        QFETCH(int, recent);
        QFETCH(int, limit);
        QFETCH(int, expected);
        addMany(7);
        const RecentlyUpdated group{std::size_t(recent)};

        const Streamed brought = stream(group, std::size_t(limit));

        QCOMPARE(int(brought.rows.size()), expected);
        QCOMPARE(int(brought.end->operator*().rows), expected);
        QCOMPARE(int(streamIds(group, std::size_t(limit)).ids.size()), expected);
        QCOMPARE(int(count(group, std::size_t(limit))), expected);
        if (expected > 0)
            QCOMPARE(brought.rows.front().identity.text(), std::string("user-0"));
    }

    void theLargestLimitIsNoLimit()
    {
        addMany(3);

        constexpr std::size_t everybody = UserSource::everybody;
        QCOMPARE(stream(RecentlyUpdated{everybody}, everybody).rows.size(), std::size_t(3));
        QCOMPARE(stream(SpeakersOf{"en"}, everybody).rows.size(), std::size_t(3));
        QCOMPARE(streamIds(SpeakersOf{"en"}, everybody).ids.size(), std::size_t(3));
        QCOMPARE(count(SpeakersOf{"en"}, everybody), std::uint64_t(3));
        QCOMPARE(stream(RecentlyUpdated{2}, everybody).names(), std::string("user-0 user-1"));
        QCOMPARE(count(RecentlyUpdated{2}, everybody), std::uint64_t(2));
    }

    void speakersAreThoseOfTheLanguage()
    {
        add(profile("ana", "es", 1));
        add(profile("bea", "es", 2));
        add(profile("carl", "en", 3));

        QCOMPARE(stream(SpeakersOf{"es"}).names(), std::string("bea ana"));
        QCOMPARE(stream(SpeakersOf{"es"}, 1).names(), std::string("bea"));
        QCOMPARE(streamIds(SpeakersOf{"es"}).idNames(), std::string("bea ana"));
        QCOMPARE(count(SpeakersOf{"es"}), std::uint64_t(2));
    }

    void anyTextIsALanguage_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<int>("speakers");
        QTest::newRow("SQL") << QByteArray("' OR 1=1--") << 1;
        QTest::newRow("quotes") << QByteArray("'\"`$1") << 1;
        QTest::newRow("backslashes") << QByteArray("\\'\\\\") << 1;
        QTest::newRow("empty") << QByteArray("") << 1;
        QTest::newRow("not ASCII") << QByteArray("ọ̀yọ́🦊") << 1;
        QTest::newRow("placeholders") << QByteArray("%1 ? :a") << 1;
        QTest::newRow("300 characters") << QByteArray(300, 'e') << 0;
        QTest::newRow("in capitals") << QByteArray("EN") << 0;
        QTest::newRow("a wildcard") << QByteArray("%") << 0;
        QTest::newRow("NUL") << QByteArray("en\0x", 4) << 0;
        QTest::newRow("no UTF-8") << QByteArray("e\xff") << 0;
    }
    void anyTextIsALanguage()
    {
        QFETCH(QByteArray, code);
        QFETCH(int, speakers);
        add(profile("ana", "en"));
        if (speakers == 1)
            add(profile("odd", code.toStdString()));
        const SpeakersOf group{code.toStdString()};

        const Streamed found = stream(group);

        QVERIFY2(*found.end, *found.end ? "" : found.end->error().detail.c_str());
        QCOMPARE(found.names(), std::string(speakers == 1 ? "odd" : ""));
        QCOMPARE(found.begins, 1);
        QCOMPARE(int(count(group)), speakers);
        QCOMPARE(int(streamIds(group).ids.size()), speakers);
    }

    void hostsAreThoseOfActiveRoomsWithAProfile()
    {
        add(profile("ana", "en", 1));
        add(profile("bea", "en", 2));
        add(profile("carl", "en", 3));
        addRoom("ana", true);
        addRoom("ana", true);
        addRoom("bea", true);
        addRoom("bea", false);
        addRoom("carl", false);
        addRoom("nobody", true);

        QCOMPARE(stream(HostsOfActiveRooms{}).names(), std::string("bea ana"));
        QCOMPARE(streamIds(HostsOfActiveRooms{}).idNames(), std::string("bea ana"));
        QCOMPARE(stream(HostsOfActiveRooms{}, 1).names(), std::string("bea"));
        QCOMPARE(count(HostsOfActiveRooms{}), std::uint64_t(2));
    }

    void manyComeInPortionsOfOneVector()
    {
        addMany(3'000);

        const Streamed all = stream(RecentlyUpdated{10'000});

        QCOMPARE(all.rows.size(), std::size_t(3'000));
        for (int i = 0; i < 3'000; ++i)
            QVERIFY(isSameRow(all.rows[std::size_t(i)], profile("user-" + std::to_string(i), "en", 3'000 - i)));
        QVERIFY(all.buffers.size() > 2);
        QVERIFY(all.largest <= 1'000);
        QCOMPARE(all.begins, 1);
        QVERIFY(all.beganFirst);
        for (std::size_t i = 2; i < all.buffers.size(); ++i)
            QCOMPARE(all.buffers[i], all.buffers[1]);
    }

    void aStopInTheMiddleEndsIt()
    {
        addMany(3'000);
        std::stop_source stop;

        const Streamed some =
            stream(RecentlyUpdated{10'000}, 10'000, stop.get_token(), [&](const auto &) { stop.request_stop(); });

        QCOMPARE(some.error(), ErrorCode::Cancelled);
        QCOMPARE(some.buffers.size(), std::size_t(1)); // nothing after the stop
        QCOMPARE(stream(RecentlyUpdated{10'000}).rows.size(), std::size_t(3'000));
    }

    void whatWasStoppedBeforeDoesNotBegin()
    {
        addMany(3);
        std::stop_source stop;
        stop.request_stop();

        const Streamed none = stream(RecentlyUpdated{10}, 10, stop.get_token());

        QCOMPARE(none.error(), ErrorCode::Cancelled);
        QCOMPARE(none.begins, 0);
        QVERIFY(none.rows.empty());
    }

    void severalRunOneAfterTheOther()
    {
        addMany(2'000);
        std::mutex mutex;
        std::string order;
        std::vector<std::future<void>> ends;
        for (int i = 0; i < 3; ++i) {
            auto promise = std::make_shared<std::promise<void>>();
            ends.push_back(promise->get_future());
            const auto note = [&mutex, &order](char what) {
                const std::lock_guard lock(mutex);
                order += what;
            };
            source().stream(RecentlyUpdated{2'000}, 2'000, {[note](MonotonicTime) { note('('); }, [](const auto &) {}},
                            {}, [note, promise](const Result<StreamEnd> &end) {
                                note(end && end->rows == 2'000 ? ')' : '!');
                                promise->set_value();
                            });
        }
        for (std::future<void> &end : ends)
            QCOMPARE(end.wait_for(std::chrono::seconds(30)), std::future_status::ready);

        QCOMPARE(order, std::string("()()()"));
    }

    void everyQuestionIsAnsweredOnce()
    {
        addMany(10);
        auto answers = std::make_shared<std::atomic<int>>(0);

        for (int i = 0; i < 100; ++i)
            source().count(SpeakersOf{"en"}, 5, [answers](const auto &) { ++*answers; });

        QVERIFY(waitUntil([&] { return *answers == 100; }));
        QVERIFY(stream(RecentlyUpdated{1}).end->operator bool());
        QCOMPARE(answers->load(), 100);
    }
};

} // namespace hearth
