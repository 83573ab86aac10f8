// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/PackedProfile.h"

#include <QtTest>

#include <random>
#include <string>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

Profile profileOf(const std::string &identity)
{
    return defaultProfile(*ProfileId::parse(identity));
}

// Rows as they may be, usual or not.
class Rows
{
public:
    Profile next()
    {
        Profile row(*ProfileId::parse("user-" + std::to_string(m_random())));
        row.nativeLanguage = text(10);
        row.voiceId = text(255);
        row.voiceProvider = text(50);
        row.formalTone = m_random() % 2 == 0;
        row.preserveEmotion = m_random() % 2 == 0;
        row.updatedAt = time();
        row.rowVersion = version();
        return row;
    }

private:
    std::string text(std::size_t longest)
    {
        std::string text(m_random() % 4 == 0 ? 0 : m_random() % (longest + 1), '\0');
        for (char &c : text)
            c = static_cast<char>(m_random() % 256); // any byte, NUL included
        return text;
    }
    std::optional<WallTime> time()
    {
        switch (m_random() % 6) {
        case 0:
            return std::nullopt;
        case 1:
            return WallTime::min();
        case 2:
            return WallTime::max();
        case 3:
            return WallTime{};
        case 4:
            return WallTime(-1ms);
        default:
            return WallTime(WallTime::duration(static_cast<std::int64_t>(m_random())));
        }
    }
    std::uint32_t version()
    {
        const std::uint32_t extremes[] = {0, 1, ~std::uint32_t{0}, static_cast<std::uint32_t>(m_random())};
        return extremes[m_random() % 4];
    }

    std::mt19937_64 m_random{4711};
};

} // namespace

class tst_PackedProfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRowSurvives();
    void whatIsPackedCanBeReadWithoutUnpacking();
    void equalProfilesAreEqualWhenPacked();
    void aChangeOfOneFieldShows_data();
    void aChangeOfOneFieldShows();
    void nothingIsPackedWhenTheTableIsFull();
};

void tst_PackedProfile::everyRowSurvives()
{
    ProfileTexts texts;
    Rows rows;
    for (int i = 0; i < 20'000; ++i) {
        const Profile row = rows.next();

        const auto packed = pack(row, texts);

        QVERIFY(packed);
        QVERIFY2(unpack(row.identity, *packed, texts) == row, qPrintable(QStringLiteral("row %1").arg(i)));
    }
}

void tst_PackedProfile::whatIsPackedCanBeReadWithoutUnpacking()
{
    ProfileTexts texts;
    Rows rows;
    for (int i = 0; i < 2'000; ++i) {
        const Profile row = rows.next();

        const auto packed = pack(row, texts);

        QVERIFY(packed);
        QVERIFY(packed->updatedAt() == row.updatedAt);
        QCOMPARE(packed->rowVersion(), row.rowVersion);
        QCOMPARE(packed->formalTone(), row.formalTone);
        QCOMPARE(packed->preserveEmotion(), row.preserveEmotion);
        QVERIFY(texts.at(packed->texts()) == (RowTexts{row.nativeLanguage, row.voiceId, row.voiceProvider}));
    }
}

void tst_PackedProfile::equalProfilesAreEqualWhenPacked()
{
    ProfileTexts texts;
    QVERIFY(pack(profileOf("ana"), texts) == pack(profileOf("ana"), texts));
    QCOMPARE(texts.size(), std::size_t{1});
}

using Change = void (*)(Profile &);
Q_DECLARE_METATYPE(Change)

void tst_PackedProfile::aChangeOfOneFieldShows_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char *name, Change change) { QTest::newRow(name) << change; };
    row("language", [](Profile &profile) { profile.nativeLanguage = "yo"; });
    row("voice", [](Profile &profile) { profile.voiceId.clear(); });
    row("provider", [](Profile &profile) { profile.voiceProvider = "spitch"; });
    row("tone", [](Profile &profile) { profile.formalTone = true; });
    row("emotion", [](Profile &profile) { profile.preserveEmotion = false; });
    row("a time of zero is not none", [](Profile &profile) { profile.updatedAt = WallTime{}; });
    row("version", [](Profile &profile) { profile.rowVersion = 1; });
}

void tst_PackedProfile::aChangeOfOneFieldShows()
{
    QFETCH(Change, change);
    ProfileTexts texts;
    Profile changed = profileOf("ana");
    change(changed);

    QVERIFY(pack(profileOf("ana"), texts) != pack(changed, texts));
}

void tst_PackedProfile::nothingIsPackedWhenTheTableIsFull()
{
    ProfileTexts texts(1);
    Profile other = profileOf("ben");
    other.nativeLanguage = "ha";

    QVERIFY(pack(profileOf("ana"), texts));
    QVERIFY(!pack(other, texts));
    QVERIFY(pack(profileOf("cyd"), texts)); // the same texts as ana's
}

QTEST_APPLESS_MAIN(tst_PackedProfile)
#include "tst_PackedProfile.moc"
