// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"

#include <QKeySequence>
#include <QList>
#include <QObject>

#include <vector>

class QAction;

namespace hearth {

class CleanUpAction;
class InstallTriggersDialog;
class WarmUsersDialog;

// What a person can do to one node from every page, as actions with their keys: their texts and states follow what the
// node allows, and say why not. What they open stands over the parent's window.
//
// GUI thread only. Borrows the node. The parent, a widget, owns it and its dialogs.
class NodeActions final : public QObject
{
    Q_OBJECT

public:
    NodeActions(NodeClient &node, QWidget *parent);

    QAction &warmUsers() const { return *m_warmUsers; }
    QAction &forceExpiry() const { return *m_forceExpiry; } // forceExpiryWanted() when it is triggered
    QAction &cleanUp() const;
    QAction &installTriggers() const { return *m_installTriggers; }
    QAction &simulatedTraffic() const { return *m_simulatedTraffic; }

    // The node's link, its role there, or how it hears of changes may be others now.
    void update();

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);
    // A page knows which entries are chosen.
    void forceExpiryWanted();

private:
    QAction *makeAction(const QString &text, Glyph glyph, const QKeySequence &key, const QString &tip,
                        void (NodeActions::*slot)());
    static void allow(QAction &action, const QString &refusal, const QString &tip);
    void openWarmUsers();
    void openInstallTriggers();
    void toggleTraffic();
    bool confirmTrafficOnForeignDatabase();
    QString triggersTip() const;

    NodeClient &m_node;
    QWidget *const m_parent;
    WarmUsersDialog *m_warmUsersDialog = nullptr;             // made when first asked for
    InstallTriggersDialog *m_installTriggersDialog = nullptr; // likewise

    QAction *m_warmUsers = nullptr;
    QAction *m_forceExpiry = nullptr;
    CleanUpAction *m_cleanUp = nullptr;
    QAction *m_installTriggers = nullptr;
    QAction *m_simulatedTraffic = nullptr;
};

} // namespace hearth
