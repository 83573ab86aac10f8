// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/NodeNotice.h"

#include "core/base/Format.h"
#include "ui/dialogs/NodeText.h"

#include <QCoreApplication>

namespace hearth {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NodeNotice)
};

QString sentences(std::initializer_list<QString> parts)
{
    QStringList said;
    for (const QString &part : parts) {
        if (!part.isEmpty())
            said.append(part);
    }
    return said.join(QLatin1Char(' '));
}

// What becomes of the gets while the database is away.
QString whatGoesOn(const Stats &stats)
{
    QString words = Words::tr("Cached profiles go on being served");
    if (stats.staleGrace.count() > 0)
        words += Words::tr(", expired ones for %1 more, as stale")
                     .arg(QString::fromStdString(format::span(stats.staleGrace)));
    words += QLatin1Char('.');
    if (stats.database.circuit.state != CircuitState::Closed)
        words += Words::tr(" The circuit breaker is open: loads fail at once.");
    return words;
}

NodeNotice databaseNotice(const QString &title, const NodeInfo &node, const Stats &stats)
{
    const DatabaseStatus &database = stats.database;
    return {Tone::Error, title,
            sentences({dataText(database.problem), dataText(database.nextStep), whatGoesOn(stats),
                       node.embedded ? Words::tr("Hearth keeps trying.") : Words::tr("The node keeps trying.")}),
            false};
}

} // namespace

std::optional<NodeNotice> noticeFor(const NodeInfo &node, const NodeLink &link, const Stats &stats)
{
    switch (link.state) {
    case LinkState::Lost:
        return NodeNotice{Tone::Error, Words::tr("%1 does not answer").arg(shortText(node.name)),
                          sentences({dataText(link.problem),
                                     node.instanceId.empty() ? QString() // nothing was heard yet
                                                             : Words::tr("What is shown is the last that was heard."),
                                     Words::tr("Hearth keeps trying.")}),
                          false};
    case LinkState::Refused:
        return NodeNotice{
            Tone::Error, Words::tr("%1 cannot be watched").arg(shortText(node.name)),
            sentences(
                {dataText(link.problem),
                 Words::tr(
                     "Check the address, HEARTH_TOKEN and HEARTH_CA_FILE. Hearth tries again every half minute.")}),
            false};
    case LinkState::Connecting:
        return std::nullopt; // the frame says so, and nothing is wrong yet
    case LinkState::Connected:
        break;
    }
    switch (stats.database.state) {
    case DatabaseState::Unreachable:
        return databaseNotice(Words::tr("Database unreachable"), node, stats);
    case DatabaseState::Unusable:
        return databaseNotice(Words::tr("The database cannot be used"), node, stats);
    case DatabaseState::Connecting:
    case DatabaseState::Reachable:
        break;
    }
    if (stats.database.notice.empty())
        return std::nullopt;
    return NodeNotice{Tone::Warning, Words::tr("Good to know"), dataText(stats.database.notice),
                      stats.database.state == DatabaseState::Reachable};
}

} // namespace hearth
