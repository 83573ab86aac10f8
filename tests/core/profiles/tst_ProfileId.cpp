// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/ProfileId.h"

#include <QTest>

#include <string>
#include <unordered_set>

using namespace hearth;

class tst_ProfileId : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsAnyTextWithoutControlCharacters_data();
    void acceptsAnyTextWithoutControlCharacters();
    void saysWhatIsWrongAndWhere_data();
    void saysWhatIsWrongAndWhere();
    void everyCodePointIsAcceptedUnlessControlOrSurrogate();
    void neverQuotesTheIdentityItRefuses();
    void comparesAndHashesByItsText();
};

namespace {

// As RFC 3629 would, but without asking whether the number is allowed.
std::string encoded(char32_t c)
{
    const auto byte = [](char32_t value) { return static_cast<char>(value); };
    if (c < 0x80)
        return {byte(c)};
    if (c < 0x800)
        return {byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F))};
    if (c < 0x10000)
        return {byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F))};
    return {byte(0xF0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3F)), byte(0x80 | ((c >> 6) & 0x3F)),
            byte(0x80 | (c & 0x3F))};
}

} // namespace

void tst_ProfileId::acceptsAnyTextWithoutControlCharacters_data()
{
    QTest::addColumn<QByteArray>("text");

    QTest::newRow("one letter") << QByteArray("a");
    QTest::newRow("an e-mail address") << QByteArray("ana.maria+test@example.org");
    QTest::newRow("spaces only") << QByteArray("   ");
    QTest::newRow("SQL") << QByteArray("' OR 1=1--");
    QTest::newRow("HTML") << QByteArray("<img src=x onerror=alert(1)>");
    QTest::newRow("a path") << QByteArray("../..//etc/passwd");
    QTest::newRow("tonal marks") << QByteArray("Adébáyọ̀ Ọlátúnjí");
    QTest::newRow("a combining mark first") << QByteArray("\xCC\x81"
                                                          "a");
    QTest::newRow("right to left with bidi marks") << QByteArray("\xE2\x80\xAE"
                                                                 "מרים\xE2\x80\xAC");
    QTest::newRow("a family of emoji") << QByteArray("👩‍👩‍👧‍👦");
    QTest::newRow("no-break space, the first after C1") << QByteArray("\xC2\xA0");
    QTest::newRow("line separator U+2028") << QByteArray("\xE2\x80\xA8");
    QTest::newRow("noncharacter U+FFFF") << QByteArray("\xEF\xBF\xBF");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                   "ana");
    QTest::newRow("the last code point") << QByteArray("\xF4\x8F\xBF\xBF");
    QTest::newRow("255 letters") << QByteArray(255, 'x');
    QTest::newRow("255 characters of 4 bytes") << QByteArray("😀").repeated(255);
}

void tst_ProfileId::acceptsAnyTextWithoutControlCharacters()
{
    QFETCH(const QByteArray, text);

    const Result<ProfileId> id = ProfileId::parse(text.toStdString());

    QVERIFY2(id, id ? "" : id.error().detail.c_str());
    QCOMPARE(QByteArray::fromStdString(id->text()), text);
}

