// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"

#include <QFuture>
#include <QObject>

#include <memory>

namespace hearth {

// Writes the entries that match a filter into a file, page by page, in the order of their identities: each user who is
// cached from the beginning to the end is in it once, whoever comes and goes meanwhile. The file appears whole or not
// at all, readable by its owner only (identities are personal data). Memory: two pages.
//
// One export per object; destroying it gives it up. GUI thread only; lines are made and written on another one.
class EntriesExport final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t pageSize = 5'000;

    EntriesExport(NodeClient &node, const EntriesFilter &filter, const QString &path, QObject *parent = nullptr);
    ~EntriesExport() override;

    void start();

Q_SIGNALS:
    void progressed(std::size_t written, std::size_t matching);
    void finished(std::size_t written);
    void failed(const QString &sentence);

private:
    class File;

    void open();
    void askNext();
    void take(const EntriesPage &page);
    void write(const EntriesPage &page, std::size_t first, bool isLast);
    void fail(const Error &error);

    NodeClient &m_node;
    EntriesQuery m_query;
    const std::shared_ptr<File> m_file; // of whoever writes now
    QFuture<Result<EntriesPage>> m_asked;
    std::string m_lastIdentity; // of the lines; empty: none yet
    std::size_t m_written = 0;
};

} // namespace hearth
