// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/entries/SelectedUsers.h"

#include <QFuture>
#include <QObject>

#include <vector>

namespace hearth {

// Reads the rows at certain places of a list, page by page: who was selected without having been loaded.
//
// One reading per object; destroying it gives it up. GUI thread only. Borrows the node.
class PlacesReader final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t pageSize = 5'000;

    // The list's offset and limit mean nothing. The places are in its order.
    PlacesReader(NodeClient &node, const EntriesQuery &list, std::vector<RowRange> places, QObject *parent = nullptr);
    ~PlacesReader() override;

    void start();

Q_SIGNALS:
    void progressed(std::size_t read, std::size_t wanted);
    void finished(const std::vector<hearth::EntryRow> &rows); // fewer than the places, if the list has become shorter
    void failed(const hearth::Error &error);

private:
    void askNext();
    void take(const EntriesPage &page);

    NodeClient &m_node;
    EntriesQuery m_query;
    const std::vector<RowRange> m_places;
    std::size_t m_next = 0;    // of the places
    std::size_t m_done = 0;    // rows of that place
    std::size_t m_wanted = 0;  // rows in all
    std::size_t m_visited = 0; // rows of places that were asked for
    std::vector<EntryRow> m_rows;
    QFuture<Result<EntriesPage>> m_asked;
};

} // namespace hearth
