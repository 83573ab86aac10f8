// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/IdentityList.h"

#include <QTest>

using namespace hearth;

class IdentityListTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("users"); // with | between them
        QTest::addColumn<int>("duplicates");
        QTest::addColumn<int>("problems");
        QTest::newRow("nothing") << ""
                                 << "" << 0 << 0;
        QTest::newRow("one per line") << "ana\nbob\n"
                                      << "ana|bob" << 0 << 0;
        QTest::newRow("lines of Windows") << "ana\r\nbob\r\n"
                                          << "ana|bob" << 0 << 0;
        QTest::newRow("with commas") << "ana, bob,chi"
                                     << "ana|bob|chi" << 0 << 0;
        QTest::newRow("both") << "ana,bob\nchi"
                              << "ana|bob|chi" << 0 << 0;
        QTest::newRow("empty lines and spaces") << "  ana  \n\n , \n bob"
                                                << "ana|bob" << 0 << 0;
        QTest::newRow("twice") << "ana\nbob\nana\nana"
                               << "ana|bob" << 2 << 0;
        QTest::newRow("case matters") << "ana\nAna"
                                      << "ana|Ana" << 0 << 0;
        QTest::newRow("a comma in an identity") << "\"doe, john\"\nbob"
                                                << "doe, john|bob" << 0 << 0;
        QTest::newRow("a quote in an identity") << "\"the \"\"one\"\"\""
                                                << "the \"one\"" << 0 << 0;
        QTest::newRow("a control character") << QString("a\x01") + "b\nbob"
                                             << "bob" << 0 << 1;
        QTest::newRow("too long") << QString(256, 'x') + "\n" + QString(255, 'y') << QString(255, 'y') << 0 << 1;
        QTest::newRow("a space within") << "Mary Ann"
                                        << "Mary Ann" << 0 << 0;
        QTest::newRow("other scripts") << QString::fromUtf8("Ọmọ Ìgbò\n李") << QString::fromUtf8("Ọmọ Ìgbò|李") << 0
                                       << 0;
    }
    void reads()
    {
        QFETCH(QString, text);
        QFETCH(QString, users);
        QFETCH(int, duplicates);
        QFETCH(int, problems);

        const IdentityList list = parseIdentities(text);

        QStringList found;
        for (const std::string &identity : list.identities)
            found << QString::fromStdString(identity);
        QCOMPARE(found.join('|'), users);
        QCOMPARE(int(list.duplicates), duplicates);
        QCOMPARE(int(list.problems.size()), problems);
    }

    void ofATableOnlyTheIdentitiesAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("users");
        QTest::newRow("our export") << "identity,language,state\r\nana,es,active\r\n\"a,b\",en,expired\r\n"
                                    << "ana|a,b";
        QTest::newRow("another column") << "Name, User_Identity\nAna,ana\nBob,bob"
                                        << "ana|bob";
        QTest::newRow("a guard against formulas") << "identity,hits\n'=cmd|x,4\n'quoted,5"
                                                  << "=cmd|x|'quoted";
        QTest::newRow("a line that is too short") << "hits,identity\n4\n5,bob"
                                                  << "bob";
        QTest::newRow("a user of that name") << "identity\nbob"
                                             << "identity|bob";
        QTest::newRow("a list of that name") << "ana, identities\nbob"
                                             << "ana|identities|bob";
    }
    void ofATableOnlyTheIdentitiesAreRead()
    {
        QFETCH(QString, text);
        QFETCH(QString, users);

        QStringList found;
        for (const std::string &identity : parseIdentities(text).identities)
            found << QString::fromStdString(identity);

        QCOMPARE(found.join('|'), users);
    }

    void aProblemNamesItsLineAndItsReason()
    {
        const IdentityList list = parseIdentities(QString("ana\nb\x02"));

        QCOMPARE(list.problems[0].line, 2);
        QVERIFY(list.problems[0].reason.endsWith('.'));
    }
};

QTEST_MAIN(IdentityListTest)
#include "tst_IdentityList.moc"
