// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace hearth {

// Above the table of entries: search, filters, how many there are, and what can be done with the selected ones.
// States wishes only. GUI thread only.
class EntriesToolbar final : public QWidget
{
    Q_OBJECT

public:
    explicit EntriesToolbar(QWidget *parent = nullptr);

    EntriesFilter filter() const;                // as the fields say it now
    void setFilter(const EntriesFilter &filter); // says nothing of it
    void showCounts(std::size_t selected, std::size_t matching, std::size_t total, bool isFiltered);
    void showNoCounts();       // nothing is known yet
    void setBusy(bool isBusy); // an action is under way
    void setExportEnabled(bool isEnabled);
    // Why nothing can be done to entries now, for the tips of the buttons; empty: it can.
    void setRefusal(const QString &sentence);

public Q_SLOTS:
    void focusSearch();
    void setSearch(const QString &text); // at once, without the pause of typing
    void clearFilter();

Q_SIGNALS:
    void filterChanged();
    void refreshWanted();
    void expireWanted();
    void removeWanted();
    void exportWanted();

private:
    QPushButton *addButton(const QString &name, void (EntriesToolbar::*wish)());
    void updateButtons();
    void updateTips();

    QTimer m_typing;
    QLineEdit *m_search = nullptr;
    QComboBox *m_state = nullptr;
    QComboBox *m_language = nullptr;
    QLabel *m_counts = nullptr;
    QPushButton *m_refresh = nullptr;
    QPushButton *m_expire = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_export = nullptr;
    std::size_t m_selected = 0;
    bool m_isBusy = false;
    QString m_refusal;
};

} // namespace hearth
