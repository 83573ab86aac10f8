// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesModel.h"

#include "core/base/Format.h"
#include "core/profiles/Language.h"
#include "ui/dialogs/NodeText.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace hearth {

namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

// By column.
constexpr std::array<EntrySort, EntriesModel::ColumnCount> sorts{
    EntrySort::Identity,   EntrySort::Language, EntrySort::Voice,  EntrySort::State,
    EntrySort::TimeToLive, EntrySort::Hits,     EntrySort::Source, EntrySort::LoadTime};

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

// In place of what the role may not see.
QString hiddenText()
{
    return QStringLiteral("•••");
}

// Of a page beyond the end only the counts say something; what is on a page matches.
void correct(EntriesPage &page)
{
    if (page.rows.empty())
        page.offset = std::min(page.offset, page.matching);
    page.matching = std::max(page.matching, page.offset + page.rows.size());
}

bool isHidden(const EntryRow &entry, int column)
{
    return entry.masked && (column == EntriesModel::LanguageName || column == EntriesModel::VoiceName);
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
    return parent.isValid() ? 0 : static_cast<int>(std::min(m_matching, mostRows));
}

int EntriesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EntriesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::Alignment(Qt::AlignVCenter | (isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft)));
    if (role == LoadedRole)
        return isLoaded(index.row());
    if (!isLoaded(index.row()))
        return role == Qt::AccessibleTextRole ? tr("not read yet") : QVariant();
    const EntryRow &row = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(row, index.column());
    case Qt::ToolTipRole:
        return toolTipText(toolTip(row, index.column()));
    case Qt::AccessibleTextRole:
        return displayText(row, index.column());
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
    case MaskedRole:
        return isHidden(row, index.column());
    case SupportedLanguageRole:
        return row.masked || isSupportedLanguage(row.language);
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

void EntriesModel::sort(int column, Qt::SortOrder order)
{
    if (column >= 0 && column < ColumnCount)
        Q_EMIT sortWanted(sortOf(column), order == Qt::DescendingOrder);
}

EntrySort EntriesModel::sortOf(int column)
{
    return sorts.at(static_cast<std::size_t>(column));
}

int EntriesModel::columnOf(EntrySort sort)
{
    return static_cast<int>(std::find(sorts.begin(), sorts.end(), sort) - sorts.begin());
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
    return found == m_rows.end() ? -1 : firstLoaded() + static_cast<int>(found - m_rows.begin());
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
    if (isHidden(entry, column))
        return hiddenText();
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
    if (isHidden(entry, column))
        return {tr("The role with which you are here is not shown languages and voices."),
                tr("An operator sees them; in a user's profile they can be revealed with a reason.")};
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

void EntriesModel::merge(EntriesPage page)
{
    correct(page);
    Window window = joined(page);
    take(page, std::move(window), false);
}

void EntriesModel::replace(EntriesPage page)
{
    correct(page);
    Window window{page.offset, std::move(page.rows)};
    take(page, std::move(window), true);
}

void EntriesModel::take(const EntriesPage &counts, Window window, bool isAnotherList)
{
    Q_EMIT aboutToMerge();
    m_total = counts.total;
    resize(counts.matching);
    show(std::move(window));
    Q_EMIT merged(isAnotherList);
}

// The page, and what stands beside it now without a gap.
EntriesModel::Window EntriesModel::joined(EntriesPage &page) const
{
    const std::size_t begin = page.offset;
    const std::size_t end = begin + page.rows.size();
    const std::size_t endBefore = std::min(m_first + m_rows.size(), page.matching);
    if (page.rows.empty() || begin > endBefore || end < m_first)
        return {begin, std::move(page.rows)};

    std::unordered_set<std::string_view> users;
    users.reserve(page.rows.size());
    for (const EntryRow &row : page.rows)
        users.insert(row.identity);
    // Who has come into the page stood elsewhere before: from there on all have moved.
    const auto stays = [&](std::size_t place) { return users.count(m_rows[place - m_first].identity) == 0; };
    std::size_t first = begin;
    while (first > m_first && stays(first - 1))
        --first;
    std::size_t last = end;
    while (last < endBefore && stays(last))
        ++last;

    const std::size_t room = mostLoaded - std::min(mostLoaded, page.rows.size());
    const std::size_t behind = last - end;
    const std::size_t head = std::min(begin - first, std::max(room / 2, room - std::min(room, behind)));
    const std::size_t tail = std::min(behind, room - head);
    const auto at = [this](std::size_t place) { return m_rows.begin() + static_cast<std::ptrdiff_t>(place - m_first); };
    Window window{begin - head, {}};
    window.rows.reserve(head + page.rows.size() + tail);
    if (head > 0)
        window.rows.assign(at(begin - head), at(begin));
    std::move(page.rows.begin(), page.rows.end(), std::back_inserter(window.rows));
    if (tail > 0)
        window.rows.insert(window.rows.end(), at(end), at(end + tail));
    return window;
}

// Brings the number of rows to what matches now: at the end, where nothing is loaded then.
void EntriesModel::resize(std::size_t matching)
{
    const int before = rowCount();
    const int after = static_cast<int>(std::min(matching, mostRows));
    if (after < before) {
        beginRemoveRows({}, after, before - 1);
        m_matching = matching;
        const std::size_t left = m_first < matching ? std::min(matching - m_first, m_rows.size()) : 0;
        m_rows.resize(left);
        endRemoveRows();
    } else if (after > before) {
        beginInsertRows({}, before, after - 1);
        m_matching = matching;
        endInsertRows();
    }
    m_matching = matching;
}

// At most two signals: a view repaints what it shows of the rows once, however many there are.
void EntriesModel::show(Window window)
{
    const std::size_t end = window.first + window.rows.size();
    const std::size_t endBefore = m_first + m_rows.size();
    const std::size_t firstBefore = std::exchange(m_first, window.first);
    const std::vector<EntryRow> before = std::exchange(m_rows, std::move(window.rows));
    // … where both were loaded and are the same, nothing has changed.
    const std::size_t commonFirst = std::max(m_first, firstBefore);
    const std::size_t commonEnd = std::min(end, endBefore);
    if (commonFirst >= commonEnd) {
        changed(firstBefore, endBefore);
        changed(m_first, end);
        return;
    }
    std::size_t first = std::min(m_first, firstBefore);
    std::size_t last = std::max(end, endBefore);
    const auto isSame = [&](std::size_t row) { return before[row - firstBefore] == m_rows[row - m_first]; };
    if (m_first == firstBefore) {
        first = commonFirst;
        while (first < commonEnd && isSame(first))
            ++first;
    }
    if (end == endBefore) {
        last = commonEnd;
        while (last > first && isSame(last - 1))
            --last;
    }
    changed(first, last);
}

void EntriesModel::changed(std::size_t first, std::size_t end)
{
    end = std::min(end, static_cast<std::size_t>(rowCount()));
    if (first < end)
        Q_EMIT dataChanged(index(static_cast<int>(first), 0), index(static_cast<int>(end) - 1, ColumnCount - 1));
}

} // namespace hearth
