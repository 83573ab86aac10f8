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
