// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/ProfileJson.h"

#include <QStringDecoder>
#include <QTest>

#include <random>

using namespace hearth;

// Thousands of broken documents and identities, always the same ones, with Qt as the judge of what is UTF-8.
class tst_ProfileRobustness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMutatedDocumentIsRefusedOrRoundTrips();
    void aMutatedTimeIsRefusedOrRoundTrips();
    void everyShortByteSequenceIsJudgedAsQtDoes();
    void aMutatedIdentityIsJudgedAsQtDoes();
};

namespace {

constexpr unsigned seed = 20261122;

class Mutator
{
public:
    explicit Mutator(std::vector<std::string> tokens)
        : m_tokens(std::move(tokens))
    {
    }

    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(m_random); }

    // A few changes: bytes flipped, inserted, cut out, doubled, tokens put in.
    std::string mutate(std::string text)
    {
        for (std::size_t changes = 1 + below(4); changes > 0; --changes)
            mutateOnce(text);
        return text;
    }

private:
    void mutateOnce(std::string &text)
    {
        const std::size_t at = below(text.size() + 1);
        const std::size_t length = below(8);
        switch (below(6)) {
        case 0:
            if (at < text.size())
                text[at] = static_cast<char>(below(256));
            break;
        case 1:
            text.insert(at, 1, static_cast<char>(below(256)));
            break;
        case 2:
            text.erase(at, length);
            break;
        case 3:
            text.insert(at, std::string(text, at, length * 4));
            break;
        case 4:
            text.replace(at, std::min(length, text.size() - at), m_tokens[below(m_tokens.size())]);
            break;
        default:
            if (below(20) == 0)
                text.resize(at);
            break;
        }
    }

    std::mt19937_64 m_random{seed};
    std::vector<std::string> m_tokens;
};

bool isUtf8(const std::string &text)
{
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringConverter::Flag::Stateless | QStringConverter::Flag::ConvertInitialBom);
    const QString decoded = decoder(QByteArrayView(text.data(), qsizetype(text.size())));
    Q_UNUSED(decoded)
    return !decoder.hasError();
}

bool isIdentity(const std::string &text)
{
    const QList<uint> characters = QString::fromUtf8(text.data(), qsizetype(text.size())).toUcs4();
    const bool hasControl = std::any_of(characters.begin(), characters.end(),
                                        [](uint c) { return QChar::category(c) == QChar::Other_Control; });
    return isUtf8(text) && !hasControl && !characters.isEmpty() && characters.size() <= 255;
}

std::vector<std::string> sampleDocuments()
{
    const VoiceCatalog voices;
    std::vector<std::string> documents;
    for (const char *identity : {"ana", "👩‍👩‍👧", "Adébáyọ̀",
                                 "\xE2\x80\xAE"
                                 "מרים",
                                 "a\"\\b"}) {
        Profile profile = defaultProfile(*ProfileId::parse(identity));
        documents.push_back(toJson(profile, voices));
        profile.nativeLanguage = "xx";
        profile.voiceId = "clone 🎙";
        profile.voiceProvider = "acme";
        profile.updatedAt = WallTime(std::chrono::milliseconds(1795343600120));
        documents.push_back(toJson(profile, voices));
    }
    return documents;
}

} // namespace

