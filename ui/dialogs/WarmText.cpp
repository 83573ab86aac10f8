// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Format.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/WarmUsersDialog.h"

#include <cmath>

namespace hearth {

QString warmProgressText(const WarmStatus &status)
{
    if (status.requested == 0)
        return WarmUsersDialog::tr("Finding out who they are …");
    QString text =
        WarmUsersDialog::tr("%1 of %2").arg(countText(status.done), countText(std::max(status.requested, status.done)));
    const double elapsed = std::chrono::duration<double>(status.elapsed).count();
    if (status.done == 0 || elapsed <= 0)
        return text;
    const double perSecond = static_cast<double>(status.done) / elapsed;
    text += WarmUsersDialog::tr(" · %1").arg(QString::fromStdString(format::rate(perSecond)));
    if (status.done >= status.requested)
        return text;
    const double left = std::ceil(static_cast<double>(status.requested - status.done) / perSecond);
    const auto seconds = std::chrono::seconds(static_cast<std::int64_t>(std::min(left, 1e9)));
    return text + WarmUsersDialog::tr(" · about %1 left").arg(spanText(seconds));
}

QString warmResultText(const WarmStatus &status)
{
    QStringList parts{WarmUsersDialog::tr("%1 warmed").arg(usersText(status.warmed))};
    if (status.alreadyCached > 0)
        parts << WarmUsersDialog::tr("%1 cached already").arg(countText(status.alreadyCached));
    if (status.notFound > 0)
        parts << WarmUsersDialog::tr("%1 not in the database").arg(countText(status.notFound));
    if (status.failed > 0)
        parts << WarmUsersDialog::tr("%1 failed").arg(countText(status.failed));
    QString text =
        WarmUsersDialog::tr("%1, in %2.").arg(parts.join(WarmUsersDialog::tr(", ")), spanText(status.elapsed));
    if (!status.problem.empty())
        text += QLatin1Char(' ') + errorText(Error{ErrorCode::Unavailable, status.problem});
    return text;
}

QString warmEstimateText(const WarmEstimate &estimate, std::size_t perSecond)
{
    if (estimate.requested == 0)
        return WarmUsersDialog::tr("There are no such users.");
    if (estimate.toLoad == 0)
        return WarmUsersDialog::tr("%1, all of them cached already").arg(usersText(estimate.requested));
    const QString queries = estimate.queries == 1 ? WarmUsersDialog::tr("one query") : queriesText(estimate.queries);
    const QString text = WarmUsersDialog::tr("%1, %2 not cached, %3")
                             .arg(usersText(estimate.requested), countText(estimate.toLoad), queries);
    if (perSecond == 0)
        return text;
    const std::uint64_t seconds = (estimate.toLoad + perSecond - 1) / perSecond;
    return WarmUsersDialog::tr("%1, about %2").arg(text, spanText(std::chrono::seconds(seconds)));
}

} // namespace hearth