void tst_ProfileId::saysWhatIsWrongAndWhere_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");

    const auto bytes = [](const char *text, qsizetype size) { return QByteArray(text, size); };
    QTest::newRow("empty") << QByteArray() << "empty";
    QTest::newRow("256 letters") << QByteArray(256, 'x') << "at most 255 characters";
    QTest::newRow("256 characters of 4 bytes") << QByteArray("😀").repeated(256) << "at most 255 characters";
    QTest::newRow("NUL") << bytes("a\0b", 3) << "U+0000 at character 2 (byte 2)";
    QTest::newRow("a line feed first") << QByteArray("\nana") << "U+000A at character 1 (byte 1)";
    QTest::newRow("a tab after an é") << QByteArray("é\t") << "U+0009 at character 2 (byte 3)";
    QTest::newRow("unit separator, the last of C0") << QByteArray("\x1F") << "U+001F at character 1";
    QTest::newRow("DEL") << QByteArray("ana\x7F") << "U+007F at character 4 (byte 4)";
    QTest::newRow("U+0080, the first of C1") << QByteArray("\xC2\x80") << "U+0080 at character 1";
    QTest::newRow("U+009F, the last of C1") << QByteArray("a\xC2\x9F") << "U+009F at character 2";
    QTest::newRow("a continuation byte alone") << QByteArray("a\x80") << "without a first byte at character 2 (byte 2)";
    QTest::newRow("latin-1") << QByteArray("Jos\xE9") << "cut off at the end at character 4 (byte 4)";
    QTest::newRow("cut off in the middle") << QByteArray("\xE2\x82"
                                                         "a")
                                           << "cut off in the middle at character 1";
    QTest::newRow("a start inside a character") << QByteArray("\xF0\x9F\xF0\x9F\x98\x80") << "cut off in the middle";
    QTest::newRow("emoji without its last byte")
        << QByteArray("ana\xF0\x9F\x98") << "cut off at the end at character 4";
    QTest::newRow("overlong in 2 bytes") << QByteArray("\xC1\xBF") << "an overlong form at character 1";
    QTest::newRow("overlong NUL") << QByteArray("\xC0\x80") << "an overlong form";
    QTest::newRow("overlong in 3 bytes") << QByteArray("a\xE0\x9F\xBF") << "an overlong form at character 2";
    QTest::newRow("overlong in 4 bytes") << QByteArray("\xF0\x8F\xBF\xBF") << "an overlong form";
    QTest::newRow("first surrogate") << QByteArray("\xED\xA0\x80") << "half of a surrogate pair at character 1";
    QTest::newRow("a surrogate pair (CESU-8)")
        << QByteArray("a\xED\xA0\xBD\xED\xB8\x80") << "surrogate pair at character 2";
    QTest::newRow("above U+10FFFF") << QByteArray("\xF4\x90\x80\x80") << "above U+10FFFF at character 1";
    QTest::newRow("five bytes") << QByteArray("\xF8\x88\x80\x80\x80") << "a byte that never occurs";
    QTest::newRow("0xFF") << QByteArray("ana\xFF") << "a byte that never occurs at character 4 (byte 4)";
    QTest::newRow("the 255th is broken") << QByteArray(254, 'x') + "\xFF"
                                         << "at character 255 (byte 255)";
}

void tst_ProfileId::saysWhatIsWrongAndWhere()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, words);

    const Result<ProfileId> id = ProfileId::parse(text.toStdString());

    QVERIFY(!id);
    QCOMPARE(id.error().code, ErrorCode::InvalidArgument);
    const QString detail = QString::fromStdString(id.error().detail);
    QVERIFY2(detail.contains(words), qPrintable(detail));
    QVERIFY(detail.endsWith('.'));
}

void tst_ProfileId::everyCodePointIsAcceptedUnlessControlOrSurrogate()
{
    for (char32_t c = 0; c <= 0x120000; ++c) {
        const bool isControl = c < 0x20 || c == 0x7F || (c >= 0x80 && c <= 0x9F);
        const bool isSurrogate = c >= 0xD800 && c <= 0xDFFF;
        const bool allowed = !isControl && !isSurrogate && c <= 0x10FFFF;

        if (static_cast<bool>(ProfileId::parse(encoded(c))) != allowed)
            QFAIL(qPrintable(QStringLiteral("wrong about U+%1").arg(static_cast<uint>(c), 4, 16, QLatin1Char('0'))));
    }
}

void tst_ProfileId::neverQuotesTheIdentityItRefuses()
{
    const Result<ProfileId> id = ProfileId::parse("secret.person@example.org\n");

    QVERIFY(!id);
    QVERIFY(!QString::fromStdString(id.error().detail).contains("secret"));
}

void tst_ProfileId::comparesAndHashesByItsText()
{
    const ProfileId ana = *ProfileId::parse("ana");
    const ProfileId sameAna = *ProfileId::parse(std::string("a") + "na");
    const ProfileId composed = *ProfileId::parse("\xC3\xA9");
    const ProfileId decomposed = *ProfileId::parse("e\xCC\x81");

    QVERIFY(ana == sameAna);
    QVERIFY(ana < *ProfileId::parse("anb"));
    QVERIFY(composed != decomposed); // the database compares bytes too
    const std::unordered_set<ProfileId> set{ana, sameAna, composed, decomposed};
    QCOMPARE(set.size(), 3U);
}

QTEST_APPLESS_MAIN(tst_ProfileId)
#include "tst_ProfileId.moc"
