// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/FoldedTexts.h"

#include <QtTest>

using namespace hearth;

class tst_FoldedTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsThoseThatContainIt_data()
    {
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("found");
        QTest::newRow("the end of one and the beginning of the next") << "ab"
                                                                      << "";
        QTest::newRow("a letter") << "A"
                                  << "0 1 2 5";
        QTest::newRow("a sign that one has several times") << "."
                                                           << "2";
        QTest::newRow("a whole one") << "BC..."
                                     << "2";
        QTest::newRow("more than a whole one") << "a.bc...."
                                               << "";
        QTest::newRow("beyond ASCII, in small letters") << "ẹ̀kọ́"
                                                        << "3";
        QTest::newRow("the last one") << "zoé"
                                      << "6";
        QTest::newRow("longer than all of them") << QString(1'000, 'a') << "";
        QTest::newRow("with a NUL") << QString("a") + QChar(u'\0') + "b"
                                    << "";
    }
    void findsThoseThatContainIt()
    {
        QFETCH(QString, wanted);
        QFETCH(QString, found);
        FoldedTexts texts;
        for (const char *text : {"aa", "bA", "a.bc...", "Ẹ̀KỌ́", "", "=cmd|' /C calc'!A0", "ZOÉ"})
            texts.append(text);

        QStringList numbers;
        for (const std::uint32_t number : texts.containing(wanted.toStdString(), [] { return true; }))
            numbers << QString::number(number);

        QCOMPARE(numbers.join(' '), found);
    }

    void isTheSameAsLookingAtEach()
    {
        FoldedTexts texts;
        std::vector<std::string> all;
        for (int i = 0; i < 40'000; ++i) {
            all.push_back("user-" + std::to_string(i * 7'919 % 40'000));
            texts.append("U" + all.back().substr(1));
        }
        for (const std::string wanted : {"user-1", "77", "r-399", "9", "-", "39999"}) {
            std::vector<std::uint32_t> expected;
            for (std::uint32_t i = 0; i < all.size(); ++i) {
                if (all[i].find(wanted) != std::string::npos)
                    expected.push_back(i);
            }
            QVERIFY(texts.containing(wanted, [] { return true; }) == expected);
        }
    }

    void whoIsNotWantedIsNotLookedFor()
    {
        FoldedTexts texts;
        for (int i = 0; i < 100'000; ++i)
            texts.append("ada");
        int asked = 0;

        const auto found = texts.containing("ad", [&asked] { return ++asked <= 2; });

        QCOMPARE(asked, 3);
        QVERIFY(!found.empty());
        QVERIFY(found.size() < 50'000);
    }
};

QTEST_APPLESS_MAIN(tst_FoldedTexts)
#include "tst_FoldedTexts.moc"
