// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QStyle>
#include <QWidget>

#include <cmath>

namespace hearth {

namespace {

Theme makeLight()
{
    Theme theme;
    theme.isDark = false;
    theme.ground = QColor(0xf6, 0xf7, 0xf9);
    theme.rail = QColor(0xea, 0xed, 0xf1);
    theme.panel = QColor(0xff, 0xff, 0xff);
    theme.line = QColor(0xe3, 0xe6, 0xea);
    theme.control = QColor(0xc9, 0xcf, 0xd6);
    theme.text = QColor(0x1c, 0x21, 0x26);
    theme.quiet = QColor(0x5f, 0x69, 0x74); // a shade darker than drawn: 4.5:1 on the rail as well
    theme.accent = QColor(0x00, 0x72, 0xb2);
    theme.accentText = QColor(0xff, 0xff, 0xff);
    theme.accentHover = QColor(0x00, 0x62, 0x9a);
    theme.selection = QColor(0xdd, 0xec, 0xf7);
    theme.selectionText = theme.text;
    theme.hover = QColor(0xf0, 0xf3, 0xf6);
    theme.track = QColor(0xe6, 0xea, 0xee);
    theme.ok = QColor(0x00, 0x7d, 0x5b);
    theme.warning = QColor(0xa8, 0x4a, 0x00);
    theme.error = QColor(0xc0, 0x26, 0x2d);
    theme.okGround = QColor(0xe8, 0xf6, 0xf1);
    theme.warningGround = QColor(0xfd, 0xf3, 0xe9);
    theme.errorGround = QColor(0xfd, 0xec, 0xec);
    theme.accentGround = QColor(0xe8, 0xf2, 0xf9);
    theme.series = {QColor(0x00, 0x72, 0xb2), QColor(0xd5, 0x5e, 0x00), QColor(0x00, 0x9e, 0x73),
                    QColor(0xcc, 0x79, 0xa7)};
    return theme;
}

Theme makeDark()
{
    Theme theme;
    theme.isDark = true;
    theme.ground = QColor(0x16, 0x19, 0x1d);
    theme.rail = QColor(0x11, 0x14, 0x18);
    theme.panel = QColor(0x1e, 0x22, 0x27);
    theme.line = QColor(0x2d, 0x33, 0x3a);
    theme.control = QColor(0x46, 0x4f, 0x59);
    theme.text = QColor(0xe6, 0xe9, 0xec);
    theme.quiet = QColor(0x98, 0xa2, 0xad);
    theme.accent = QColor(0x56, 0xb4, 0xe9);
    theme.accentText = QColor(0x0d, 0x17, 0x1e);
    theme.accentHover = QColor(0x7c, 0xc6, 0xef);
    theme.selection = QColor(0x22, 0x38, 0x4b);
    theme.selectionText = theme.text;
    theme.hover = QColor(0x28, 0x2d, 0x33);
    theme.track = QColor(0x2d, 0x33, 0x3a);
    theme.ok = QColor(0x2f, 0xbf, 0x94);
    theme.warning = QColor(0xe6, 0x9f, 0x00);
    theme.error = QColor(0xff, 0x86, 0x7d);
    theme.okGround = QColor(0x1b, 0x2e, 0x2a);
    theme.warningGround = QColor(0x33, 0x2b, 0x1d);
    theme.errorGround = QColor(0x3a, 0x25, 0x26);
    theme.accentGround = QColor(0x1f, 0x2f, 0x3c);
    theme.series = {QColor(0x56, 0xb4, 0xe9), QColor(0xe6, 0x9f, 0x00), QColor(0x2f, 0xbf, 0x94),
                    QColor(0xd9, 0x96, 0xbd)};
    return theme;
}

double linear(double channel)
{
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &colour)
{
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

} // namespace

const Theme &Theme::light()
{
    static const Theme theme = makeLight();
    return theme;
}

const Theme &Theme::dark()
{
    static const Theme theme = makeDark();
    return theme;
}

const Theme &Theme::of(const QPalette &palette)
{
    const double window = luminance(palette.color(QPalette::Active, QPalette::Window));
    const double text = luminance(palette.color(QPalette::Active, QPalette::WindowText));
    return text > window ? dark() : light();
}

const Theme &Theme::of(const QWidget *widget)
{
    // The application's palette, not the widget's own: a style sheet may have changed single roles of that.
    Q_UNUSED(widget);
    return current();
}

const Theme &Theme::current()
{
    return of(QGuiApplication::palette());
}

QColor Theme::seriesColour(int index) const
{
    const auto size = static_cast<int>(series.size());
    return series[static_cast<std::size_t>(((index % size) + size) % size)];
}

QColor Theme::tone(Tone tone) const
{
    switch (tone) {
    case Tone::Neutral:
        return quiet;
    case Tone::Ok:
        return ok;
    case Tone::Warning:
        return warning;
    case Tone::Error:
        return error;
    case Tone::Accent:
        return accent;
    }
    return quiet;
}

QColor Theme::toneGround(Tone tone) const
{
    switch (tone) {
    case Tone::Neutral:
        return panel;
    case Tone::Ok:
        return okGround;
    case Tone::Warning:
        return warningGround;
    case Tone::Error:
        return errorGround;
    case Tone::Accent:
        return accentGround;
    }
    return panel;
}

QPalette Theme::palette() const
{
    QPalette palette;
    palette.setColor(QPalette::Window, ground);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, panel);
    palette.setColor(QPalette::AlternateBase, mixed(ground, panel, 0.6));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, panel);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, error);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, accentText);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::LinkVisited, accent);
    palette.setColor(QPalette::ToolTipBase, isDark ? line : text);
    palette.setColor(QPalette::ToolTipText, isDark ? text : panel);
    palette.setColor(QPalette::PlaceholderText, quiet);
    palette.setColor(QPalette::Light, isDark ? hover : panel);
    palette.setColor(QPalette::Midlight, line);
    palette.setColor(QPalette::Mid, line);
    palette.setColor(QPalette::Dark, control);
    palette.setColor(QPalette::Shadow, isDark ? rail : control);
    const QColor disabled = mixed(quiet, panel, 0.7);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, track);
    return palette;
}

