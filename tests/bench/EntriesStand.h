// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/EntryListings.h"
#include "tests/support/FakeNode.h"

#include <QAbstractTableModel>
#include <QThreadPool>

#include <vector>

// What the page of entries is measured on.
namespace hearth::bench {

// A cache of so many users in six languages, with hits and deadlines of their own. Not synchronized.
struct EntriesCache {
    explicit EntriesCache(std::size_t entries);

    SystemClock clock;
    ProfileTexts texts;
    ProfileCache cache;
    VoiceCatalog voices;
};

// Answers for that cache's entries as a LocalNode does: on threads of its own, and not to the end where nobody waits.
// GUI thread only. Borrows the cache.
class EntriesNode final : public FakeNode
{
    Q_OBJECT

public:
    explicit EntriesNode(EntriesCache &cache);
    ~EntriesNode() override;

    QFuture<Result<EntriesPage>> entries(const EntriesQuery &query) override;

private:
    EntriesCache &m_cache;
    EntryListings m_listings;
    QThreadPool m_pool;
};

// The rows in a plain model, as one would write it first: for QSortFilterProxyModel. GUI thread only.
class PlainEntries final : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit PlainEntries(std::vector<EntryRow> rows);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    std::vector<EntryRow> m_rows;
};

} // namespace hearth::bench
