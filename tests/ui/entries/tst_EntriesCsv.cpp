// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "ui/entries/EntriesCsv.h"

#include <QTest>

using namespace hearth;

class EntriesCsvTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCellIsWrittenAs_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("cell");
        const auto row = [](const char *name, const char *value, const char *cell) {
            QTest::newRow(name) << QByteArray(value) << QByteArray(cell);
        };
        row("plain", "ada", "ada");
        row("empty", "", "");
        row("a formula", "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
        row("a plus", "+1", "'+1");
        row("a minus", "-1", "'-1");
        row("an at", "@SUM(A1)", "'@SUM(A1)");
        row("a tab", "\t=1", "\"'\t=1\"");
        row("a carriage return", "\r=1", "\"'\r=1\"");
        row("a comma", "a,b", "\"a,b\"");
        row("a quote", "a\"b", "\"a\"\"b\"");
        row("a formula with a comma", "=A1,B1", "\"'=A1,B1\"");
        row("a formula sign within", "a=b", "a=b");
        row("not of this alphabet", "Ọmọ Ìgbò", "Ọmọ Ìgbò");
    }
    void aCellIsWrittenAs()
    {
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, cell);

        QCOMPARE(csvCell(value), cell);
    }

    void timesAreUtc()
    {
        const QByteArray line = csvLine(FakeNode::madeUpRow(0));

        QCOMPARE(line, QByteArray("user-0000,en,aura-2-thalia-en,Thalia,active,2026-01-01T12:00:00.000Z,"
                                  "2026-01-01T12:30:00.000Z,1800,0,database,190.000\r\n"));
        QCOMPARE(line.count(','), csvHeader().count(','));
    }
};

QTEST_APPLESS_MAIN(EntriesCsvTest)
#include "tst_EntriesCsv.moc"
