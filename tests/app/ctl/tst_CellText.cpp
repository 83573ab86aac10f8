// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/CellText.h"

#include <QTest>

using namespace hearth;

class tst_CellText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsWhatATerminalWouldObeyOrHide_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QString>("shown");

        QTest::newRow("plain") << QByteArray("ana") << "ana";
        QTest::newRow("an escape sequence") << QByteArray("a\033[31mb") << "a⟨U+001B⟩[31mb";
        QTest::newRow("a C1 control") << QByteArray("\xC2\x9B"
                                                    "31m")
                                      << "⟨U+009B⟩31m";
        QTest::newRow("a line break") << QByteArray("a\nb") << "a⟨U+000A⟩b";
        QTest::newRow("a carriage return") << QByteArray("a\rb") << "a⟨U+000D⟩b";
        QTest::newRow("right to left override") << QByteArray("a\u202Eb") << "a⟨U+202E⟩b";
        QTest::newRow("an isolate") << QByteArray("\u2066x") << "⟨U+2066⟩x";
        QTest::newRow("a zero width space") << QByteArray("a\u200Bb") << "a⟨U+200B⟩b";
        QTest::newRow("a soft hyphen") << QByteArray("a\u00ADb") << "a⟨U+00AD⟩b";
        QTest::newRow("bytes that are no UTF-8") << QByteArray("a\xFF\x1B") << "a⟨xFF⟩⟨U+001B⟩";
        QTest::newRow("private use") << QByteArray("\uE000") << "⟨U+E000⟩";
        QTest::newRow("letters of all scripts stay") << QByteArray("José 山田 עדה") << "José 山田 עדה";
        QTest::newRow("a joiner between letters stays") << QByteArray("a\u200Db") << "a\u200Db";
        QTest::newRow("a mark does not sit on what stands before") << QByteArray("\u0301x") << "◌\u0301x";
    }

    void showsWhatATerminalWouldObeyOrHide()
    {
        QFETCH(const QByteArray, data);
        QFETCH(const QString, shown);

        QCOMPARE(QString::fromStdString(shownText(data.toStdString())), shown);
    }

    void asciiShowsNothingElse()
    {
        QCOMPARE(shownText("Jos\u00E9 \033", Charset::Ascii), std::string("Jos<U+00E9> <U+001B>"));
        QCOMPARE(shownText("plain ~", Charset::Ascii), std::string("plain ~"));
    }

    void measuresColumns_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("columns");

        QTest::newRow("nothing") << "" << 0;
        QTest::newRow("letters") << "ana" << 3;
        QTest::newRow("East Asian") << "山田" << 4;
        QTest::newRow("Hangul") << "한글" << 4;
        QTest::newRow("full width") << "ＡＢ" << 4;
        QTest::newRow("half width katakana") << "ｶﾅ" << 2;
        QTest::newRow("combining marks") << "e\u0301\u0323" << 1;
        QTest::newRow("emoji") << "😀" << 2;
        QTest::newRow("what stands for a control character") << "⟨U+001B⟩" << 8;
    }

    void measuresColumns()
    {
        QFETCH(const QString, text);
        QFETCH(const int, columns);

        QCOMPARE(displayWidth(text.toStdString()), columns);
    }

    void cutsBetweenCharacters()
    {
        QCOMPARE(fitted("anastasia", 9), std::string("anastasia"));
        QCOMPARE(fitted("anastasia", 5), std::string("anas…"));
        QCOMPARE(fitted("anastasia", 5, Charset::Ascii), std::string("anas~"));
        QCOMPARE(fitted("山田太郎", 6), std::string("山田…"));
        QCOMPARE(fitted("山田太郎", 4), std::string("山…")); // half of a wide one is none
        QCOMPARE(fitted("e\u0301e\u0301e\u0301", 2), std::string("e\u0301…"));
        QCOMPARE(fitted("ana", 1), std::string("…"));
        QCOMPARE(fitted("ana", 0), std::string());
    }
};

QTEST_GUILESS_MAIN(tst_CellText)
#include "tst_CellText.moc"