QFont textFont(TextRole role)
{
    QFont font = QApplication::font();
    const double body = font.pointSizeF() > 0 ? font.pointSizeF() : 10.0;
    switch (role) {
    case TextRole::Small:
        font.setPointSizeF(body * 0.88);
        break;
    case TextRole::Body:
        break;
    case TextRole::Strong:
        font.setWeight(QFont::DemiBold);
        break;
    case TextRole::Title:
        font.setPointSizeF(body * 1.15);
        font.setWeight(QFont::DemiBold);
        break;
    case TextRole::Value:
        font.setPointSizeF(body * 1.8);
        font.setWeight(QFont::DemiBold);
        break;
    case TextRole::Hero:
        font.setPointSizeF(body * 4);
        font.setWeight(QFont::DemiBold);
        break;
    }
    return font;
}

namespace {

void setStyleProperty(QWidget &widget, const char *name, const QVariant &value)
{
    if (widget.property(name) == value)
        return;
    widget.setProperty(name, value);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
    widget.update();
}

} // namespace

void setButtonRole(QAbstractButton &button, ButtonRole role)
{
    static const char *const names[] = {"normal", "accent", "danger", "flat", "warningPill"};
    setStyleProperty(button, "hearthRole", QString::fromLatin1(names[static_cast<int>(role)]));
}

void setQuiet(QWidget &widget, bool quiet)
{
    setStyleProperty(widget, "hearthQuiet", quiet);
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QColor mixed(const QColor &over, const QColor &under, double opacity)
{
    const auto channel = [opacity](int top, int bottom) {
        return static_cast<int>(std::lround(top * opacity + bottom * (1 - opacity)));
    };
    return QColor(channel(over.red(), under.red()), channel(over.green(), under.green()),
                  channel(over.blue(), under.blue()));
}

} // namespace hearth
