// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesDelegate.h"

#include "ui/entries/EntriesModel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/TtlBar.h"

#include <QPainter>

#include <algorithm>

namespace hearth {

namespace {

constexpr int widestBar = 88;
constexpr auto leftCentre = Qt::AlignLeft | Qt::AlignVCenter;

} // namespace

bool EntriesDelegate::isQuiet(const QModelIndex &index) const
{
    const int column = index.column();
    return index.data(EntriesModel::MaskedRole).toBool() || column == EntriesModel::VoiceName ||
           column == EntriesModel::Source || column == EntriesModel::Load;
}

void EntriesDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const bool isLoaded = index.data(EntriesModel::LoadedRole).toBool();
    const bool isState = index.column() == EntriesModel::State;
    if (isLoaded && !isState && index.column() != EntriesModel::TimeToLive) {
        LinedDelegate::paint(painter, option, index);
        return;
    }
    painter->save();
    painter->setFont(option.font);
    paintGround(*painter, option, index);
    const QRect rect = option.rect.adjusted(padding, 0, -padding, 0);
    if (!isLoaded)
        paintPlaceholder(*painter, rect, index);
    else if (isState)
        paintState(*painter, rect, index);
    else
        paintTimeToLive(*painter, rect, index);
    painter->restore();
}

// As long as words there are, about; not the same in every row.
void EntriesDelegate::paintPlaceholder(QPainter &painter, const QRect &rect, const QModelIndex &index) const
{
    constexpr int height = 8;
    constexpr int letters = 6;
    const int width = painter.fontMetrics().averageCharWidth() * (letters + (index.row() * 7 + index.column() * 3) % 5);
    const bool isRight = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>().testFlag(Qt::AlignRight);
    QRectF bar(0, 0, std::min(isRight ? width / 2 : width, rect.width()), height);
    bar.moveCenter(QRectF(rect).center());
    if (isRight)
        bar.moveRight(rect.right());
    else
        bar.moveLeft(rect.left());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::current().track);
    painter.drawRoundedRect(bar, height / 2.0, height / 2.0);
}

void EntriesDelegate::paintState(QPainter &painter, const QRect &rect, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    const Tone tone = index.data(EntriesModel::ExpiredRole).toBool() ? Tone::Warning : Tone::Ok;
    QRect words = rect;
    words.setLeft(paintStateDot(painter, rect, tone, theme));
    paintText(painter, words, index.data(Qt::DisplayRole).toString(), leftCentre, theme.text);
}

void EntriesDelegate::paintTimeToLive(QPainter &painter, const QRect &rect, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    // The words have the right of way: the bar takes what they leave in their widest form, the same in every row.
    const QFontMetrics metrics = painter.fontMetrics();
    const auto room = [&](const QString &words) { return rect.width() - metrics.horizontalAdvance(words) - space::s; };
    const int beside = room(EntriesModel::tr("expired %1 ago").arg("00:00"));
    const bool isShort = beside < widestBar;
    const QString shown = index.data(isShort ? int(EntriesModel::ShortTextRole) : int(Qt::DisplayRole)).toString();
    const int left = isShort ? room(EntriesModel::shortAgoText(QStringLiteral("00:00"))) : beside;
    const int bar = std::clamp(std::min(left, room(shown)), 0, widestBar);
    if (bar >= 2 * space::m)
        paintTtlBar(painter, QRect(rect.left(), rect.top(), bar, rect.height()),
                    index.data(EntriesModel::FractionLeftRole).toDouble(), theme);
    QRect text = rect;
    if (bar >= 2 * space::m)
        text.setLeft(rect.left() + bar + space::s);
    paintText(painter, text, shown, leftCentre, theme.text);
}

} // namespace hearth
