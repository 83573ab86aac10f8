// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesExport.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"
#include "ui/entries/EntriesCsv.h"

#include <QPromise>
#include <QSaveFile>
#include <QThreadPool>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto oldEnough = 30s; // for a page that follows another
constexpr std::size_t stepBack = 100;

// Runs the work on another thread.
QFuture<Result<void>> elsewhere(std::function<Result<void>()> work)
{
    auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
        promise->addResult(work());
        promise->finish();
    });
    return promise->future();
}

} // namespace

// One thread at a time. Where it is not closed, nothing is left.
class EntriesExport::File
{
public:
    explicit File(const QString &path)
        : m_file(path)
    {
    }
    Result<void> open()
    {
        if (!m_file.open(QIODevice::WriteOnly))
            return problem();
        m_file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        return put(csvHeader());
    }
    Result<void> write(const EntriesPage &page, std::size_t first)
    {
        QByteArray lines;
        for (std::size_t i = first; i < page.rows.size(); ++i)
            lines += csvLine(page.rows[i]);
        return put(lines);
    }
    Result<void> close() { return m_file.commit() ? Result<void>() : problem(); }

private:
    Result<void> put(const QByteArray &lines)
    {
        return m_file.write(lines) == lines.size() ? Result<void>() : problem();
    }
    Error problem() const { return {ErrorCode::Unavailable, m_file.errorString().toStdString()}; }

    QSaveFile m_file;
};

EntriesExport::EntriesExport(NodeClient &node, const EntriesFilter &filter, const QString &path, QObject *parent)
    : QObject(parent)
    , m_node(node)
    , m_query{filter, EntrySort::Identity, false, 0, pageSize}
    , m_file(std::make_shared<File>(path))
{
}

EntriesExport::~EntriesExport()
{
    m_asked.cancel();
}

void EntriesExport::start()
{
    onAnswer(elsewhere([file = m_file] { return file->open(); }), this, [this](const Result<void> &isOpen) {
        if (isOpen)
            askNext();
        else
            fail(isOpen.error());
    });
}

void EntriesExport::askNext()
{
    m_asked = m_node.entries(m_query);
    m_query.maxAge = oldEnough;
    onAnswer(m_asked, this, [this](const Result<EntriesPage> &page) {
        if (page)
            take(*page);
        else
            Q_EMIT failed(tr("Nothing was exported. %1").arg(errorText(page.error())));
    });
}

// A page begins with the row that was written last, so that it is seen when rows before it came or went.
void EntriesExport::take(const EntriesPage &page)
{
    const auto isWritten = [this](const EntryRow &row) {
        return !m_lastIdentity.empty() && row.identity <= m_lastIdentity;
    };
    const auto next = std::partition_point(page.rows.begin(), page.rows.end(), isWritten);
    const bool mayHaveGap = page.offset > 0 && !m_lastIdentity.empty() && next == page.rows.begin();
    if (mayHaveGap) {
        m_query.offset = page.offset - std::min(page.offset, stepBack);
        return askNext();
    }
    const std::size_t end = page.offset + page.rows.size();
    const auto first = static_cast<std::size_t>(next - page.rows.begin());
    const bool isLast = page.rows.size() < m_query.limit || end >= page.matching;
    m_query.offset = end - std::min<std::size_t>(end, 1);
    write(page, first, isLast);
}

// The other thread reads the answer where it is: the GUI thread copies no page.
void EntriesExport::write(const EntriesPage &page, std::size_t first, bool isLast)
{
    if (first < page.rows.size())
        m_lastIdentity = page.rows.back().identity;
    const std::size_t matching = page.matching;
    m_written += page.rows.size() - first;
    onAnswer(elsewhere([file = m_file, asked = m_asked, first, isLast]() -> Result<void> {
                 Result<void> written = file->write(**asked.constBegin(), first);
                 return written && isLast ? file->close() : written;
             }),
             this, [this, matching, isLast](const Result<void> &isDone) {
                 if (!isDone)
                     return fail(isDone.error());
                 Q_EMIT progressed(m_written, matching);
                 if (isLast)
                     Q_EMIT finished(m_written);
                 else
                     askNext();
             });
}

void EntriesExport::fail(const Error &error)
{
    Q_EMIT failed(tr("The file cannot be written: %1.").arg(QString::fromStdString(error.detail)));
}

} // namespace hearth
