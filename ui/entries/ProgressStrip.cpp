// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/ProgressStrip.h"

#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 400ms;
constexpr int steps = 1'000;
constexpr int leastBarWidth = 60;
constexpr int mostBarWidth = 240;

} // namespace

ProgressStrip::ProgressStrip(QWidget *parent)
    : QWidget(parent)
    , m_text(plainLabel(this, "progressText"))
    , m_count(plainLabel(this, "progressCount"))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Window);
    m_text->setWordWrap(false);
    m_count->setWordWrap(false);
    setQuiet(*m_count);
    m_bar->setTextVisible(false);
    m_bar->setRange(0, steps);
    m_bar->setMinimumWidth(leastBarWidth);
    m_bar->setMaximumWidth(mostBarWidth);
    m_cancel->setObjectName(QStringLiteral("cancel"));
    connect(m_cancel, &QPushButton::clicked, this, &ProgressStrip::cancelled);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l, space::s, space::l, space::s);
    layout->setSpacing(space::m);
    layout->addWidget(m_text);
    layout->addWidget(m_bar, 1);
    layout->addWidget(m_count);
    layout->addStretch(0);
    layout->addWidget(m_cancel);
    m_showTimer.setSingleShot(true);
    m_showTimer.setInterval(patience);
    connect(&m_showTimer, &QTimer::timeout, this, &QWidget::show);
    hide();
}

void ProgressStrip::begin(const QString &what)
{
    m_isRunning = true;
    m_text->setText(what);
    m_bar->setAccessibleName(what);
    m_bar->setValue(0);
    m_count->setText({});
    m_showTimer.start();
}

void ProgressStrip::setProgress(std::size_t done, std::size_t wanted)
{
    const std::size_t shown = std::min(done, wanted);
    m_bar->setValue(wanted == 0 ? 0 : static_cast<int>(shown * steps / wanted));
    m_count->setText(tr("%1 of %2").arg(countText(shown), countText(wanted)));
}

void ProgressStrip::end()
{
    m_isRunning = false;
    m_showTimer.stop();
    hide();
}

QString ProgressStrip::text() const
{
    return m_text->text();
}

} // namespace hearth
