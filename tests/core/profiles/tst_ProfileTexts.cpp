// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/ProfileTexts.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace hearth;

class tst_ProfileTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSameTextsHaveOneNumber();
    void textsThatOnlyRunTogetherAreOthers();
    void aViewStaysWhereItIs();
    void aFullTableTakesNothingNewAndKnowsTheOld_data();
    void aFullTableTakesNothingNewAndKnowsTheOld();
    void absurdlyLongTextsAreRefused();
    void aNumberThatWasNeverGivenHasNoTexts();
};

void tst_ProfileTexts::theSameTextsHaveOneNumber()
{
    ProfileTexts table;
    const std::string language = "es"; // other bytes with the same text
    const auto first = table.index({"es", "aura-2-celeste-es", "deepgram"});
    const auto again = table.index({language, "aura-2-celeste-es", "deepgram"});
    const auto other = table.index({"es", "", ""});

    QVERIFY(first && again && other);
    QCOMPARE(*first, *again);
    QVERIFY(*first != *other);
    QCOMPARE(table.size(), std::size_t{2});
    QVERIFY(table.at(*first) == (RowTexts{"es", "aura-2-celeste-es", "deepgram"}));
    QVERIFY(table.at(*other) == (RowTexts{"es", "", ""}));
}

// One text cut into three in all ways; the table has few slots, so that many of them meet in one.
void tst_ProfileTexts::textsThatOnlyRunTogetherAreOthers()
{
    const std::string_view text = "esaura-2-celeste";
    std::vector<RowTexts> ways;
    for (std::size_t first = 0; first <= text.size(); ++first) {
        for (std::size_t second = first; second <= text.size(); ++second)
            ways.push_back({text.substr(0, first), text.substr(first, second - first), text.substr(second)});
    }
    ProfileTexts table(ways.size());

    for (const RowTexts &way : ways)
        QVERIFY(table.index(way));

    QCOMPARE(table.size(), ways.size());
    for (const RowTexts &way : ways)
        QVERIFY(table.at(table.index(way).value_or(0)) == way);
}

void tst_ProfileTexts::aViewStaysWhereItIs()
{
    ProfileTexts table;
    const auto first = table.index({"en", "a voice that fits into no small string", "deepgram"});
    QVERIFY(first);
    const RowTexts before = table.at(*first);

    for (int i = 0; i < 20'000; ++i)
        QVERIFY(table.index({"en", "voice-" + std::to_string(i), "openai"}));

    const RowTexts after = table.at(*first);
    QCOMPARE(static_cast<const void *>(after.voiceId.data()), static_cast<const void *>(before.voiceId.data()));
    QVERIFY(before == (RowTexts{"en", "a voice that fits into no small string", "deepgram"}));
    for (int i = 0; i < 20'000; ++i) {
        const std::string voice = "voice-" + std::to_string(i);
        const auto known = table.index({"en", voice, "openai"});
        QVERIFY(known && table.at(*known) == (RowTexts{"en", voice, "openai"}));
    }
    QCOMPARE(table.size(), std::size_t{20'001});
}

void tst_ProfileTexts::aFullTableTakesNothingNewAndKnowsTheOld_data()
{
    QTest::addColumn<quint64>("asked");
    QTest::addColumn<quint64>("capacity");

    QTest::newRow("none is one") << quint64{0} << quint64{1};
    QTest::newRow("one") << quint64{1} << quint64{1};
    QTest::newRow("less than a segment") << quint64{100} << quint64{100};
    QTest::newRow("exactly one segment") << quint64{256} << quint64{256};
    QTest::newRow("one more than a segment") << quint64{257} << quint64{257};
}

void tst_ProfileTexts::aFullTableTakesNothingNewAndKnowsTheOld()
{
    QFETCH(quint64, asked);
    QFETCH(quint64, capacity);
    ProfileTexts table(asked);
    QCOMPARE(quint64(table.capacity()), capacity);
    std::vector<std::string> voices;
    for (quint64 i = 0; i < capacity; ++i) {
        voices.push_back("voice-" + std::to_string(i));
        QVERIFY(table.index({"en", voices.back(), ""}));
    }

    QVERIFY(!table.index({"en", "one too many", ""}));

    QCOMPARE(quint64(table.size()), capacity);
    for (quint64 i = 0; i < capacity; ++i)
        QCOMPARE(table.index({"en", voices[i], ""}), std::optional<ProfileTexts::Index>(i));
}

void tst_ProfileTexts::absurdlyLongTextsAreRefused()
{
    ProfileTexts table;
    const std::string longest(ProfileTexts::longestTexts - 2, 'v');

    QVERIFY(table.index({"en", longest, ""}));
    QVERIFY(!table.index({"en", longest, "x"}));
    QCOMPARE(table.size(), std::size_t{1});
}

void tst_ProfileTexts::aNumberThatWasNeverGivenHasNoTexts()
{
    ProfileTexts table;
    QVERIFY(table.at(0) == RowTexts{});
    QVERIFY(table.index({"en", "", ""}));
    QVERIFY(table.at(1) == RowTexts{});
    QVERIFY(table.at(~ProfileTexts::Index{0}) == RowTexts{});
}

QTEST_APPLESS_MAIN(tst_ProfileTexts)
#include "tst_ProfileTexts.moc"
