// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QObject>

class QApplication;

namespace hearth {

// Dresses the application: Fusion, palette, font and one generated style sheet; switches live. GUI thread only.
//
// One per application, created after it and before the first window. In System mode it follows the platform's
// palette (dark when the window is darker than its text), also while running. Widgets do not need it: they read
// Theme::of(this).
class ThemeController final : public QObject
{
    Q_OBJECT

public:
    enum class Mode { System, Light, Dark };

    explicit ThemeController(QApplication &application, QObject *parent = nullptr);
    ~ThemeController() override;

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    const Theme &theme() const { return *m_theme; }

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void themeChanged(const hearth::Theme &theme);

private:
    void readPlatform();
    void apply();

    QApplication &m_application;
    Mode m_mode = Mode::System;
    bool m_platformIsDark = false;
    bool m_applying = false; // Palette changes seen now are our own.
    const Theme *m_theme = nullptr;
};

// The settings' spelling: "system", "light", "dark". Anything else is System.
ThemeController::Mode themeModeFromText(const QString &text);
QString themeModeText(ThemeController::Mode mode);

} // namespace hearth
