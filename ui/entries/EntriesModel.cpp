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
    case ShortTextRole:
        return isExpired(row) ? shortAgoText(clockText(sinceExpiry(row))) : timeToLiveText(row);
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
    const QString ago = clockText(sinceExpiry(entry));
    return entry.expiryForced ? tr("forced %1 ago").arg(ago) : tr("expired %1 ago").arg(ago);
}

QString EntriesModel::shortAgoText(const QString &clock)
{
    return tr("%1 ago").arg(clock);
}

std::chrono::milliseconds EntriesModel::sinceExpiry(const EntryRow &entry) const
{
    return std::max<std::chrono::milliseconds>(m_now - entry.expiresAt, std::chrono::milliseconds(0));
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
    Q_EMIT aboutToMerge();
    m_total = page.total;
    m_matching = std::max(page.matching, page.offset + page.rows.size());
    const std::size_t offset = std::min(page.offset, m_rows.size());
    if (!isSameOrder(page.rows, offset, asked))
        rearrange(page, asked);
    // Users of the page that stood before it have come into it: it may begin earlier now.
    const std::size_t begin = page.rows.empty() ? 0 : static_cast<std::size_t>(rowOf(page.rows.front().identity));
    updateValues(std::move(page.rows), begin);
    Q_EMIT merged();
}

// Brings the users into their new order. Whoever comes is added at the end first, and whoever goes is moved there
// before it is cut off: at most three signals, however many users come and go.
void EntriesModel::rearrange(const EntriesPage &page, std::size_t asked)
{
    std::unordered_map<std::string_view, std::size_t> places;
    places.reserve(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        places.emplace(m_rows[i].identity, i);

    const std::size_t known = m_rows.size();
    std::vector<bool> isPlaced(known, false);
    std::vector<std::size_t> middle; // the page, as places in what there is and, behind it, what comes
    std::vector<std::size_t> fresh;  // what comes, as places in the page
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        const auto found = places.find(page.rows[i].identity);
        const bool isKnown = found != places.end() && !isPlaced[found->second];
        middle.push_back(isKnown ? found->second : known + fresh.size());
        if (isKnown)
            isPlaced[found->second] = true;
        else
            fresh.push_back(i);
    }

    const bool isLast = page.rows.size() < asked || page.offset + page.rows.size() >= page.matching;
    std::vector<std::size_t> order;
    order.reserve(known + fresh.size());
    for (std::size_t i = 0; i < std::min(page.offset, known); ++i) {
        if (!isPlaced[i])
            order.push_back(i);
    }
    order.insert(order.end(), middle.begin(), middle.end());
    for (std::size_t i = page.offset + asked; i < known && !isLast; ++i) {
        if (!isPlaced[i])
            order.push_back(i);
    }

    const std::size_t finalSize = order.size();
    std::vector<bool> stays(known + fresh.size(), false);
    for (const std::size_t place : order)
        stays[place] = true;
    for (std::size_t i = 0; i < stays.size(); ++i) {
        if (!stays[i])
            order.push_back(i);
    }
    append(page.rows, fresh);
    permute(order);
    truncate(finalSize);
}

void EntriesModel::append(const std::vector<EntryRow> &rows, const std::vector<std::size_t> &which)
{
    if (which.empty())
        return;
    const auto first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(which.size()) - 1);
    for (const std::size_t i : which)
        m_rows.push_back(rows[i]);
    endInsertRows();
}

void EntriesModel::truncate(std::size_t size)
{
    if (size >= m_rows.size())
        return;
    beginRemoveRows({}, static_cast<int>(size), static_cast<int>(m_rows.size()) - 1);
    m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(size), m_rows.end());
    endRemoveRows();
}

bool EntriesModel::isSameOrder(const std::vector<EntryRow> &rows, std::size_t offset, std::size_t asked) const
{
    if (offset + rows.size() != std::min(offset + asked, m_rows.size()))
        return false;
    return std::equal(rows.begin(), rows.end(), m_rows.begin() + static_cast<std::ptrdiff_t>(offset),
                      [](const EntryRow &a, const EntryRow &b) { return a.identity == b.identity; });
}

// One signal for all: a view repaints what it shows of them once, however many there are.
void EntriesModel::updateValues(std::vector<EntryRow> rows, std::size_t offset)
{
    std::size_t first = rows.size();
    std::size_t last = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[offset + i])
            continue;
        m_rows[offset + i] = std::move(rows[i]);
        first = std::min(first, i);
        last = i;
    }
    if (first < rows.size())
        Q_EMIT dataChanged(index(static_cast<int>(offset + first), 0),
                           index(static_cast<int>(offset + last), ColumnCount - 1));
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
