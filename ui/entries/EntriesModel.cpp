// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesModel.h"

#include "core/base/Format.h"
#include "core/profiles/Language.h"
#include "ui/dialogs/NodeText.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace hearth {

namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

Voice voiceOf(const EntryRow &entry)
{
    Voice voice;
    voice.id = entry.voiceId;
    voice.name = entry.voiceName;
    return voice;
}

qlonglong milliseconds(WallTime time)
{
    return time.time_since_epoch().count();
}

QString clockText(std::chrono::milliseconds span)
{
    return QString::fromStdString(format::clockTime(duration_cast<seconds>(span)));
}

bool isNumber(int column)
{
    return column == EntriesModel::Hits || column == EntriesModel::Load;
}

} // namespace

EntriesModel::EntriesModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int EntriesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EntriesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EntriesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const EntryRow &row = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(row, index.column());
    case Qt::ToolTipRole:
        return toolTipText(toolTip(row, index.column()));
    case Qt::AccessibleTextRole:
        return displayText(row, index.column());
    case Qt::TextAlignmentRole:
        return QVariant(Qt::Alignment(Qt::AlignVCenter | (isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft)));
    case SortRole:
        return sortValue(row, index.column());
    case FractionLeftRole: {
        const auto left = static_cast<double>((row.expiresAt - m_now).count());
        const auto whole = static_cast<double>(std::chrono::milliseconds(row.ttl).count());
        return isExpired(row) || whole <= 0 ? 0.0 : std::clamp(left / whole, 0.0, 1.0);
    }
    case ExpiredRole:
        return isExpired(row);
    case SupportedLanguageRole:
        return isSupportedLanguage(row.language);
    default:
        return {};
    }
}

QVariant EntriesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::Alignment(Qt::AlignVCenter | (isNumber(section) ? Qt::AlignRight : Qt::AlignLeft)));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case User:
        return tr("User");
    case LanguageName:
        return tr("Language");
    case VoiceName:
        return tr("Voice");
    case State:
        return tr("State");
    case TimeToLive:
        return tr("Time to live");
    case Hits:
        return tr("Hits");
    case Source:
        return tr("Source");
    case Load:
        return tr("Load");
    default:
        return {};
    }
}

bool EntriesModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_rows.size() < m_matching;
}

void EntriesModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        Q_EMIT moreWanted();
}

void EntriesModel::sort(int column, Qt::SortOrder order)
{
    static constexpr EntrySort sorts[] = {EntrySort::Identity, EntrySort::Language,   EntrySort::Voice,
                                          EntrySort::State,    EntrySort::TimeToLive, EntrySort::Hits,
                                          EntrySort::Source,   EntrySort::LoadTime};
    static_assert(std::size(sorts) == ColumnCount);
    if (column >= 0 && column < ColumnCount)
        Q_EMIT sortWanted(sorts[column], order == Qt::DescendingOrder);
}

bool EntriesModel::isExpired(const EntryRow &entry) const
{
    return entry.state == EntryState::Expired || m_now > entry.expiresAt;
}

QString EntriesModel::timeToLiveText(const EntryRow &entry) const
{
    if (!isExpired(entry))
        return clockText(entry.expiresAt - m_now);
    const auto ago = std::max(m_now - entry.expiresAt, std::chrono::milliseconds(0));
    return entry.expiryForced ? tr("forced %1 ago").arg(clockText(ago)) : tr("expired %1 ago").arg(clockText(ago));
}

