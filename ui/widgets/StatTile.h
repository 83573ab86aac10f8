// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QAbstractButton>

namespace hearth {

// A number with its name above and one line below. Its width never depends on the number, so nothing jumps; a value
// that does not fit is set smaller, never cut. Optionally clickable (then it takes the keyboard: Space, Enter).
// A tone puts a sign beside the number, and where something is wrong its word before the sub-line. Plain text
// everywhere. GUI thread only.
class StatTile final : public QAbstractButton
{
    Q_OBJECT

public:
    explicit StatTile(const QString &label, QWidget *parent = nullptr);

    void setLabel(const QString &label);
    void setValue(const QString &value);
    void setSubline(const QString &text);
    QString value() const { return m_value; }
    QString subline() const { return m_subline; }
    void setTone(Tone tone);
    Tone tone() const { return m_tone; }
    void setClickable(bool clickable); // clicked() is emitted only then
    bool isClickable() const { return m_clickable; }
    void setExplanation(const QString &text); // the tool tip: what the number means

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool hitButton(const QPoint &position) const override;
    void changeEvent(QEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void contentChanged();

    QString m_label;
    QString m_value;
    QString m_subline;
    QString m_explanation;
    Tone m_tone = Tone::Neutral;
    bool m_clickable = false;
};

} // namespace hearth
