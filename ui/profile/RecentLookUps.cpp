// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/RecentLookUps.h"

#include "ui/widgets/VisibleText.h"

namespace hearth {

int RecentLookUps::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_identities.size());
}

QVariant RecentLookUps::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == IdentityRole)
        return m_identities[index.row()];
    return role == Qt::DisplayRole ? visibleText(m_identities[index.row()]) : QVariant();
}

void RecentLookUps::add(const QString &identity)
{
    const auto known = static_cast<int>(m_identities.indexOf(identity));
    if (known == 0)
        return;
    if (known > 0) {
        beginMoveRows({}, known, known, {}, 0);
        m_identities.move(known, 0);
        endMoveRows();
        return;
    }
    beginInsertRows({}, 0, 0);
    m_identities.prepend(identity);
    endInsertRows();
    if (m_identities.size() > most) {
        beginRemoveRows({}, most, most);
        m_identities.removeLast();
        endRemoveRows();
    }
}

} // namespace hearth
