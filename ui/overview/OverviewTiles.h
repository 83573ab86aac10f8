// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/Stats.h"
#include "ui/theme/Theme.h"

#include <QString>

#include <array>
#include <chrono>
#include <optional>

namespace hearth {

enum class Tile { Active, Expired, HitRate, HitLatency, DatabaseLatency, QueriesSaved, NextCleanup };
inline constexpr std::size_t tileCount = 7;

// What a tile says. Where nothing was recorded it says so in words: never 0, never NaN.
struct TileText {
    QString value;
    QString subline;
    QString shortSubline; // where the other does not fit
    Tone tone = Tone::Neutral;
    QString explanation;
};

using TileTexts = std::array<TileText, tileCount>;

QString tileLabel(Tile tile);

// hitRate: of the last five minutes. sinceStats: how long ago the node said these figures; the countdown goes on.
TileTexts tileTexts(const Stats &stats, std::optional<double> hitRate, std::chrono::milliseconds sinceStats);
// Before the node has said anything.
TileTexts unknownTileTexts();

} // namespace hearth
