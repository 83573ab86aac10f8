// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/MaskRow.h"

#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace hearth {

MaskRow::MaskRow(QWidget *parent)
    : QWidget(parent)
    , m_text(plainLabel(this, "maskText"))
    , m_button(new QPushButton(this))
{
    setQuiet(*m_text);
    m_button->setObjectName(QStringLiteral("reveal"));
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_isRevealed)
            Q_EMIT maskWanted();
        else
            Q_EMIT revealWanted();
    });
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_button, 0, Qt::AlignVCenter);
    showNothing();
}

void MaskRow::showNothing()
{
    m_button->setEnabled(false); // by its key, too
    hide();
}

void MaskRow::showMasked(const std::string &role)
{
    m_isRevealed = false;
    m_text->setText(tr("Language, voice and preferences are masked for the role %1.").arg(dataText(role)));
    m_button->setText(tr("Reveal…"));
    m_button->setToolTip(tr("Show them for a minute, with a reason that is logged (Ctrl+Shift+R)"));
    m_button->setEnabled(true);
    show();
}

void MaskRow::showRevealed(std::chrono::seconds left)
{
    m_isRevealed = true;
    m_text->setText(tr("Revealed for %1 s more. The node has logged it.").arg(left.count()));
    m_button->setText(tr("Mask again"));
    m_button->setToolTip(tr("Hide what was revealed (Ctrl+Shift+R)"));
    m_button->setEnabled(true);
    show();
}

} // namespace hearth
