// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QRect>

class QAbstractButton;
class QLineEdit;
class QPainter;

namespace hearth {

// Our own line icons, 24 by 24, one SVG each in resources/icons.
enum class Glyph {
    Overview,
    Entries,
    Profile,
    Speedup,
    Events,
    Nodes,
    Settings,
    Refresh,
    Expire,
    Cleanup,
    Warm,
    Search,
    Copy,
    Export,
    Close,
    Warning,
    Error,
    Ok,
    Info,
    Database,
    Play,
    Pause,
    ChevronRight,
    ChevronDown,
    Table,
    Traffic,
    Add,
    Remove,
};

// Which colour of the theme an icon takes.
enum class Tint { Text, Quiet, Accent, OnAccent, Ok, Warning, Error };

// An icon that takes its colour from the application's palette each time it is painted: it needs no care when the
// theme switches. Sharp at any size and device pixel ratio; quiet when disabled. GUI thread only.
QIcon icon(Glyph glyph, Tint tint = Tint::Text);

// An icon before the words of a button, at the distance that words need; Qt's own is too little.
inline constexpr int buttonIcon = 16;
void setButtonIcon(QAbstractButton &button, const QIcon &icon);

// An icon before the words of a field.
void setLeadingIcon(QLineEdit &field, const QIcon &icon);

// The same for delegates and painted widgets, in a colour of their own.
void paintIcon(QPainter &painter, const QRect &rect, Glyph glyph, const QColor &colour);

} // namespace hearth
