// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/PlacesReader.h"

#include "core/node/OnAnswer.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto oldEnough = 30s; // the places are those of the list that was seen

std::size_t sizeOf(const RowRange &place)
{
    return static_cast<std::size_t>(place.last - place.first + 1);
}

} // namespace

PlacesReader::PlacesReader(NodeClient &node, const EntriesQuery &list, std::vector<RowRange> places, QObject *parent)
    : QObject(parent)
    , m_node(node)
    , m_query(list)
    , m_places(std::move(places))
{
    m_query.maxAge = oldEnough;
    for (const RowRange &place : m_places)
        m_wanted += sizeOf(place);
}

PlacesReader::~PlacesReader()
{
    m_asked.cancel();
}

void PlacesReader::start()
{
    askNext();
}

void PlacesReader::askNext()
{
    if (m_next == m_places.size()) {
        Q_EMIT finished(m_rows);
        return;
    }
    const RowRange &place = m_places[m_next];
    m_query.offset = static_cast<std::size_t>(place.first) + m_done;
    m_query.limit = std::min(sizeOf(place) - m_done, pageSize);
    m_asked = m_node.entries(m_query);
    onAnswer(m_asked, this, [this](const Result<EntriesPage> &page) {
        if (page)
            take(*page);
        else
            Q_EMIT failed(page.error());
    });
}

void PlacesReader::take(const EntriesPage &page)
{
    m_rows.insert(m_rows.end(), page.rows.begin(), page.rows.end());
    m_visited += m_query.limit;
    m_done += m_query.limit;
    const bool isListOver = page.rows.size() < m_query.limit;
    if (m_done == sizeOf(m_places[m_next]) || isListOver) {
        m_done = 0;
        m_next = isListOver ? m_places.size() : m_next + 1;
    }
    Q_EMIT progressed(m_visited, m_wanted);
    askNext();
}

} // namespace hearth
