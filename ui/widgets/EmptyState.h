// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Icon.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace hearth {

// What a page shows instead of nothing: an icon, what is the case, what to do about it. Plain text. GUI thread only.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);

    void setContent(Glyph glyph, const QString &title, const QString &sentence, const QString &actionText = {});
    QString title() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void actionTriggered();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void renderIcon();
    void fitWords();

    Glyph m_glyph = Glyph::Info;
    QLabel *m_icon = nullptr;
    QLabel *m_title = nullptr;
    QLabel *m_sentence = nullptr;
    QPushButton *m_action = nullptr;
};

} // namespace hearth
