// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"

#include <QElapsedTimer>
#include <QFuture>
#include <QObject>
#include <QTimer>

#include <optional>

namespace hearth {

class EntriesModel;

// Fills an EntriesModel from a node: the first rows of a filter and an order, the rows around the visible ones, and
// from time to time what is loaded anew. Only looks. At most one question of each sort is under way; one that a newer
// one supersedes is cancelled, and its answer dropped. What is only looked at otherwise (another order, a letter more,
// scrolling) may be a few seconds old, so that the node can answer it from what it has; a refresh may not.
// GUI thread only. Borrows both; they must outlive it.
class EntriesLoader final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t pageSize = 500;       // rows asked for at a time
    static constexpr std::size_t refreshLimit = 1'000; // of those that are loaded, so many around the visible ones

    EntriesLoader(NodeClient &node, EntriesModel &model, QObject *parent = nullptr);
    ~EntriesLoader() override;

    const EntriesFilter &filter() const { return m_filter; }
    EntrySort sort() const { return m_sort; }
    bool isDescending() const { return m_descending; }
    bool isLoading() const { return !m_isAnswered; } // no answer yet for this filter and order
    // The node's clock, by its last answer.
    WallTime nodeNow() const;
    bool isRefreshing() const { return m_refreshing.number != 0; }
    bool isScrolling() const { return m_scrolling.number != 0 || m_scrollTimer.isActive(); }
    // So long it should be left in peace after a refresh: ten times what that took.
    std::chrono::milliseconds restTime() const { return m_refreshTime * 10; }

    void setFilter(const EntriesFilter &filter);
    void setSort(EntrySort sort, bool descending);
    // These rows are visible: loads what of them, and around them, is not loaded.
    void show(int first, int last);
    // What is cached was changed from here: nothing that was read before is shown again.
    void noteChange();
    // Asks again for the rows around the visible ones; what was asked before does not count.
    void refresh();

Q_SIGNALS:
    void answered();
    void failed(const hearth::Error &error);
    // The node does not sort or filter like that for us: filter and order are the last ones that it answered.
    void refused(const hearth::Error &error);

private:
    // A question that is under way: at most one of each kind.
    struct Asking {
        QFuture<Result<EntriesPage>> future;
        std::uint64_t number = 0; // 0: none
        std::size_t offset = 0;
    };
    struct List {
        EntriesFilter filter;
        EntrySort sort = EntrySort::Identity;
        bool descending = false;
    };
    void restart();
    void loadVisible();
    void ask(Asking &asking, std::size_t offset, std::size_t limit, std::chrono::milliseconds maxAge);
    void giveUp(Asking &asking);
    void receive(Asking &asking, const Result<EntriesPage> &page);
    void fail(const Error &error);
    std::chrono::milliseconds oldEnough() const;
    bool isOutOfSight(const EntriesPage &page) const;

    NodeClient &m_node;
    EntriesModel &m_model;
    EntriesFilter m_filter;
    EntrySort m_sort = EntrySort::Identity;
    bool m_descending = false;
    std::optional<List> m_lastAnswered;
    std::uint64_t m_lastNumber = 0;
    Asking m_refreshing;
    Asking m_scrolling;
    int m_firstVisible = 0;
    int m_lastVisible = -1;
    bool m_isAnswered = false;
    bool m_isStarted = false;
    QTimer m_scrollTimer; // scrolling asks at most so often
    WallTime m_takenAt{};
    QElapsedTimer m_sinceTaken;
    QElapsedTimer m_sinceRefresh;
    std::chrono::milliseconds m_refreshTime{0};
    QElapsedTimer m_sinceChange;
};

} // namespace hearth
