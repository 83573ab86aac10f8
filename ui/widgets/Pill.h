// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QPointer>
#include <QStringList>
#include <QWidget>

class QMenu;

namespace hearth {

// A status in a rounded frame: an optional dot in the tone's colour, a strong word or two, quiet words behind it
// ("● node eu-1 · production · operator"). Plain text; where there is no room the strong words are cut first, whole in
// the tip. With a menu it is a button that opens it: it takes the focus and shows an arrow. GUI thread only.
class Pill final : public QWidget
{
    Q_OBJECT

public:
    explicit Pill(QWidget *parent = nullptr);

    void setTone(Tone tone); // Neutral: a grey dot
    void setDotVisible(bool visible);
    void setText(const QString &strong, const QString &quiet = {});
    QString text() const; // both, as a screen reader says it
    // What the tip says below the text; data in it is made visible.
    void setDetails(const QStringList &lines);
    // Borrowed; null: it is no button.
    void setMenu(QMenu *menu);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void contentChanged();
    void showTip();
    int textLeft() const;
    int textRight() const; // distance from the right edge
    void openMenu();

    QString m_strong;
    QString m_quiet;
    Tone m_tone = Tone::Neutral;
    bool m_dot = true;
    QStringList m_details;
    QPointer<QMenu> m_menu;
};

} // namespace hearth
