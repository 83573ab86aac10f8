// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QAbstractTableModel>

#include <array>

namespace hearth {

// A cached profile and its row of the database, field by field: what is the same on both sides is quiet, what differs
// says so. What is masked says that. GUI thread only.
class ProfileFieldsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Field, Cached, Database, ColumnCount };
    enum Row { NativeLanguage, VoiceAvatar, FormalTone, PreserveEmotion, Updated, RowCount };
    enum Role {
        DiffersRole = Qt::UserRole, // on both sides, and not the same
        QuietRole                   // nothing to look at: the same, masked, or the field's name
    };

    explicit ProfileFieldsModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    void show(const ProfileView &view, WallTime now);

private:
    struct Line {
        QString cached;
        QString database;
        QString cachedTip;
        QString databaseTip;
        bool differs = false;
        bool isSame = false;
        bool isMasked = false;

        friend bool operator==(const Line &, const Line &) = default;
    };
    static QString fieldName(int row);

    std::array<Line, RowCount> m_lines;
};

// What happened to a user, newest first: time and words. GUI thread only.
class ProfileEventsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, What, ColumnCount };

    explicit ProfileEventsModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    // Events that were there stay where they are for whoever points to them; they are told apart by seq.
    void merge(const std::vector<Event> &newestFirst);

private:
    std::vector<Event> m_events;
};

} // namespace hearth
