// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/Language.h"

#include <QTest>

using namespace hearth;

class tst_Language : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theServiceSpeaksSixLanguagesInThisOrder();
    void everySupportedLanguageIsFoundByItsCode();
    void anotherCodeIsNotSupported_data();
    void anotherCodeIsNotSupported();
    void theDefaultLanguageIsSupported();
};

void tst_Language::theServiceSpeaksSixLanguagesInThisOrder()
{
    QStringList lines;
    for (const Language &each : supportedLanguages())
        lines << QString::fromStdString(std::string(each.code) + " " + std::string(each.englishName) + " " +
                                        std::string(each.nativeName));

    QCOMPARE(lines, QStringList({"en English English", "es Spanish Español", "fr French Français", "ig Igbo Igbo",
                                 "yo Yoruba Yorùbá", "ha Hausa Hausa"}));
}

void tst_Language::everySupportedLanguageIsFoundByItsCode()
{
    for (const Language &each : supportedLanguages()) {
        QCOMPARE(findLanguage(each.code), &each);
        QVERIFY(isSupportedLanguage(each.code));
    }
}

void tst_Language::anotherCodeIsNotSupported_data()
{
    QTest::addColumn<QByteArray>("code");

    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("another language") << QByteArray("de");
    QTest::newRow("upper case") << QByteArray("EN");
    QTest::newRow("with a region") << QByteArray("en-GB");
    QTest::newRow("a part of a code") << QByteArray("e");
    QTest::newRow("with a space") << QByteArray("en ");
    QTest::newRow("with a NUL") << QByteArray("en\0", 3);
}

void tst_Language::anotherCodeIsNotSupported()
{
    QFETCH(const QByteArray, code);

    QVERIFY(!isSupportedLanguage(code.toStdString()));
    QCOMPARE(findLanguage(code.toStdString()), nullptr);
}

void tst_Language::theDefaultLanguageIsSupported()
{
    QVERIFY(isSupportedLanguage(defaultLanguageCode));
}

QTEST_APPLESS_MAIN(tst_Language)
#include "tst_Language.moc"
