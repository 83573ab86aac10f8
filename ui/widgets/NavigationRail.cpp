// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/NavigationRail.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/RailButton.h"

#include <QButtonGroup>
#include <QEvent>
#include <QPainter>
#include <QResizeEvent>
#include <QShortcut>
#include <QVBoxLayout>

namespace hearth {

namespace {

// "Ctrl 1": as on the keys, without the plus.
QString keyHint(const QKeySequence &shortcut)
{
    return shortcut.toString(QKeySequence::NativeText).replace(QLatin1Char('+'), QLatin1Char(' '));
}

} // namespace

NavigationRail::NavigationRail(QWidget *parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(space::s, space::m, space::s, space::m);
    m_layout->setSpacing(2);
    m_layout->addStretch(1);
    m_group->setExclusive(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setAccessibleName(tr("Pages"));
    connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool checked) {
        if (!checked || id == m_current)
            return;
        m_current = id;
        Q_EMIT currentChanged(id);
    });
}

NavigationRail::~NavigationRail() = default;

int NavigationRail::addPage(Glyph glyph, const QString &title, const QKeySequence &shortcut)
{
    const int index = count();
    auto *button = new RailButton(glyph, title, keyHint(shortcut), this);
    button->setCollapsed(m_collapsed);
    m_buttons.push_back(button);
    m_group->addButton(button, index);
    m_layout->insertWidget(index, button);
    if (!shortcut.isEmpty()) {
        auto *key = new QShortcut(shortcut, this);
        connect(key, &QShortcut::activated, this, [this, index] { setCurrentIndex(index); });
    }
    if (index == 0)
        setCurrentIndex(0);
    setFixedWidth(wantedWidth());
    return index;
}

void NavigationRail::setCurrentIndex(int index)
{
    if (index >= 0 && index < count())
        m_buttons[static_cast<std::size_t>(index)]->setChecked(true);
}

QSize NavigationRail::sizeHint() const
{
    return {wantedWidth(), m_layout->sizeHint().height()};
}

int NavigationRail::wantedWidth() const
{
    int width = 0;
    for (const RailButton *button : m_buttons)
        width = std::max(width, button->wantedWidth());
    return width + 2 * space::s;
}

void NavigationRail::watchWindow()
{
    if (m_watched == window())
        return;
    if (m_watched)
        m_watched->removeEventFilter(this);
    m_watched = window();
    if (m_watched && m_watched != this)
        m_watched->installEventFilter(this);
}

bool NavigationRail::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_watched && event->type() == QEvent::Resize)
        adaptTo(static_cast<QResizeEvent *>(event)->size().width());
    return QWidget::eventFilter(watched, event);
}

void NavigationRail::adaptTo(int windowWidth)
{
    const bool collapse = windowWidth < collapseBelow();
    if (collapse == m_collapsed)
        return;
    m_collapsed = collapse;
    for (RailButton *button : m_buttons)
        button->setCollapsed(collapse);
    setFixedWidth(wantedWidth());
}

void NavigationRail::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.rail);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), theme.line);
}

void NavigationRail::showEvent(QShowEvent *event)
{
    watchWindow();
    if (m_watched != this)
        adaptTo(window()->width());
    QWidget::showEvent(event);
}

void NavigationRail::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        setFixedWidth(wantedWidth());
    QWidget::changeEvent(event);
}

} // namespace hearth
