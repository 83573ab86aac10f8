// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesLoader.h"

#include "core/node/OnAnswer.h"
#include "ui/entries/EntriesModel.h"

#include <algorithm>

namespace hearth {

EntriesLoader::EntriesLoader(NodeClient &node, EntriesModel &model, QObject *parent)
    : QObject(parent)
    , m_node(node)
    , m_model(model)
{
    connect(&m_model, &EntriesModel::moreWanted, this, &EntriesLoader::loadMore);
    connect(&m_model, &EntriesModel::sortWanted, this, &EntriesLoader::setSort);
}

WallTime EntriesLoader::nodeNow() const
{
    return m_sinceTaken.isValid() ? m_takenAt + std::chrono::milliseconds(m_sinceTaken.elapsed()) : m_takenAt;
}

void EntriesLoader::setFilter(const EntriesFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    restart();
}

void EntriesLoader::setSort(EntrySort sort, bool descending)
{
    if (sort == m_sort && descending == m_descending)
        return;
    m_sort = sort;
    m_descending = descending;
    restart();
}

void EntriesLoader::restart()
{
    ++m_generation;
    m_isAnswered = false;
    m_isRefreshing = false;
    m_isLoadingMore = false;
    if (m_isStarted)
        ask(0, pageSize, m_isRefreshing);
}

void EntriesLoader::refresh(int firstVisibleRow)
{
    m_isStarted = true;
    if (m_isRefreshing)
        return;
    const std::size_t loaded = m_model.loaded();
    if (loaded <= refreshLimit || !m_isAnswered) {
        ask(0, m_isAnswered ? std::max(pageSize, loaded) : pageSize, m_isRefreshing);
        return;
    }
    const std::size_t visible = firstVisibleRow > 0 ? static_cast<std::size_t>(firstVisibleRow) : 0;
    const std::size_t centred = visible > refreshLimit / 2 ? visible - refreshLimit / 2 : 0;
    ask(std::min(centred, loaded - refreshLimit), refreshLimit, m_isRefreshing);
}

void EntriesLoader::loadMore()
{
    if (m_isAnswered && !m_isLoadingMore)
        ask(m_model.loaded(), pageSize, m_isLoadingMore);
}

void EntriesLoader::ask(std::size_t offset, std::size_t limit, bool &isUnderWay)
{
    isUnderWay = true;
    const EntriesQuery query{m_filter, m_sort, m_descending, offset, limit};
    onAnswer(m_node.entries(query), this,
             [this, generation = m_generation, offset, limit, &isUnderWay](const Result<EntriesPage> &page) {
                 if (generation != m_generation)
                     return; // another filter or order superseded it
                 isUnderWay = false;
                 if (!page) {
                     Q_EMIT failed(page.error());
                     return;
                 }
                 if (offset > m_model.loaded())
                     return; // rows went meanwhile: the model will ask for the page that follows now
                 receive(*page, limit);
             });
}

void EntriesLoader::receive(const EntriesPage &page, std::size_t asked)
{
    m_takenAt = page.takenAt;
    m_sinceTaken.start();
    m_model.setNow(m_takenAt);
    // A new filter or order answers with its first page only: what stood behind it belongs to the old one.
    const bool isFirst = !m_isAnswered;
    m_isAnswered = true;
    m_model.merge(page, isFirst ? std::max(asked, m_model.loaded()) : asked);
    Q_EMIT answered();
}

} // namespace hearth
