// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/ProfileFieldsModel.h"

#include "ui/dialogs/NodeText.h"
#include "ui/profile/ProfileVerdict.h"

#include <algorithm>

namespace hearth {

namespace {

struct Side {
    std::array<QString, ProfileFieldsModel::RowCount> texts;
    std::array<QString, ProfileFieldsModel::RowCount> tips;
};

Side sideOf(const ProfilePtr &profile, const Voice &voice, bool isMasked, WallTime now)
{
    using Model = ProfileFieldsModel;
    Side side;
    if (!profile) {
        side.texts.fill(QStringLiteral("—"));
        return side;
    }
    if (isMasked) {
        side.texts.fill(Model::tr("masked"));
        side.tips.fill(Model::tr("Your role does not see this. “Reveal…” shows it for a minute, with a reason."));
        side.tips[Model::Updated].clear();
    } else {
        side.texts[Model::NativeLanguage] = languageText(profile->nativeLanguage);
        side.texts[Model::VoiceAvatar] = voiceText(voice);
        side.tips[Model::VoiceAvatar] = dataText(voice.id);
        side.texts[Model::FormalTone] = yesNo(profile->formalTone);
        side.texts[Model::PreserveEmotion] = yesNo(profile->preserveEmotion);
    }
    side.texts[Model::Updated] =
        profile->updatedAt ? localTimeText(*profile->updatedAt, now) : ProfileFieldsModel::tr("unknown");
    if (profile->updatedAt)
        side.tips[Model::Updated] = utcText(*profile->updatedAt);
    return side;
}

bool isNamed(const ProfileView &view, const char *field)
{
    return std::find(view.differing.begin(), view.differing.end(), field) != view.differing.end();
}

} // namespace

ProfileFieldsModel::ProfileFieldsModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int ProfileFieldsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : RowCount;
}

int ProfileFieldsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ProfileFieldsModel::fieldName(int row)
{
    switch (row) {
    case NativeLanguage:
        return tr("Native language");
    case VoiceAvatar:
        return tr("Voice");
    case FormalTone:
        return tr("Formal tone");
    case PreserveEmotion:
        return tr("Preserve emotion");
    case Updated:
        return tr("Updated");
    default:
        return {};
    }
}

QVariant ProfileFieldsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Line &line = m_lines[static_cast<std::size_t>(index.row())];
    const bool isField = index.column() == Field;
    const QString &text = index.column() == Cached ? line.cached : line.database;
    switch (role) {
    case Qt::DisplayRole:
        return isField ? fieldName(index.row()) : text;
    case Qt::AccessibleTextRole:
        return isField ? fieldName(index.row()) : line.differs ? tr("%1, differs").arg(text) : text;
    case Qt::ToolTipRole: {
        const QString &tip = index.column() == Cached ? line.cachedTip : line.databaseTip;
        QStringList lines{isField ? fieldName(index.row()) : text};
        if (!isField && !tip.isEmpty())
            lines.append(tip);
        if (line.differs)
            lines.append(tr("differs"));
        else if (line.isSame)
            lines.append(tr("the same on both sides"));
        return toolTipText(lines);
    }
    case DiffersRole:
        return line.differs;
    case QuietRole:
        return isField || (!line.differs && (line.isMasked || line.isSame));
    default:
        return {};
    }
}

QVariant ProfileFieldsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return role == Qt::TextAlignmentRole ? QVariant(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter)) : QVariant();
    switch (section) {
    case Field:
        return tr("Field");
    case Cached:
        return tr("Cached");
    case Database:
        return tr("Database");
    default:
        return {};
    }
}

void ProfileFieldsModel::show(const ProfileView &view, WallTime now)
{
    const Side cached = sideOf(view.cached, view.cachedVoice, view.masked, now);
    const Side stored = sideOf(view.stored, view.storedVoice, view.masked, now);
    const bool areBothThere = view.cached && view.stored;
    std::array<bool, RowCount> differs{isNamed(view, "native_language"), isNamed(view, "voice_avatar"),
                                       isNamed(view, "formal_tone"), isNamed(view, "preserve_emotion"), false};
    const bool isUpdatedSame = areBothThere && view.cached->updatedAt == view.stored->updatedAt;
    differs[Updated] = areBothThere && view.agreement == Agreement::Different && !isUpdatedSame;
    for (std::size_t row = 0; row < RowCount; ++row) {
        Line line{cached.texts[row], stored.texts[row], cached.tips[row], stored.tips[row], differs[row], false, false};
        line.isSame = areBothThere && !line.differs && (row != Updated || isUpdatedSame);
        line.isMasked = view.masked && row != Updated;
        if (line == m_lines[row])
            continue;
        m_lines[row] = std::move(line);
        Q_EMIT dataChanged(index(static_cast<int>(row), 0), index(static_cast<int>(row), ColumnCount - 1));
    }
}

ProfileEventsModel::ProfileEventsModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int ProfileEventsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_events.size());
}

int ProfileEventsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ProfileEventsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Event &event = m_events[static_cast<std::size_t>(index.row())];
    const QString words = eventText(event);
    if (role == Qt::DisplayRole)
        return index.column() == Time ? localTimeText(event.time) : words;
    if (role == Qt::ToolTipRole)
        return toolTipText({index.column() == Time ? utcText(event.time) : words});
    return {};
}

QVariant ProfileEventsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Time ? tr("Time") : section == What ? tr("What happened") : QVariant();
}

void ProfileEventsModel::merge(const std::vector<Event> &newestFirst)
{
    const auto isSame = [](const Event &a, const Event &b) { return a.seq == b.seq && a.time == b.time; };
    const std::size_t limit = newestFirst.size();
    // How many new ones stand before what was the newest.
    std::size_t added = 0;
    while (!m_events.empty() && added < limit && !isSame(newestFirst[added], m_events.front()))
        ++added;
    if (m_events.empty() || added == limit) {
        if (!m_events.empty()) {
            beginRemoveRows({}, 0, static_cast<int>(m_events.size() - 1));
            m_events.clear();
            endRemoveRows();
        }
        added = limit;
    }
    if (added > 0) {
        beginInsertRows({}, 0, static_cast<int>(added - 1));
        m_events.insert(m_events.begin(), newestFirst.begin(),
                        newestFirst.begin() + static_cast<std::ptrdiff_t>(added));
        endInsertRows();
    }
    if (m_events.size() > limit) { // the node forgot the oldest
        beginRemoveRows({}, static_cast<int>(limit), static_cast<int>(m_events.size() - 1));
        m_events.resize(limit);
        endRemoveRows();
    }
}

} // namespace hearth
