// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/VisibleText.h"

#include <QChar>
#include <QRegularExpression>
#include <QTextDocument>

namespace hearth {

namespace {

// Format characters that scripts need inside words: zero width non-joiner and joiner.
bool isJoiner(char32_t code)
{
    return code == 0x200C || code == 0x200D;
}

bool isInvisible(char32_t code)
{
    if (code == 0xAD || code == 0x34F || code == 0x2800 || code == 0x3164 || code == 0x115F || code == 0x1160)
        return true; // soft hyphen, grapheme joiner and fillers that draw nothing
    switch (QChar::category(code)) {
    case QChar::Other_Control:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    case QChar::Other_Format:
        return !isJoiner(code);
    default:
        return false;
    }
}

QString escaped(char32_t code)
{
    const QString digits = QString::number(static_cast<uint>(code), 16).toUpper().rightJustified(4, QLatin1Char('0'));
    return QStringLiteral("\u27E8U+%1\u27E9").arg(digits);
}

} // namespace

QString visibleText(const QString &data)
{
    QString result;
    result.reserve(data.size());
    for (qsizetype i = 0; i < data.size(); ++i) {
        char32_t code = data[i].unicode();
        if (data[i].isHighSurrogate() && i + 1 < data.size() && data[i + 1].isLowSurrogate()) {
            code = QChar::surrogateToUcs4(data[i], data[i + 1]);
            ++i;
        }
        if (isInvisible(code))
            result += escaped(code);
        else
            result += QString::fromUcs4(&code, 1);
    }
    return result;
}

QString breakableText(const QString &data)
{
    constexpr int longestPiece = 40;
    static const QRegularExpression pieces(QStringLiteral("(\\S{%1})(?=\\S)").arg(longestPiece));
    return visibleText(data).replace(pieces, QStringLiteral("\\1\u200B"));
}

QString plainToolTip(const QString &data)
{
    const QString visible = visibleText(data);
    if (!Qt::mightBeRichText(visible))
        return visible;
    return QStringLiteral("<span>%1</span>").arg(visible.toHtmlEscaped());
}

} // namespace hearth
