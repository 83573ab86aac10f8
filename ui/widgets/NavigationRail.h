// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Icon.h"

#include <QKeySequence>
#include <QPointer>
#include <QWidget>

#include <vector>

class QButtonGroup;
class QVBoxLayout;

namespace hearth {

class RailButton;

// The pages of the window: icon, word, key. Arrow keys move, the shortcut of a page works in the whole window.
// Only icons are left when the window is narrower than collapseBelow(). GUI thread only.
class NavigationRail final : public QWidget
{
    Q_OBJECT

public:
    explicit NavigationRail(QWidget *parent = nullptr);
    ~NavigationRail() override;

    int addPage(Glyph glyph, const QString &title, const QKeySequence &shortcut = {}); // Returns: its index
    int count() const { return static_cast<int>(m_buttons.size()); }
    int currentIndex() const { return m_current; }
    bool isCollapsed() const { return m_collapsed; }
    static constexpr int collapseBelow() { return 1000; }

    QSize sizeHint() const override;
    bool eventFilter(QObject *watched, QEvent *event) override;

public Q_SLOTS:
    void setCurrentIndex(int index);

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void watchWindow();
    void adaptTo(int windowWidth);
    int wantedWidth() const;

    std::vector<RailButton *> m_buttons; // Owned by this widget.
    QButtonGroup *m_group = nullptr;
    QVBoxLayout *m_layout = nullptr;
    QPointer<QWidget> m_watched; // The window whose width decides.
    int m_current = -1;
    bool m_collapsed = false;
};

} // namespace hearth
