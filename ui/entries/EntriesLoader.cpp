// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesLoader.h"

#include "core/node/OnAnswer.h"
#include "ui/entries/EntriesModel.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto youngEnough = 4s; // for what is only looked at otherwise
constexpr auto scrollInterval = 30ms;
constexpr int nearEdge = 100; // rows: so many before the last loaded one, more are asked for

} // namespace

EntriesLoader::EntriesLoader(NodeClient &node, EntriesModel &model, QObject *parent)
    : QObject(parent)
    , m_node(node)
    , m_model(model)
{
    m_scrollTimer.setSingleShot(true);
    m_scrollTimer.setInterval(scrollInterval);
    connect(&m_scrollTimer, &QTimer::timeout, this, &EntriesLoader::loadVisible);
    connect(&m_model, &EntriesModel::sortWanted, this, &EntriesLoader::setSort);
}

EntriesLoader::~EntriesLoader()
{
    giveUp(m_refreshing);
    giveUp(m_scrolling);
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
    m_isAnswered = false;
    giveUp(m_scrolling);
    if (m_isStarted)
        ask(m_refreshing, 0, pageSize, oldEnough());
}

void EntriesLoader::refresh()
{
    m_isStarted = true;
    if (!m_isAnswered)
        return ask(m_refreshing, 0, pageSize, 0s);
    const bool isSeen = m_model.isLoaded(m_firstVisible) && m_model.isLoaded(m_lastVisible);
    const int middle = (m_firstVisible + m_lastVisible) / 2;
    int begin = std::max(middle - static_cast<int>(refreshLimit) / 2, 0);
    int end = begin + static_cast<int>(refreshLimit);
    if (isSeen) { // of what is loaded; else what is visible is being loaded
        begin = std::max(begin, m_model.firstLoaded());
        end = std::min(std::max(end, begin + static_cast<int>(pageSize)), std::max(m_model.endLoaded(), begin));
    }
    const auto rows = static_cast<std::size_t>(end - begin);
    ask(m_refreshing, static_cast<std::size_t>(begin), std::max(rows, pageSize), 0s);
}

void EntriesLoader::noteChange()
{
    m_sinceChange.start();
    if (m_scrolling.number == 0)
        return;
    giveUp(m_scrolling); // its answer may be from before
    m_scrollTimer.start(0ms);
}

// Longer than from one refresh to the next: what is looked at in between needs no list of its own.
std::chrono::milliseconds EntriesLoader::oldEnough() const
{
    const auto old = std::max<std::chrono::milliseconds>(youngEnough, restTime() * 2);
    return m_sinceChange.isValid() ? std::min(old, std::chrono::milliseconds(m_sinceChange.elapsed())) : old;
}

void EntriesLoader::show(int first, int last)
{
    m_firstVisible = first;
    m_lastVisible = last;
    if (!m_scrollTimer.isActive())
        m_scrollTimer.start(m_scrolling.number == 0 ? 0ms : scrollInterval);
}

void EntriesLoader::loadVisible()
{
    if (!m_isAnswered || m_lastVisible < m_firstVisible)
        return; // the first rows of the list are under way
    const int begin = m_model.firstLoaded();
    const int end = m_model.endLoaded();
    const int rows = m_model.rowCount();
    const auto half = static_cast<int>(pageSize) / 2;
    const int middle = (m_firstVisible + m_lastVisible) / 2;
    int from = std::max(middle - half, 0);
    if (m_firstVisible >= begin && m_lastVisible < end) {
        const bool isNearEnd = m_lastVisible + nearEdge >= end && end < rows;
        const bool isNearBegin = m_firstVisible - nearEdge < begin && begin > 0;
        if (!isNearEnd && !isNearBegin)
            return giveUp(m_scrolling); // what was asked for lies elsewhere
        from = isNearEnd ? end : std::max(begin - static_cast<int>(pageSize), 0);
    }
    const auto offset = static_cast<std::size_t>(from);
    const bool isUnderWay = m_scrolling.number != 0 && m_scrolling.offset == offset;
    if (!isUnderWay)
        ask(m_scrolling, offset, pageSize, oldEnough());
}

void EntriesLoader::giveUp(Asking &asking)
{
    if (std::exchange(asking.number, 0) != 0)
        asking.future.cancel();
}

void EntriesLoader::ask(Asking &asking, std::size_t offset, std::size_t limit, std::chrono::milliseconds maxAge)
{
    giveUp(asking);
    if (&asking == &m_refreshing)
        m_sinceRefresh.start();
    asking.number = ++m_lastNumber;
    asking.offset = offset;
    asking.future = m_node.entries({m_filter, m_sort, m_descending, offset, limit, maxAge});
    onAnswer(asking.future, this, [this, &asking, number = asking.number](const Result<EntriesPage> &page) {
        if (number == asking.number) // else a newer one superseded it
            receive(asking, page);
    });
}

void EntriesLoader::receive(Asking &asking, const Result<EntriesPage> &page)
{
    asking.number = 0;
    if (&asking == &m_refreshing)
        m_refreshTime = std::chrono::milliseconds(m_sinceRefresh.elapsed());
    if (!page)
        return fail(page.error());
    m_takenAt = page->takenAt;
    m_sinceTaken.start();
    m_model.setNow(m_takenAt);
    if (std::exchange(m_isAnswered, true)) {
        if (&asking == &m_scrolling || !isOutOfSight(*page))
            m_model.merge(*page);
    } else {
        m_lastAnswered = List{m_filter, m_sort, m_descending};
        m_model.replace(*page);
    }
    Q_EMIT answered();
}

// A refresh of rows that somebody has left meanwhile would put away those that they look at.
bool EntriesLoader::isOutOfSight(const EntriesPage &page) const
{
    if (m_lastVisible < m_firstVisible || !m_model.isLoaded(m_firstVisible))
        return false;
    const auto first = static_cast<std::size_t>(m_firstVisible);
    const std::size_t end = page.offset + page.rows.size();
    return first < page.matching && (page.offset > static_cast<std::size_t>(m_lastVisible) || end <= first);
}

void EntriesLoader::fail(const Error &error)
{
    if (error.code != ErrorCode::PermissionDenied || m_isAnswered || !m_lastAnswered) {
        Q_EMIT failed(error);
        return;
    }
    m_filter = m_lastAnswered->filter;
    m_sort = m_lastAnswered->sort;
    m_descending = m_lastAnswered->descending;
    m_isAnswered = true; // of that list rows are loaded
    Q_EMIT refused(error);
}

} // namespace hearth
