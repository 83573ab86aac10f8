// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/RecentLookUps.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace hearth;

class RecentLookUpsTest final : public QObject
{
    Q_OBJECT

private:
    static QString identities(const RecentLookUps &recent)
    {
        QStringList all;
        for (int row = 0; row < recent.rowCount(); ++row)
            all << recent.index(row).data(RecentLookUps::IdentityRole).toString();
        return all.join(' ');
    }

private Q_SLOTS:
    void theNewestStandsFirstAndEachOnce()
    {
        RecentLookUps recent;
        QAbstractItemModelTester tester(&recent);

        for (const char *identity : {"ana", "bob", "chi", "bob", "bob"})
            recent.add(QLatin1String(identity));

        QCOMPARE(identities(recent), QString("bob chi ana"));
    }

    void theOldestGoes()
    {
        RecentLookUps recent;
        QAbstractItemModelTester tester(&recent);

        for (int i = 0; i < 13; ++i)
            recent.add(QString::number(i));

        QCOMPARE(identities(recent), QString("12 11 10 9 8 7 6 5 4 3"));
    }

    void whatIsShownHidesNothing()
    {
        RecentLookUps recent;
        const QString identity = QString::fromUtf8("\xE2\x80\xAEoof<b>");

        recent.add(identity);

        QCOMPARE(recent.index(0).data().toString(), QString::fromUtf8("⟨U+202E⟩oof<b>"));
        QCOMPARE(recent.index(0).data(RecentLookUps::IdentityRole).toString(), identity);
    }
};

QTEST_GUILESS_MAIN(RecentLookUpsTest)
#include "tst_RecentLookUps.moc"
