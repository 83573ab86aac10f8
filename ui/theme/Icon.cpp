// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Icon.h"

#include "ui/theme/Theme.h"

#include <QAbstractButton>
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QLineEdit>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

// Outside any namespace, as Qt asks for: keeps the resources of this static library in the program.
static void loadResources()
{
    Q_INIT_RESOURCE(hearth_icons);
}

namespace hearth {

namespace {

const char *fileName(Glyph glyph)
{
    static const char *const names[] = {
        "overview", "entries",       "profile",      "speedup", "events",  "nodes",    "settings",
        "refresh",  "expire",        "cleanup",      "warm",    "search",  "copy",     "export",
        "close",    "warning",       "error",        "ok",      "info",    "database", "play",
        "pause",    "chevron-right", "chevron-down", "table",   "traffic", "add",      "remove",
    };
    static_assert(std::size(names) == static_cast<std::size_t>(Glyph::Remove) + 1);
    return names[static_cast<int>(glyph)];
}

QByteArray source(Glyph glyph)
{
    static const bool loaded = [] {
        loadResources();
        return true;
    }();
    Q_UNUSED(loaded);
    QFile file(QStringLiteral(":/hearth/icons/%1.svg").arg(QLatin1String(fileName(glyph))));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Sizes are device pixels.
QPixmap rendered(Glyph glyph, const QColor &colour, QSize size)
{
    const QString key = QStringLiteral("hearth/%1/%2/%3x%4")
                            .arg(QLatin1String(fileName(glyph)), colour.name(QColor::HexArgb))
                            .arg(size.width())
                            .arg(size.height());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(size);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(source(glyph).replace("currentColor", colour.name().toLatin1()));
    QPainter painter(&pixmap);
    const int side = std::min(size.width(), size.height());
    // At the leading edge of a wider room: what is left is the distance to the words of a button.
    const double left = QGuiApplication::isRightToLeft() ? size.width() - side : 0;
    renderer.render(&painter, QRectF(left, (size.height() - side) / 2.0, side, side));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QColor tintColour(Tint tint, const Theme &theme)
{
    switch (tint) {
    case Tint::Text:
        return theme.text;
    case Tint::Quiet:
        return theme.quiet;
    case Tint::Accent:
        return theme.accent;
    case Tint::OnAccent:
        return theme.accentText;
    case Tint::Ok:
        return theme.ok;
    case Tint::Warning:
        return theme.warning;
    case Tint::Error:
        return theme.error;
    }
    return theme.text;
}

class GlyphEngine final : public QIconEngine
{
public:
    GlyphEngine(Glyph glyph, Tint tint)
        : m_glyph(glyph)
        , m_tint(tint)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        Q_UNUSED(state);
        paintIcon(*painter, rect, m_glyph, colour(mode));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        Q_UNUSED(state);
        return rendered(m_glyph, colour(mode), size);
    }

    QIconEngine *clone() const override { return new GlyphEngine(*this); }

private:
    QColor colour(QIcon::Mode mode) const
    {
        const Theme &theme = Theme::current();
        if (mode == QIcon::Disabled)
            return mixed(theme.quiet, theme.panel, 0.6);
        if (mode == QIcon::Selected && m_tint == Tint::Quiet)
            return theme.selectionText;
        return tintColour(m_tint, theme);
    }

    Glyph m_glyph;
    Tint m_tint;
};

} // namespace

QIcon icon(Glyph glyph, Tint tint)
{
    return QIcon(new GlyphEngine(glyph, tint));
}

void setButtonIcon(QAbstractButton &button, const QIcon &icon)
{
    button.setIcon(icon);
    button.setIconSize(QSize(buttonIcon + space::xs, buttonIcon));
}

void setLeadingIcon(QLineEdit &field, const QIcon &icon)
{
    field.setProperty("hearthLeadingIcon", true); // the style sheet takes back what would be too much room
    field.addAction(icon, QLineEdit::LeadingPosition);
}

void paintIcon(QPainter &painter, const QRect &rect, Glyph glyph, const QColor &colour)
{
    const double ratio = painter.device()->devicePixelRatioF();
    QPixmap pixmap = rendered(glyph, colour, (QSizeF(rect.size()) * ratio).toSize());
    pixmap.setDevicePixelRatio(ratio);
    painter.drawPixmap(rect.topLeft(), pixmap);
}

} // namespace hearth
