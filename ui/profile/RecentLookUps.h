// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QStringList>

namespace hearth {

// Whom somebody looked up lately, newest first, each once. For as long as the window is open, and never written
// anywhere: who was looked at is personal data. GUI thread only.
class RecentLookUps final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { IdentityRole = Qt::UserRole }; // as it was typed; the display text has it made visible
    static constexpr int most = 10;

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    void add(const QString &identity);

private:
    QStringList m_identities;
};

} // namespace hearth
