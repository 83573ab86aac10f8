// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QAbstractTableModel>

#include <vector>

namespace hearth {

// Cached users as a table: as many rows as match on the node, of which those around the visible ones are loaded.
//
// It asks nobody itself: sort() states a wish as a signal, merge() brings an answer. What is loaded is one window, a
// few thousand rows at most, so that memory stays flat however many match; other rows are empty (LoadedRole). A row is
// a place in the node's order: users come to other places by dataChanged(), rows come and go at the end only, nothing
// is ever reset. Whoever follows a user looks for them between aboutToMerge() and merged() (EntriesTable does). Time
// passes only by setNow(), and changes no data in the sense of dataChanged(): whoever shows a countdown repaints. GUI
// thread only.
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
        SupportedLanguageRole,   // bool
        LoadedRole,              // bool
        MaskedRole               // bool: the cell hides what the role may not see
    };
    static constexpr std::size_t mostLoaded = 4'000;
    static constexpr std::size_t mostRows =
        10'000'000; // of more that match, these are shown: a view keeps 8 bytes a row

    explicit EntriesModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order) override;

    // These rows stand at page.offset now. What is loaded beside them stays, as far as it fits: a user stands in one
    // place only. Too far away from them, it goes.
    void merge(EntriesPage page);
    // The first rows of another filter or order: nothing else of what is loaded stays.
    void replace(EntriesPage page);
    void setNow(WallTime now) { m_now = now; }

    WallTime now() const { return m_now; }
    std::size_t matching() const { return m_matching; } // on the node
    std::size_t total() const { return m_total; }
    int firstLoaded() const { return static_cast<int>(m_first); }
    int endLoaded() const { return static_cast<int>(m_first + m_rows.size()); } // the row behind the last one
    bool isLoaded(int row) const { return row >= firstLoaded() && row < endLoaded(); }
    const EntryRow &entry(int row) const { return m_rows[static_cast<std::size_t>(row) - m_first]; } // a loaded one
    bool isExpired(const EntryRow &entry) const;
    QString timeToLiveText(const EntryRow &entry) const; // "27:36", "expired 2:10 ago"
    static QString shortAgoText(const QString &clock);   // "2:10 ago"
    int rowOf(const std::string &identity) const;        // Returns: -1 when it is not loaded.
    static EntrySort sortOf(int column);
    static int columnOf(EntrySort sort);
    // The cells of a row, as they are shown.
    QString displayText(const EntryRow &entry, int column) const;

Q_SIGNALS:
    void aboutToMerge();
    void merged(bool isAnotherList); // by replace()
    void sortWanted(hearth::EntrySort sort, bool descending);

private:
    struct Window {
        std::size_t first = 0;
        std::vector<EntryRow> rows;
    };
    std::chrono::milliseconds sinceExpiry(const EntryRow &entry) const;
    void take(const EntriesPage &counts, Window window, bool isAnotherList);
    Window joined(EntriesPage &page) const;
    void resize(std::size_t matching);
    void show(Window window);
    void changed(std::size_t first, std::size_t end);
    QVariant sortValue(const EntryRow &entry, int column) const;
    QStringList toolTip(const EntryRow &entry, int column) const;

    std::vector<EntryRow> m_rows; // from m_first on
    std::size_t m_first = 0;
    std::size_t m_matching = 0;
    std::size_t m_total = 0;
    WallTime m_now{};
};

} // namespace hearth
