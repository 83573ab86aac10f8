// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/SegmentedControl.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/PaintHelpers.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace hearth {

namespace {

class Segment final : public QAbstractButton
{
public:
    Segment(const QString &text, QWidget *parent)
        : QAbstractButton(parent)
    {
        setText(text);
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override
    {
        const QFontMetrics metrics(textFont(TextRole::Strong)); // room for the current one: nothing moves
        return {metrics.horizontalAdvance(text()) + space::xl, metrics.height() + space::s};
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        Q_UNUSED(event);
        const Theme &theme = Theme::of(this);
        QPainter painter(this);
        const QColor frame = hasFocus() || isChecked() ? theme.accent : theme.line;
        const QColor fill = isChecked() ? theme.accentGround : underMouse() ? theme.hover : theme.panel;
        paintCard(painter, rect(), fill, frame, hasFocus() ? 2 : 1, height() / 2.0);
        painter.setFont(textFont(isChecked() ? TextRole::Strong : TextRole::Body));
        painter.setPen(isChecked() ? theme.text : theme.quiet);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextSingleLine, text());
    }
};

} // namespace

SegmentedControl::SegmentedControl(const QString &accessibleName, QWidget *parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
{
    setAccessibleName(accessibleName);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::xs + 2);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool checked) {
        if (!checked || id == m_current)
            return;
        m_current = id;
        Q_EMIT currentChanged(id);
    });
}

int SegmentedControl::addSegment(const QString &label, const QVariant &userData)
{
    const int index = count();
    auto *segment = new Segment(label, this);
    segment->setAccessibleName(accessibleName() + QStringLiteral(": ") + label);
    m_buttons.push_back(segment);
    m_data.push_back(userData);
    m_group->addButton(segment, index);
    layout()->addWidget(segment);
    if (index == 0)
        setCurrentIndex(0);
    return index;
}

int SegmentedControl::currentIndex() const
{
    return m_current;
}

QVariant SegmentedControl::currentData() const
{
    return m_current < 0 ? QVariant() : m_data[static_cast<std::size_t>(m_current)];
}

QString SegmentedControl::text(int index) const
{
    return index < 0 || index >= count() ? QString() : m_buttons[static_cast<std::size_t>(index)]->text();
}

void SegmentedControl::setCurrentIndex(int index)
{
    if (index >= 0 && index < count())
        m_buttons[static_cast<std::size_t>(index)]->setChecked(true);
}

} // namespace hearth
