// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/EmptyState.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/VisibleText.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace hearth {

namespace {

constexpr int iconSize = 40;
constexpr int widestSentence = 460;
constexpr int narrowestSentence = 200;

QLabel *plainLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setAlignment(Qt::AlignHCenter);
    label->setWordWrap(true);
    return label;
}

// The narrowest width at which the words need no more lines than at this one: then no word stands alone in the last.
int balancedWidth(const QLabel &label, int widest)
{
    const int height = label.heightForWidth(widest);
    int tooNarrow = 0;
    while (widest - tooNarrow > 1) {
        const int middle = (widest + tooNarrow) / 2;
        (label.heightForWidth(middle) <= height ? widest : tooNarrow) = middle;
    }
    return widest;
}

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(plainLabel(this))
    , m_sentence(plainLabel(this))
    , m_action(new QPushButton(this))
{
    m_title->setFont(textFont(TextRole::Title));
    setQuiet(*m_sentence);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    layout->setSpacing(space::s);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addWidget(m_sentence, 0, Qt::AlignHCenter);
    layout->addSpacing(space::s);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionTriggered);
    m_action->hide();
}

void EmptyState::setContent(Glyph glyph, const QString &title, const QString &sentence, const QString &actionText)
{
    m_glyph = glyph;
    m_title->setText(visibleText(title));
    m_sentence->setText(visibleText(sentence));
    fitWords();
    m_action->setText(actionText);
    m_action->setVisible(!actionText.isEmpty());
    setAccessibleName(m_title->text() + QStringLiteral(". ") + m_sentence->text());
    renderIcon();
}

// Aligned, a label is given its hint, which is for one line.
void EmptyState::fitWords()
{
    const int room = std::clamp(width() - 2 * space::xl, narrowestSentence, widestSentence);
    for (QLabel *label : {m_title, m_sentence}) {
        label->setMinimumWidth(0); // QLabel tells no height for less than that
        const int width = balancedWidth(*label, room);
        label->setFixedSize(width, label->heightForWidth(width));
    }
}

// The words fit themselves to the room: they may not keep it.
QSize EmptyState::minimumSizeHint() const
{
    return {narrowestSentence + 2 * space::xl, QWidget::minimumSizeHint().height()};
}

QSize EmptyState::sizeHint() const
{
    return {widestSentence + 2 * space::xl, QWidget::sizeHint().height()};
}

void EmptyState::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitWords();
}

QString EmptyState::title() const
{
    return m_title->text();
}

void EmptyState::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        renderIcon();
    if (event->type() == QEvent::FontChange)
        fitWords();
    QWidget::changeEvent(event);
}

void EmptyState::renderIcon()
{
    m_icon->setPixmap(icon(m_glyph, Tint::Quiet).pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
}

} // namespace hearth
