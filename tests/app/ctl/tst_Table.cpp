// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/Table.h"
#include "app/ctl/TextChart.h"

#include <QRegularExpression>
#include <QTest>

using namespace hearth;

namespace {

Table people()
{
    using Align = Table::Align;
    Table table({{"IDENTITY", Align::Left, true}, {"HITS", Align::Right, false}, {"STATE", Align::Left, false}});
    table.add({"ana", "1,204", Table::Cell("active", Tone::Good)});
    table.add({"山田", "7", Table::Cell("expired", Tone::Warning)});
    return table;
}

} // namespace

class tst_Table : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void columnsStandBelowEachOther()
    {
        QCOMPARE(people().text({}), std::string("IDENTITY   HITS  STATE\n"
                                                "ana       1,204  active\n"
                                                "山田          7  expired\n"));
    }

    void aNarrowTerminalCutsOnlyWhatMayShrink()
    {
        Table table({{"IDENTITY", Table::Align::Left, true}, {"HITS", Table::Align::Right, false}});
        table.add({"a-very-long-identity", "12"});
        TextStyle style;
        style.width = 18;

        QCOMPARE(table.text(style), std::string("IDENTITY      HITS\n"
                                                "a-very-long…    12\n"));
        style.width = 3; // it cannot be done: nothing is lost of the numbers
        QCOMPARE(table.text(style), std::string("IDENTITY  HITS\n"
                                                "a-very-…    12\n"));
    }

    void dataIsMadeVisible()
    {
        Table table = Table::ofFacts();
        table.add({"identity", "a\033[2Jb\nc"});

        QCOMPARE(table.text({}), std::string("identity  a⟨U+001B⟩[2Jb⟨U+000A⟩c\n"));
    }

    void colourIsNeverAlone()
    {
        TextStyle coloured;
        coloured.hasColour = true;
        QString text = QString::fromStdString(people().text(coloured));

        QVERIFY(text.contains("\033[32mactive\033[0m"));
        text.remove(QRegularExpression("\033\\[[0-9]*m"));
        QCOMPARE(text.toStdString(), people().text({}));
        QVERIFY(!QString::fromStdString(people().text({})).contains('\033'));
    }

    void chartsGrowFromBelow()
    {
        const std::vector<std::optional<double>> values{0.0, 0.25, 0.5, std::nullopt, 1.0};

        QCOMPARE(textChart(values, 5, 2, Charset::Utf8), (std::vector<std::string>{"    █", " ▄█ █"}));
        QCOMPARE(textChart(values, 5, 1, Charset::Ascii), (std::vector<std::string>{" .: |"}));
    }

    void chartsShowTheNewest()
    {
        const std::vector<std::optional<double>> values{1.0, 0.0, 1.0};

        QCOMPARE(textChart(values, 2, 1, Charset::Utf8), (std::vector<std::string>{" █"}));
        QCOMPARE(textChart(values, 5, 1, Charset::Utf8), (std::vector<std::string>{"  █ █"}));
        QCOMPARE(textChart({}, 3, 1, Charset::Utf8), (std::vector<std::string>{"   "}));
    }

    void whatIsNotZeroIsSeen()
    {
        QCOMPARE(textChart({{0.0001}}, 1, 1, Charset::Utf8), (std::vector<std::string>{"▁"}));
        QCOMPARE(textChart({{7.0}}, 1, 1, Charset::Utf8), (std::vector<std::string>{"█"}));
    }
};

QTEST_GUILESS_MAIN(tst_Table)
#include "tst_Table.moc"
