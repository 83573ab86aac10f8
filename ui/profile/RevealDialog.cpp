// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/RevealDialog.h"

#include "core/node/OnAnswer.h"
#include "core/node/RevealReason.h"
#include "ui/dialogs/GrowToFit.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/PlainLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace hearth {

namespace {

constexpr int dialogWidth = 460;

// As it stands in the log: "support/maria".
QString nameOf(const NodeInfo &info)
{
    return info.roleName.empty() ? dataText(info.role)
                                 : QStringLiteral("%1/%2").arg(dataText(info.role), shortText(info.roleName));
}

} // namespace

RevealDialog::RevealDialog(NodeClient &node, std::string identity, QWidget *parent)
    : QDialog(parent)
    , m_node(node)
    , m_identity(std::move(identity))
    , m_problem(new Banner(this))
{
    setWindowTitle(tr("Reveal what is masked"));
    QLabel *what = plainLabel(
        this, "what", tr("Shows language, voice and preferences of %1 for a minute.").arg(shortText(m_identity)));
    what->setFont(textFont(TextRole::Strong));
    QLabel *logged = plainLabel(
        this, "logged",
        tr("The node logs it: your name (%1), whom you looked at, and the reason.").arg(nameOf(node.info())));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::l, space::l, space::l);
    layout->setSpacing(space::m);
    layout->addWidget(what);
    layout->addWidget(logged);
    layout->addWidget(makeField());
    layout->addWidget(m_problem);
    layout->addSpacing(space::xs);
    layout->addWidget(makeButtons());
    setMinimumWidth(dialogWidth);
    resize(dialogWidth, layout->totalHeightForWidth(dialogWidth));
    m_reason->setFocus();
    updateButton();
}

QWidget *RevealDialog::makeField()
{
    auto *box = new QWidget(this);
    QLabel *label = plainLabel(box, "reasonLabel", tr("Reason"));
    label->setWordWrap(false);
    m_reason = new QLineEdit(box);
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->setPlaceholderText(tr("The ticket, say"));
    m_reason->setAccessibleName(tr("Reason, one line"));
    m_reason->setMaxLength(static_cast<int>(longestRevealReason));
    label->setBuddy(m_reason);
    m_left = plainLabel(box, "left");
    m_left->setWordWrap(false);
    setQuiet(*m_left);
    connect(m_reason, &QLineEdit::textChanged, this, &RevealDialog::updateButton);

    auto *top = new QHBoxLayout;
    top->addWidget(label);
    top->addStretch(1);
    top->addWidget(m_left);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::xs);
    layout->addLayout(top);
    layout->addWidget(m_reason);
    return box;
}

QWidget *RevealDialog::makeButtons()
{
    auto *row = new QWidget(this);
    auto *cancel = new QPushButton(tr("Cancel"), row);
    cancel->setAutoDefault(false);
    m_reveal = new QPushButton(tr("Reveal"), row);
    m_reveal->setObjectName(QStringLiteral("revealNow"));
    m_reveal->setDefault(true);
    setButtonRole(*m_reveal, ButtonRole::Accent);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_reveal, &QPushButton::clicked, this, &RevealDialog::reveal);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addStretch(1);
    layout->addWidget(cancel);
    layout->addWidget(m_reveal);
    return row;
}

// Pasted lines become one.
std::string RevealDialog::reason() const
{
    return m_reason->text().simplified().toStdString();
}

void RevealDialog::updateButton()
{
    const auto left = static_cast<int>(longestRevealReason) - static_cast<int>(m_reason->text().size());
    m_left->setText(tr("%1 characters left").arg(left));
    m_reveal->setEnabled(!m_isAsking && checkRevealReason(reason()));
    m_reveal->setToolTip(m_reveal->isEnabled() || m_isAsking ? QString() : tr("Say why first: it stands in the log."));
}

void RevealDialog::reveal()
{
    m_isAsking = true;
    m_problem->clear();
    updateButton();
    onAnswer(m_node.reveal(m_identity, reason()), this, [this](const Result<ProfileView> &view) {
        m_isAsking = false;
        updateButton();
        if (!view) {
            m_problem->showMessage(Tone::Error, tr("Nothing was revealed."), errorText(view.error()));
            growToFit(*this);
            return;
        }
        Q_EMIT revealed(*view);
        accept();
    });
}

} // namespace hearth
