// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ThemeController.h"

#include "ui/theme/StyleSheet.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QPixmapCache>
#include <QStyleFactory>

#include <algorithm>

namespace hearth {

namespace {

constexpr double smallestBodyPoints = 10.0;

// Noto Sans has tabular figures and the marks of Igbo, Yoruba and Hausa. The person's own size is kept, unless small.
QFont bodyFont(QFont font)
{
    const QString family = QStringLiteral("Noto Sans");
    if (QFontDatabase::hasFamily(family))
        font.setFamily(family);
    font.setPointSizeF(std::max(font.pointSizeF(), smallestBodyPoints));
    return font;
}

} // namespace

ThemeController::ThemeController(QApplication &application, QObject *parent)
    : QObject(parent)
    , m_application(application)
{
    QApplication::setFont(bodyFont(QApplication::font()));
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    m_platformIsDark = Theme::of(QApplication::palette()).isDark;
    m_application.installEventFilter(this);
    apply();
}

ThemeController::~ThemeController() = default;

void ThemeController::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    if (mode == Mode::System)
        readPlatform();
    apply();
}

bool ThemeController::eventFilter(QObject *watched, QEvent *event)
{
    if (m_applying)
        return QObject::eventFilter(watched, event);
    if (event->type() == QEvent::ThemeChange && watched->isWindowType()) {
        // The desktop switched. Our palette covers its, so look beneath.
        readPlatform();
        apply();
    } else if (event->type() == QEvent::ApplicationPaletteChange && watched == &m_application) {
        m_platformIsDark = Theme::of(QApplication::palette()).isDark;
        apply();
    }
    return QObject::eventFilter(watched, event);
}

void ThemeController::readPlatform()
{
    m_applying = true;
    QApplication::setPalette(QPalette());
    m_platformIsDark = Theme::of(QApplication::palette()).isDark;
    m_applying = false;
}

void ThemeController::apply()
{
    const bool dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_platformIsDark);
    const Theme &wanted = dark ? Theme::dark() : Theme::light();
    const bool changed = m_theme != &wanted;
    m_theme = &wanted;
    m_applying = true;
    if (QApplication::palette() != wanted.palette())
        QApplication::setPalette(wanted.palette());
    if (changed)
        m_application.setStyleSheet(styleSheet(wanted));
    m_applying = false;
    if (changed)
        Q_EMIT themeChanged(wanted);
}

ThemeController::Mode themeModeFromText(const QString &text)
{
    if (text == QLatin1String("light"))
        return ThemeController::Mode::Light;
    if (text == QLatin1String("dark"))
        return ThemeController::Mode::Dark;
    return ThemeController::Mode::System;
}

QString themeModeText(ThemeController::Mode mode)
{
    switch (mode) {
    case ThemeController::Mode::System:
        break;
    case ThemeController::Mode::Light:
        return QStringLiteral("light");
    case ThemeController::Mode::Dark:
        return QStringLiteral("dark");
    }
    return QStringLiteral("system");
}

} // namespace hearth
