// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace hearth {

// A message across the page that stays as long as it is true: what is wrong, in a sentence, and what to do.
// Hidden until it has something to say. Plain text. GUI thread only.
class Banner final : public QFrame
{
    Q_OBJECT

public:
    explicit Banner(QWidget *parent = nullptr);

    // Shows the banner and, when the words changed, announces it. Same words again: nothing happens.
    void showMessage(Tone tone, const QString &title, const QString &sentence, const QString &actionText = {});
    void clear(); // hides it
    QString title() const;
    QString sentence() const;
    Tone tone() const { return m_tone; }
    void setDismissible(bool dismissible);

Q_SIGNALS:
    void actionTriggered();
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *m_title = nullptr;
    QLabel *m_sentence = nullptr;
    QPushButton *m_action = nullptr;
    QToolButton *m_close = nullptr;
    Tone m_tone = Tone::Neutral;
};

} // namespace hearth
