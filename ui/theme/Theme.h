// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

#include <array>

class QAbstractButton;
class QWidget;

namespace hearth {

// What a state means, wherever it is shown; always accompanied by a word.
enum class Tone { Neutral, Ok, Warning, Error, Accent };

// The colours of one appearance. Immutable value; there are two of them, light() and dark().
//
// A widget asks Theme::of(this) whenever it paints, and repaints by itself when its palette changes: nobody hands
// themes around. ThemeController is the one who sets the palette. GUI thread only.
struct Theme {
    bool isDark = false;
    QColor ground;        // behind the panels
    QColor rail;          // behind the navigation
    QColor panel;         // cards, tables, fields
    QColor line;          // frames, grid lines, separators
    QColor control;       // frame of something that can be used; 3:1 against panel where it is the only sign
    QColor text;          // what matters
    QColor quiet;         // labels, units, hints
    QColor accent;        // the one colour of a calm window: current, focused, default
    QColor accentText;    // on accent
    QColor accentHover;   // accent under the pointer
    QColor selection;     // rows and pages that are selected
    QColor selectionText; // on selection
    QColor hover;         // something usable under the pointer
    QColor track;         // the empty part of a bar
    QColor ok, warning, error;
    QColor okGround, warningGround, errorGround, accentGround; // behind text that says ok, warning, error
    std::array<QColor, 4> series; // 0 the cache, 1 the database and what expired, 2 good, 3 other

    static const Theme &light();
    static const Theme &dark();
    static const Theme &of(const QPalette &palette); // dark when the text is lighter than the window
    // Of the application's palette: a style sheet alters single roles of a widget's own.
    static const Theme &of(const QWidget *widget);
    static const Theme &current();

    QColor seriesColour(int index) const; // wraps around
    QColor tone(Tone tone) const;         // dots, strips, words
    QColor toneGround(Tone tone) const;
    QPalette palette() const;
};

// Distances in device independent pixels: use these, no others.
namespace space {
inline constexpr int xs = 4;
inline constexpr int s = 8;
inline constexpr int m = 12;
inline constexpr int l = 16;
inline constexpr int xl = 24;
} // namespace space

namespace radius {
inline constexpr int control = 5;
inline constexpr int panel = 6;
} // namespace radius

// Sizes of text, relative to the application's font. Digits are tabular (Noto Sans).
enum class TextRole {
    Small,  // sub-lines, hints
    Body,   // everything else
    Strong, // body, semi-bold: the title of a panel
    Title,  // the name of a page
    Value,  // the number on a tile
    Hero    // one number that is the page
};
QFont textFont(TextRole role);

// How a button looks. Accent: the one most likely action of a window. Danger: it destroys. Flat: in a tool row.
// WarningPill (tool buttons only): it says that something unusual is on, and ends it.
enum class ButtonRole { Normal, Accent, Danger, Flat, WarningPill };
void setButtonRole(QAbstractButton &button, ButtonRole role);

// Shows the text of a label, check box … in the quiet colour, also after a theme switch.
void setQuiet(QWidget &widget, bool quiet = true);

// WCAG 2 contrast ratio, 1-21.
double contrastRatio(const QColor &a, const QColor &b);
// The colour of `over` at `opacity` (0-1) on `under`, opaque.
QColor mixed(const QColor &over, const QColor &under, double opacity);

} // namespace hearth
