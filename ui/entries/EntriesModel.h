// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QAbstractTableModel>

#include <vector>

namespace hearth {

// Cached users as a table: the pages of a node's entries that were loaded so far, in the node's order.
//
// It asks nobody itself: fetchMore() and sort() state a wish as a signal, merge() brings the answer. Merging keeps
// what persistent indexes point to, so selection and current row stay with their user. GUI thread only.
// Time passes only by setNow(), and changes no data in the sense of dataChanged(): whoever shows a countdown repaints.
class EntriesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { User, LanguageName, VoiceName, State, TimeToLive, Hits, Source, Load, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole, // the raw value
        FractionLeftRole,        // double, 0-1, of the TTL
        ExpiredRole,             // bool, as of now
        ShortTextRole,           // of the time to live: without the word that the state's column says as well
        SupportedLanguageRole    // bool
    };

    explicit EntriesModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    void sort(int column, Qt::SortOrder order) override;

    // These rows stand at page.offset now, in place of the `asked` that stood there; a user among them is nowhere else.
    void merge(EntriesPage page, std::size_t asked);
    void setNow(WallTime now) { m_now = now; }

    WallTime now() const { return m_now; }
    std::size_t loaded() const { return m_rows.size(); }
    std::size_t matching() const { return m_matching; } // on the node
    std::size_t total() const { return m_total; }
    const EntryRow &entry(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    bool isExpired(const EntryRow &entry) const;
    QString timeToLiveText(const EntryRow &entry) const; // "27:36", "expired 2:10 ago"
    static QString shortAgoText(const QString &clock);   // "2:10 ago"
    int rowOf(const std::string &identity) const;        // Returns: -1 when it is not loaded.

Q_SIGNALS:
    void aboutToMerge();
    void merged();
    void moreWanted();
    void sortWanted(hearth::EntrySort sort, bool descending);

private:
    std::chrono::milliseconds sinceExpiry(const EntryRow &entry) const;
    void rearrange(const EntriesPage &page, std::size_t asked);
    bool isSameOrder(const std::vector<EntryRow> &rows, std::size_t offset, std::size_t asked) const;
    void append(const std::vector<EntryRow> &rows, const std::vector<std::size_t> &which);
    void truncate(std::size_t size);
    void updateValues(std::vector<EntryRow> rows, std::size_t offset);
    void permute(const std::vector<std::size_t> &order);
    QVariant sortValue(const EntryRow &entry, int column) const;
    QString displayText(const EntryRow &entry, int column) const;
    QStringList toolTip(const EntryRow &entry, int column) const;

    std::vector<EntryRow> m_rows;
    std::size_t m_matching = 0;
    std::size_t m_total = 0;
    WallTime m_now{};
};

} // namespace hearth
