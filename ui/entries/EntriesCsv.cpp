// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesCsv.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"
#include "ui/widgets/Csv.h"

#include <utility>

namespace hearth {

namespace {

constexpr std::size_t exportPageSize = 5'000;

} // namespace

QByteArray csvHeader()
{
    return csvRow({"identity", "language", "voice_id", "voice_name", "state", "cached_at", "expires_at", "ttl_seconds",
                   "hits", "source", "load_ms"});
}

QByteArray csvLine(const EntryRow &entry)
{
    const auto text = [](const std::string &value) { return csvCell(QByteArray::fromStdString(value)); };
    const double loadMilliseconds = std::chrono::duration<double, std::milli>(entry.loadTime).count();
    return csvRow({text(entry.identity), text(entry.language), text(entry.voiceId), text(entry.voiceName),
                   entry.state == EntryState::Expired ? "expired" : "active", utcIsoText(entry.cachedAt).toLatin1(),
                   utcIsoText(entry.expiresAt).toLatin1(), QByteArray::number(qlonglong(entry.ttl.count())),
                   QByteArray::number(qulonglong(entry.hits)), text(entry.source),
                   entry.loadTime.count() > 0 ? QByteArray::number(loadMilliseconds, 'f', 3) : QByteArray()});
}

EntriesExport::EntriesExport(NodeClient &node, EntriesQuery query, const QString &path, QObject *parent)
    : QObject(parent)
    , m_node(node)
    , m_query(std::move(query))
    , m_file(path)
{
    // By identity: the order in which entries appear and expire meanwhile does not matter then.
    m_query.sort = EntrySort::Identity;
    m_query.descending = false;
    m_query.offset = 0;
    m_query.limit = exportPageSize;
}

void EntriesExport::start()
{
    if (!m_file.open(QIODevice::WriteOnly)) {
        Q_EMIT failed(tr("The file cannot be written: %1.").arg(m_file.errorString()));
        return;
    }
    m_file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    m_file.write(csvHeader());
    askNext();
}

void EntriesExport::askNext()
{
    onAnswer(m_node.entries(m_query), this, [this](const Result<EntriesPage> &page) {
        if (page)
            write(*page);
        else
            Q_EMIT failed(tr("Nothing was exported. %1").arg(errorText(page.error())));
    });
}

void EntriesExport::write(const EntriesPage &page)
{
    for (const EntryRow &entry : page.rows)
        m_file.write(csvLine(entry));
    m_written += page.rows.size();
    m_query.offset += page.rows.size();
    if (page.rows.size() == m_query.limit && m_query.offset < page.matching) {
        askNext();
        return;
    }
    if (m_file.commit())
        Q_EMIT finished(m_written);
    else
        Q_EMIT failed(tr("The file cannot be written: %1.").arg(m_file.errorString()));
}

} // namespace hearth
