// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QWidget>

namespace hearth {

// A status in a rounded frame: an optional dot in the tone's colour, a strong word or two, quiet words behind it
// ("● node eu-1 · production · operator"). Plain text; cut at the end where there is no room, whole in the tip.
// GUI thread only.
class Pill final : public QWidget
{
    Q_OBJECT

public:
    explicit Pill(QWidget *parent = nullptr);

    void setTone(Tone tone); // Neutral: a grey dot
    void setDotVisible(bool visible);
    void setText(const QString &strong, const QString &quiet = {});
    QString text() const; // both, as a screen reader says it

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void contentChanged();
    int textLeft() const;

    QString m_strong;
    QString m_quiet;
    Tone m_tone = Tone::Neutral;
    bool m_dot = true;
};

} // namespace hearth
