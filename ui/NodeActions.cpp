// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/NodeActions.h"

#include "ui/dialogs/CleanUpAction.h"
#include "ui/dialogs/InstallTriggersDialog.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/RoleText.h"
#include "ui/dialogs/WarmUsersDialog.h"

#include <QAction>
#include <QMessageBox>
#include <QPushButton>

namespace hearth {

NodeActions::NodeActions(NodeClient &node, QWidget *parent)
    : QObject(parent)
    , m_node(node)
    , m_parent(parent)
{
    m_warmUsers =
        makeAction(tr("Warm users…"), Glyph::Warm, QKeySequence(tr("Ctrl+Shift+W")), {}, &NodeActions::openWarmUsers);
    m_forceExpiry = makeAction(tr("Force expiry…"), Glyph::Expire, QKeySequence(tr("Ctrl+Shift+E")), {},
                               &NodeActions::forceExpiryWanted);
    m_cleanUp = new CleanUpAction(node, this);
    connect(m_cleanUp, &CleanUpAction::notify, this, &NodeActions::notify);
    m_installTriggers = makeAction(tr("Install change triggers…"), Glyph::Database, QKeySequence(tr("Ctrl+Shift+I")),
                                   {}, &NodeActions::openInstallTriggers);
    m_simulatedTraffic = makeAction(tr("Simulated traffic"), Glyph::Traffic, QKeySequence(tr("Ctrl+Shift+T")), {},
                                    &NodeActions::toggleTraffic);
    m_simulatedTraffic->setCheckable(true);
    m_simulatedTraffic->setIconVisibleInMenu(false); // the check mark stands there
    update();
}

QAction *NodeActions::makeAction(const QString &text, Glyph glyph, const QKeySequence &key, const QString &tip,
                                 void (NodeActions::*slot)())
{
    auto *action = new QAction(icon(glyph), text, this);
    action->setShortcut(key);
    action->setToolTip(tip);
    connect(action, &QAction::triggered, this, slot);
    return action;
}

QAction &NodeActions::cleanUp() const
{
    return *m_cleanUp;
}

void NodeActions::update()
{
    const QString refused = refusalText(m_node.info(), m_node.link(), Right::Act);
    allow(*m_warmUsers, refused, tr("Load users into the cache before they ask"));
    allow(*m_forceExpiry, refused, tr("Make the next read of users go to the database"));

    const bool isEmbedded = m_node.info().embedded;
    m_installTriggers->setEnabled(isEmbedded && m_node.stats().changes.triggersMissing);
    m_installTriggers->setToolTip(toolTipText({triggersTip()}));
    m_simulatedTraffic->setEnabled(isEmbedded);
    m_simulatedTraffic->setToolTip(
        isEmbedded ? tr("Let this program make gets like a translation service would")
                   : tr("A node elsewhere gets its traffic from its users; simulated traffic is for this program's own "
                        "cache."));
    m_simulatedTraffic->setChecked(m_node.traffic().on);
}

void NodeActions::allow(QAction &action, const QString &refusal, const QString &tip)
{
    action.setEnabled(refusal.isEmpty());
    action.setToolTip(toolTipText({refusal.isEmpty() ? tip : refusal}));
}

// One for the window: closing it leaves the job running, and showing it again shows how far it is.
void NodeActions::openWarmUsers()
{
    if (!m_warmUsersDialog) {
        m_warmUsersDialog = new WarmUsersDialog(m_node, m_parent);
        connect(m_warmUsersDialog, &WarmUsersDialog::notify, this, &NodeActions::notify);
    }
    m_warmUsersDialog->show();
    m_warmUsersDialog->raise();
    m_warmUsersDialog->activateWindow();
}

// One for the window, as above: what the database answers after it was closed is still told.
void NodeActions::openInstallTriggers()
{
    if (!m_installTriggersDialog) {
        m_installTriggersDialog = new InstallTriggersDialog(m_node, m_parent);
        connect(m_installTriggersDialog, &InstallTriggersDialog::notify, this, &NodeActions::notify);
    }
    m_installTriggersDialog->open();
    m_installTriggersDialog->activateWindow();
}

// They can be installed where nothing but they are missing.
QString NodeActions::triggersTip() const
{
    const InvalidationState changes = m_node.stats().changes;
    if (changes.mode == InvalidationMode::Listening)
        return tr("The change triggers are there: the database tells of each change as it happens");
    if (!changes.triggersMissing)
        return changes.why.empty() ? tr("How changes become known is not known yet")
                                   : QString::fromStdString(changes.why);
    if (!m_node.info().embedded)
        return tr("Triggers are installed where the database is known: hearthctl install-triggers with DATABASE_URL");
    return tr("Let the database tell of changes to profiles as they happen");
}

void NodeActions::toggleTraffic()
{
    const bool on = m_node.traffic().on;
    m_simulatedTraffic->setChecked(on); // the node's answer decides
    if (on)
        m_node.stopTraffic();
    else if (m_node.info().sampleDatabase || confirmTrafficOnForeignDatabase())
        m_node.startTraffic();
}

bool NodeActions::confirmTrafficOnForeignDatabase()
{
    QMessageBox box(QMessageBox::Question, tr("Simulated traffic"),
                    tr("Make gets against %1?").arg(dataText(m_node.stats().database.displayUrl)), QMessageBox::Cancel,
                    m_parent);
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(tr("Users that exist there are read, at most 20 queries a second. Nothing is written. The "
                              "gets count in this program's statistics."));
    QPushButton *start = box.addButton(tr("Start traffic"), QMessageBox::AcceptRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == start;
}

} // namespace hearth
