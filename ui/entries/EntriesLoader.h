// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"

#include <QElapsedTimer>
#include <QObject>

namespace hearth {

class EntriesModel;

// Fills an EntriesModel from a node: the first page of a filter and an order, further pages as the model wants them,
// and from time to time what is loaded anew. Only looks. Answers to superseded questions are dropped; at most one
// question of each sort is under way. GUI thread only. Borrows both; they must outlive it.
class EntriesLoader final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t pageSize = 500;
    static constexpr std::size_t refreshLimit = 4'000; // rows asked anew at a time: those around the visible ones

    EntriesLoader(NodeClient &node, EntriesModel &model, QObject *parent = nullptr);

    const EntriesFilter &filter() const { return m_filter; }
    EntrySort sort() const { return m_sort; }
    bool isDescending() const { return m_descending; }
    bool isLoading() const { return !m_isAnswered; } // no answer yet for this filter and order
    // The node's clock, by its last answer.
    WallTime nodeNow() const;

    void setFilter(const EntriesFilter &filter);
    void setSort(EntrySort sort, bool descending);
    // Asks again for what is loaded; beyond refreshLimit, for what is around this row.
    void refresh(int firstVisibleRow = 0);

Q_SIGNALS:
    void answered();
    void failed(const hearth::Error &error);

private:
    void restart();
    void loadMore();
    void ask(std::size_t offset, std::size_t limit, bool &isUnderWay);
    void receive(const EntriesPage &page, std::size_t asked);

    NodeClient &m_node;
    EntriesModel &m_model;
    EntriesFilter m_filter;
    EntrySort m_sort = EntrySort::Identity;
    bool m_descending = false;
    std::uint64_t m_generation = 0; // of filter and order
    bool m_isAnswered = false;
    bool m_isRefreshing = false;
    bool m_isLoadingMore = false;
    bool m_isStarted = false;
    WallTime m_takenAt{};
    QElapsedTimer m_sinceTaken;
};

} // namespace hearth