int EntriesModel::rowOf(const std::string &identity) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&identity](const EntryRow &row) { return row.identity == identity; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

QVariant EntriesModel::sortValue(const EntryRow &entry, int column) const
{
    switch (column) {
    case User:
        return QString::fromStdString(entry.identity);
    case LanguageName:
        return QString::fromStdString(entry.language);
    case VoiceName:
        return QString::fromStdString(entry.voiceName.empty() ? entry.voiceId : entry.voiceName);
    case State:
        return isExpired(entry) ? 1 : 0;
    case TimeToLive:
        return milliseconds(entry.expiresAt);
    case Hits:
        return QVariant::fromValue<qulonglong>(entry.hits);
    case Source:
        return QString::fromStdString(entry.source);
    case Load:
        return QVariant::fromValue<qlonglong>(entry.loadTime.count());
    default:
        return {};
    }
}

QString EntriesModel::displayText(const EntryRow &entry, int column) const
{
    switch (column) {
    case User:
        return dataText(entry.identity);
    case LanguageName:
        return languageText(entry.language);
    case VoiceName:
        return voiceText(voiceOf(entry));
    case State:
        return isExpired(entry) ? tr("expired") : tr("active");
    case TimeToLive:
        return timeToLiveText(entry);
    case Hits:
        return countText(entry.hits);
    case Source:
        return sourceText(entry.source);
    case Load:
        return latencyText(entry.loadTime);
    default:
        return {};
    }
}

QStringList EntriesModel::toolTip(const EntryRow &entry, int column) const
{
    switch (column) {
    case TimeToLive:
    case State:
        return {(isExpired(entry) ? tr("Cached %1, expired %2") : tr("Cached %1, expires %2"))
                    .arg(localTimeText(entry.cachedAt, m_now), localTimeText(entry.expiresAt, m_now)),
                tr("%1 to %2").arg(utcText(entry.cachedAt), utcText(entry.expiresAt))};
    case LanguageName:
        if (!isSupportedLanguage(entry.language))
            return {tr("The service does not support the language “%1”.").arg(dataText(entry.language))};
        break;
    case VoiceName:
        if (!entry.voiceName.empty())
            return {tr("%1 · %2").arg(dataText(entry.voiceName), dataText(entry.voiceId))};
        break;
    default:
        break;
    }
    return {displayText(entry, column)};
}

void EntriesModel::merge(EntriesPage page, std::size_t asked)
{
    const bool isLast = page.rows.size() < asked || page.offset + page.rows.size() >= page.matching;
    m_total = page.total;
    m_matching = std::max(page.matching, page.offset + page.rows.size());
    if (isSameOrder(page.rows, page.offset, asked)) {
        updateValues(std::move(page.rows), page.offset);
        return;
    }

    // The final order, as places in the rows there are, with the new ones behind them.
    std::unordered_map<std::string_view, std::size_t> places;
    places.reserve(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        places.emplace(m_rows[i].identity, i);
    std::vector<bool> isTaken(m_rows.size(), false);
    std::vector<std::size_t> middle;
    std::vector<std::size_t> fresh; // into page.rows
    middle.reserve(page.rows.size());
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        const auto known = places.find(page.rows[i].identity);
        if (known != places.end() && !isTaken[known->second]) {
            middle.push_back(known->second);
            isTaken[known->second] = true;
        } else {
            middle.push_back(m_rows.size() + fresh.size());
            fresh.push_back(i);
        }
    }

    const std::size_t begin = std::min(page.offset, m_rows.size());
    const std::size_t end = std::min(page.offset + asked, m_rows.size());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < begin; ++i) {
        if (!isTaken[i])
            order.push_back(i);
    }
    const std::size_t middleBegin = order.size();
    order.insert(order.end(), middle.begin(), middle.end());
    for (std::size_t i = end; i < m_rows.size() && !isLast; ++i) {
        if (!isTaken[i])
            order.push_back(i);
    }
    const std::size_t finalSize = order.size();

    // Whoever goes is moved to the end first, and whoever comes is added there: two signals however many they are.
    places.clear();
    if (!fresh.empty()) {
        const std::size_t before = m_rows.size();
        beginInsertRows({}, static_cast<int>(before), static_cast<int>(before + fresh.size() - 1));
        for (const std::size_t i : fresh)
            m_rows.push_back(page.rows[i]);
        endInsertRows();
    }
    std::vector<bool> stays(m_rows.size(), false);
    for (const std::size_t place : order)
        stays[place] = true;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (!stays[i])
            order.push_back(i);
    }
    permute(order);
    if (finalSize < m_rows.size()) {
        beginRemoveRows({}, static_cast<int>(finalSize), static_cast<int>(m_rows.size() - 1));
        m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(finalSize), m_rows.end());
        endRemoveRows();
    }
    updateValues(std::move(page.rows), middleBegin);
}

bool EntriesModel::isSameOrder(const std::vector<EntryRow> &rows, std::size_t offset, std::size_t asked) const
{
    if (offset + rows.size() != std::min(offset + asked, m_rows.size()))
        return false;
    return std::equal(rows.begin(), rows.end(), m_rows.begin() + static_cast<std::ptrdiff_t>(offset),
                      [](const EntryRow &a, const EntryRow &b) { return a.identity == b.identity; });
}

void EntriesModel::updateValues(std::vector<EntryRow> rows, std::size_t offset)
{
    std::size_t changedFrom = rows.size();
    for (std::size_t i = 0; i <= rows.size(); ++i) {
        const bool isChanged = i < rows.size() && !(rows[i] == m_rows[offset + i]);
        if (isChanged) {
            m_rows[offset + i] = std::move(rows[i]);
            changedFrom = std::min(changedFrom, i);
        } else if (changedFrom < i) {
            Q_EMIT dataChanged(index(static_cast<int>(offset + changedFrom), 0),
                               index(static_cast<int>(offset + i - 1), ColumnCount - 1));
            changedFrom = rows.size();
        }
    }
}

// order[i] is the present place of what comes to place i.
void EntriesModel::permute(const std::vector<std::size_t> &order)
{
    if (std::is_sorted(order.begin(), order.end()))
        return;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    std::vector<int> newPlace(order.size());
    std::vector<EntryRow> rows;
    rows.reserve(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        newPlace[order[i]] = static_cast<int>(i);
        rows.push_back(std::move(m_rows[order[i]]));
    }
    m_rows = std::move(rows);
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    after.reserve(before.size());
    for (const QModelIndex &old : before)
        after.append(index(newPlace[static_cast<std::size_t>(old.row())], old.column()));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

} // namespace hearth