void tst_ProfileRobustness::aMutatedDocumentIsRefusedOrRoundTrips()
{
    const VoiceCatalog voices;
    const std::vector<std::string> documents = sampleDocuments();
    Mutator mutator({"null",
                     "true",
                     "{}",
                     "[]",
                     "[[[[[[",
                     "{\"a\":",
                     "\"",
                     "\\",
                     "\\ud800",
                     "\\u0000",
                     "\xC0\x80",
                     "1e999",
                     "-0",
                     "\xEF\xBB\xBF",
                     "\"user_identity\":",
                     "\"updated_at\":",
                     "9999",
                     "\xED\xA0\x80",
                     "/*",
                     ",,"});
    int refused = 0;
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string document = mutator.mutate(documents[mutator.below(documents.size())]);

        const Result<Profile> read = profileFromJson(document);

        if (!read) {
            ++refused;
            QVERIFY2(read.error().code == ErrorCode::BadData, document.c_str());
            QVERIFY2(!read.error().detail.empty() && isUtf8(read.error().detail), document.c_str());
            continue;
        }
        ++accepted;
        QVERIFY2(isUtf8(document) && isIdentity(read->identity.text()), document.c_str());
        const Result<Profile> again = profileFromJson(toJson(*read, voices));
        QVERIFY2(again, document.c_str());
        Profile expected = *read;
        const Voice shown = voices.resolve(read->voiceId, read->voiceProvider, read->nativeLanguage);
        expected.voiceId = shown.id;
        expected.voiceProvider = shown.provider;
        QVERIFY2(*again == expected, document.c_str());
    }
    qInfo("%d refused, %d accepted", refused, accepted);
    QVERIFY(refused > 2'000 && accepted > 2'000);
}

void tst_ProfileRobustness::aMutatedTimeIsRefusedOrRoundTrips()
{
    Mutator mutator({"Z", "+01:00", "-23:59", ".", "60", "99", "00", "T", ":"});
    int accepted = 0;
    for (int i = 0; i < 50'000; ++i) {
        const std::string text = mutator.mutate("2016-12-31T23:59:59.250+00:30");

        const Result<WallTime> read = wallTimeFromRfc3339(text);

        if (!read) {
            QVERIFY2(read.error().code == ErrorCode::BadData, text.c_str());
            continue;
        }
        ++accepted;
        const Result<WallTime> again = wallTimeFromRfc3339(toRfc3339(*read));
        QVERIFY2(again && *again == *read, text.c_str());
    }
    QVERIFY(accepted > 500);
}

void tst_ProfileRobustness::everyShortByteSequenceIsJudgedAsQtDoes()
{
    // All of two bytes; of three and four the bytes that are a boundary of something.
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            const std::string text{static_cast<char>(first), static_cast<char>(second)};
            QVERIFY2(static_cast<bool>(ProfileId::parse(text)) == isIdentity(text),
                     QByteArray::fromStdString(text).toHex().constData());
        }
    }
    const std::string boundaries("\x1F\x20\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xED\xEF\xF0\xF4\xF5\xFF",
                                 20);
    for (std::size_t i = 0; i < 20 * 20 * 20 * 20; ++i) {
        const std::string text{boundaries[i / 8000], boundaries[i / 400 % 20], boundaries[i / 20 % 20],
                               boundaries[i % 20]};
        QVERIFY2(static_cast<bool>(ProfileId::parse(text)) == isIdentity(text),
                 QByteArray::fromStdString(text).toHex().constData());
    }
}

void tst_ProfileRobustness::aMutatedIdentityIsJudgedAsQtDoes()
{
    const std::vector<std::string> identities{"ana", "Adébáyọ̀ Ọlátúnjí", "👩‍👩‍👧‍👦",
                                              std::string(254, 'x'), QByteArray("😀").repeated(255).toStdString()};
    Mutator mutator(
        {"\xC2\x80", "\xC2\xA0", "\x7F", "\xF4\x90\x80\x80", "\xED\xBF\xBF", "\xE0\x80", "😀", "\xEF\xBF\xBE"});
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = mutator.mutate(identities[mutator.below(identities.size())]);

        const Result<ProfileId> id = ProfileId::parse(text);

        QVERIFY2(static_cast<bool>(id) == isIdentity(text), QByteArray::fromStdString(text).toHex().constData());
        accepted += id ? 1 : 0;
        QVERIFY(id || isUtf8(id.error().detail));
    }
    QVERIFY(accepted > 2'000 && accepted < 18'000);
}

QTEST_APPLESS_MAIN(tst_ProfileRobustness)
#include "tst_ProfileRobustness.moc"
