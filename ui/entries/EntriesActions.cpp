// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesActions.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/ForceExpiryDialog.h"
#include "ui/dialogs/NodeText.h"
#include "ui/dialogs/RemoveDialog.h"
#include "ui/entries/EntriesCsv.h"
#include "ui/entries/EntriesExport.h"
#include "ui/entries/EntriesLoader.h"
#include "ui/entries/EntriesModel.h"
#include "ui/entries/EntriesTable.h"
#include "ui/entries/PlacesReader.h"
#include "ui/entries/ProgressStrip.h"
#include "ui/entries/StepwiseRefresh.h"
#include "ui/widgets/Csv.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>

#include <unordered_set>
#include <utility>

namespace hearth {

EntriesActions::EntriesActions(NodeClient &node, EntriesTable &table, const EntriesModel &model,
                               const EntriesLoader &loader, ProgressStrip &progress, QWidget *page)
    : QObject(page)
    , m_node(node)
    , m_table(table)
    , m_model(model)
    , m_loader(loader)
    , m_progress(progress)
    , m_page(page)
{
    connect(&progress, &ProgressStrip::cancelled, this, &EntriesActions::cancel);
}

// ---- one thing at a time

template <class Task>
Task *EntriesActions::begin(Task *task, const QString &what)
{
    m_task = task;
    m_cancel = [this] { end(); }; // giving it up is enough
    m_progress.begin(what);
    connect(task, &Task::progressed, &m_progress, &ProgressStrip::setProgress);
    Q_EMIT busyChanged(true);
    return task;
}

void EntriesActions::end()
{
    if (m_task == nullptr)
        return;
    std::exchange(m_task, nullptr)->deleteLater();
    m_cancel = {};
    m_progress.end();
    Q_EMIT busyChanged(false);
}

void EntriesActions::cancel()
{
    if (m_cancel)
        std::exchange(m_cancel, {})();
}

// ---- who is meant

bool EntriesActions::isTooMany(const QString &verb, std::size_t most)
{
    const std::size_t count = m_table.selectedCount();
    if (count > most)
        Q_EMIT notify(
            tr("%1 are selected; at most %2 can be %3 at a time. Search or filter for fewer, or select a part.")
                .arg(entriesText(count), countText(most), verb),
            Tone::Warning);
    return count > most;
}

void EntriesActions::read(std::vector<RowRange> places, const std::function<void(const Rows &)> &then)
{
    if (m_loader.isLoading()) { // the places are those of the list that is shown, which another will replace
        Q_EMIT notify(tr("The list is being read in another order or filter. Try again when it is there."),
                      Tone::Warning);
        return;
    }
    EntriesQuery list;
    list.filter = m_loader.filter();
    list.sort = m_loader.sort();
    list.descending = m_loader.isDescending();
    auto *reader = begin(new PlacesReader(m_node, list, std::move(places), this), tr("Reading who is selected"));
    connect(reader, &PlacesReader::finished, this, [this, then](const Rows &rows) {
        end();
        then(rows);
    });
    connect(reader, &PlacesReader::failed, this, [this](const Error &error) {
        end();
        Q_EMIT notify(tr("Who is selected could not be read. %1").arg(errorText(error)), Tone::Error);
    });
    reader->start();
}

void EntriesActions::withIdentities(const QString &verb, std::size_t most, const std::function<void(Identities)> &then)
{
    if (m_table.selectedCount() == 0 || isBusy() || isTooMany(verb, most))
        return;
    std::vector<RowRange> unseen = m_table.unseenSelected();
    if (unseen.empty())
        return then(m_table.selectedIdentities());
    read(std::move(unseen), [seen = m_table.selectedIdentities(), then](const Rows &rows) {
        Identities identities = seen;
        std::unordered_set<std::string> known(seen.begin(), seen.end());
        for (const EntryRow &row : rows) {
            if (known.insert(row.identity).second)
                identities.push_back(row.identity);
        }
        then(std::move(identities));
    });
}

void EntriesActions::withRows(const std::function<void(const Rows &)> &then)
{
    if (m_table.selectedCount() == 0 || isBusy() || isTooMany(tr("copied"), mostNamed))
        return;
    Rows rows;
    for (const RowRange &range : m_table.selectedRanges()) {
        if (!m_model.isLoaded(range.first) || !m_model.isLoaded(range.last))
            return read(m_table.selectedRanges(), then);
        for (int row = range.first; row <= range.last; ++row)
            rows.push_back(m_model.entry(row));
    }
    then(rows);
}

// ---- refresh

void EntriesActions::refreshSelected()
{
    withIdentities(tr("refreshed"), mostNamed, [this](Identities identities) { refresh(std::move(identities)); });
}

void EntriesActions::refresh(Identities identities)
{
    const QString what = tr("Refreshing %1 from the database").arg(entriesText(identities.size()));
    auto *run = begin(new StepwiseRefresh(m_node, std::move(identities), this), what);
    m_cancel = [run] { run->cancel(); };
    connect(run, &StepwiseRefresh::finished, this, [this](const StepwiseRefresh::Outcome &outcome) {
        end();
        Q_EMIT acted();
        const QString reloaded = countText(outcome.reloaded);
        if (outcome.error && outcome.reloaded == 0)
            Q_EMIT notify(tr("Nothing was refreshed. %1").arg(errorText(*outcome.error)), Tone::Error);
        else if (outcome.error)
            Q_EMIT notify(tr("Refreshed %1 of %2 from the database, then it failed. %3")
                              .arg(reloaded, entriesText(outcome.wanted), errorText(*outcome.error)),
                          Tone::Error);
        else if (outcome.asked < outcome.wanted)
            Q_EMIT notify(
                tr("Cancelled. Refreshed %1 of %2 from the database.").arg(reloaded, entriesText(outcome.wanted)),
                Tone::Warning);
        else if (outcome.reloaded < outcome.asked)
            Q_EMIT notify(tr("Refreshed %1 of %2 from the database.").arg(reloaded, entriesText(outcome.asked)),
                          Tone::Warning);
        else
            Q_EMIT notify(tr("Refreshed %1 from the database.").arg(entriesText(outcome.reloaded)), Tone::Ok);
    });
    run->start();
}

// ---- expire, remove

void EntriesActions::expireSelected()
{
    if (m_table.isAllSelected())
        openForceExpiry(m_page);
    else
        withIdentities(tr("expired"), mostNamed,
                       [this](Identities identities) { openForceExpiry(m_page, TheseUsers{std::move(identities)}); });
}

void EntriesActions::openForceExpiry(QWidget *parent)
{
    const bool isNobodyNamed = m_table.selectedCount() == 0 || m_table.isAllSelected() || isBusy() ||
                               m_table.selectedCount() > mostNamed; // what is left says whom it means
    if (isNobodyNamed)
        openForceExpiry(parent, std::nullopt);
    else
        withIdentities(tr("expired"), mostNamed, [this, parent](Identities identities) {
            openForceExpiry(parent, TheseUsers{std::move(identities)});
        });
}

// All that match are meant by the filter, not by their names.
void EntriesActions::openForceExpiry(QWidget *parent, std::optional<EntriesTarget> selected)
{
    std::vector<EntriesTarget> targets;
    if (selected)
        targets.push_back(*std::move(selected));
    if (m_loader.filter() != EntriesFilter{})
        targets.emplace_back(MatchingUsers{m_loader.filter()});
    targets.emplace_back(AllUsers{});
    const EntriesTarget first = targets.front();
    // Everyone comes last by itself.
    std::vector<EntriesTarget> others;
    if (targets.size() > 2)
        others.push_back(targets[1]);
    auto *dialog = new ForceExpiryDialog(m_node, first, std::move(others), parent);
    connect(dialog, &ForceExpiryDialog::expired, this, &EntriesActions::expired);
    open(dialog);
}

void EntriesActions::removeSelected()
{
    withIdentities(tr("removed"), mostRemoved,
                   [this](Identities identities) { open(new RemoveDialog(m_node, std::move(identities), m_page)); });
}

void EntriesActions::open(ActionDialog *dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ActionDialog::notify, this, &EntriesActions::notify);
    connect(dialog, &QDialog::accepted, this, &EntriesActions::acted);
    dialog->open();
}

