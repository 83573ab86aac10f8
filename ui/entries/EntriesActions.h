// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/entries/SelectedUsers.h"
#include "ui/theme/Theme.h"

#include <QObject>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

class ActionDialog;
class EntriesLoader;
class EntriesModel;
class EntriesTable;
class ProgressStrip;

// What can be done with the entries of a table: with the selected ones, or with all that match.
//
// Never with fewer than are shown as selected: rows that were never loaded are read first, with progress and a way out;
// where that would be too many, it says so. One thing goes on at a time. GUI thread only. Borrows all it is given.
class EntriesActions final : public QObject
{
    Q_OBJECT

public:
    // So many users are acted on by name. All that match can expire at once, however many they are.
    static constexpr std::size_t mostNamed = 100'000;
    static constexpr std::size_t mostRemoved = 20'000; // in one go, without progress

    EntriesActions(NodeClient &node, EntriesTable &table, const EntriesModel &model, const EntriesLoader &loader,
                   ProgressStrip &progress, QWidget *page);

    bool isBusy() const { return m_task != nullptr; }
    // Its dialog, over `parent`: the selected users, those of the filter, everyone.
    void openForceExpiry(QWidget *parent);

public Q_SLOTS:
    void refreshSelected();
    void expireSelected();
    void removeSelected();
    void copyIdentities();
    void copyRows();
    void exportAs(); // asks for the file
    void exportTo(const QString &path);
    void cancel();

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);
    void acted();                                                            // what is cached has changed
    void expired(const hearth::ExpiryOutcome &outcome, const QString &whom); // as ForceExpiryDialog
    void busyChanged(bool isBusy);

private:
    using Identities = std::vector<std::string>;
    using Rows = std::vector<EntryRow>;

    void withIdentities(const QString &verb, std::size_t most, const std::function<void(Identities)> &then);
    void withRows(const std::function<void(const Rows &)> &then);
    void read(std::vector<RowRange> places, const std::function<void(const Rows &)> &then);
    bool isTooMany(const QString &verb, std::size_t most);
    void refresh(Identities identities);
    void openForceExpiry(QWidget *parent, std::optional<EntriesTarget> selected);
    void open(ActionDialog *dialog);
    void copy(const QString &text, const QString &said);

    template <class Task>
    Task *begin(Task *task, const QString &what);
    void end();

    NodeClient &m_node;
    EntriesTable &m_table;
    const EntriesModel &m_model;
    const EntriesLoader &m_loader;
    ProgressStrip &m_progress;
    QWidget *const m_page;
    QObject *m_task = nullptr;      // what goes on; a child
    std::function<void()> m_cancel; // of that
};

// The cells of entries with a header line: safe to paste into a spreadsheet.
QString tsvOf(const std::vector<EntryRow> &rows, const EntriesModel &model);

} // namespace hearth
