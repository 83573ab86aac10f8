// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"

#include <QByteArray>
#include <QObject>
#include <QSaveFile>

namespace hearth {

// A line, ended by CRLF. Times are UTC.
QByteArray csvHeader();
QByteArray csvLine(const EntryRow &entry);

// Writes the entries that match a filter into a file, page by page, without blocking; the file appears whole or not
// at all, readable by its owner only (identities are personal data). One export per object. GUI thread only.
class EntriesExport final : public QObject
{
    Q_OBJECT

public:
    EntriesExport(NodeClient &node, EntriesQuery query, const QString &path, QObject *parent = nullptr);
    void start();

Q_SIGNALS:
    void finished(std::size_t written);
    void failed(const QString &sentence);

private:
    void askNext();
    void write(const EntriesPage &page);

    NodeClient &m_node;
    EntriesQuery m_query;
    QSaveFile m_file;
    std::size_t m_written = 0;
};

} // namespace hearth
