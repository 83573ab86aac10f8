// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Banner.h"

#include "ui/theme/Icon.h"
#include "ui/widgets/VisibleText.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace hearth {

namespace {

constexpr int strip = 3;
constexpr int iconSize = 20;

Glyph glyphOf(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return Glyph::Ok;
    case Tone::Warning:
        return Glyph::Warning;
    case Tone::Error:
        return Glyph::Error;
    case Tone::Neutral:
    case Tone::Accent:
        break;
    }
    return Glyph::Info;
}

QLabel *plainLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_title(plainLabel(this))
    , m_sentence(plainLabel(this))
    , m_action(new QPushButton(this))
    , m_close(new QToolButton(this))
{
    m_title->setFont(textFont(TextRole::Strong));
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setIcon(icon(Glyph::Close, Tint::Quiet));
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setToolTip(tr("Close"));

    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(strip + space::m + iconSize + space::m, space::s + 2, space::m, space::s + 2);
    layout->setSpacing(space::m);
    layout->addLayout(words, 1);
    layout->addWidget(m_action, 0, Qt::AlignVCenter);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);

    connect(m_action, &QPushButton::clicked, this, &Banner::actionTriggered);
    connect(m_close, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT dismissed();
    });
    m_close->hide();
    hide();
}

void Banner::showMessage(Tone tone, const QString &title, const QString &sentence, const QString &actionText)
{
    const QString titleShown = visibleText(title);
    const QString sentenceShown = visibleText(sentence);
    const bool sameWords = titleShown == m_title->text() && sentenceShown == m_sentence->text();
    const bool same = sameWords && tone == m_tone && actionText == m_action->text();
    if (same && !isHidden())
        return;
    m_tone = tone;
    m_title->setText(titleShown);
    m_sentence->setText(sentenceShown);
    m_sentence->setVisible(!sentenceShown.isEmpty());
    m_action->setText(actionText);
    m_action->setVisible(!actionText.isEmpty());
    setAccessibleName(titleShown + QStringLiteral(". ") + sentenceShown);
    show();
    update();
    if (!sameWords) {
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void Banner::clear()
{
    m_title->clear();
    m_sentence->clear();
    hide();
}

QString Banner::title() const
{
    return m_title->text();
}

QString Banner::sentence() const
{
    return m_sentence->text();
}

void Banner::setDismissible(bool dismissible)
{
    m_close->setVisible(dismissible);
}

void Banner::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.toneGround(m_tone));
    painter.fillRect(QRect(0, 0, strip, height()), theme.tone(m_tone));
    const int line = QFontMetrics(textFont(TextRole::Strong)).height();
    const QRect iconRect(strip + space::m, space::s + 2 + (line - iconSize) / 2, iconSize, iconSize);
    paintIcon(painter, iconRect, glyphOf(m_tone), theme.tone(m_tone));
}

} // namespace hearth