// ---- copy, export

void EntriesActions::copyIdentities()
{
    withIdentities(tr("copied"), mostNamed, [this](const Identities &identities) {
        QStringList lines;
        for (const std::string &identity : identities)
            lines << QString::fromStdString(identity);
        copy(lines.join(QLatin1Char('\n')), lines.size() == 1
                                                ? tr("Copied 1 identity.")
                                                : tr("Copied %1 identities.").arg(countText(identities.size())));
    });
}

void EntriesActions::copyRows()
{
    withRows([this](const Rows &rows) {
        copy(tsvOf(rows, m_model), tr("Copied %1 as a table.").arg(entriesText(rows.size())));
    });
}

void EntriesActions::copy(const QString &text, const QString &said)
{
    QGuiApplication::clipboard()->setText(text);
    Q_EMIT notify(said);
}

void EntriesActions::exportAs()
{
    auto *dialog = new QFileDialog(m_page, tr("Export the matching entries"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("Comma separated values (*.csv)"));
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("entries.csv"));
    connect(dialog, &QFileDialog::fileSelected, this, &EntriesActions::exportTo);
    dialog->open();
}

void EntriesActions::exportTo(const QString &path)
{
    if (isBusy())
        return;
    auto *job = begin(new EntriesExport(m_node, m_loader.filter(), path, this), tr("Exporting as CSV"));
    m_cancel = [this] {
        end();
        Q_EMIT notify(tr("The export was cancelled: no file was written."));
    };
    connect(job, &EntriesExport::finished, this, [this, path](std::size_t written) {
        end();
        Q_EMIT notify(tr("Saved %1 to %2.").arg(entriesText(written), path), Tone::Ok);
    });
    connect(job, &EntriesExport::failed, this, [this](const QString &sentence) {
        end();
        Q_EMIT notify(sentence, Tone::Error);
    });
    job->start();
}

QString tsvOf(const std::vector<EntryRow> &rows, const EntriesModel &model)
{
    QStringList lines;
    QStringList cells;
    for (int column = 0; column < EntriesModel::ColumnCount; ++column)
        cells << model.headerData(column, Qt::Horizontal).toString();
    lines << cells.join(QLatin1Char('\t'));
    for (const EntryRow &row : rows) {
        cells.clear();
        for (int column = 0; column < EntriesModel::ColumnCount; ++column)
            cells << QString::fromUtf8(formulaSafe(model.displayText(row, column).toUtf8()));
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace hearth
