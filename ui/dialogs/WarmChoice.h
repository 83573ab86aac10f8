// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QWidget>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QSpinBox;
class QVBoxLayout;

namespace hearth {

class SegmentedControl;

// Whom to warm, and how fast: a list, the most recent, a language or the rooms, and a limit that spares the database.
// GUI thread only.
class WarmChoice final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int defaultPerSecond = 500;

    explicit WarmChoice(QWidget *parent = nullptr);

    // Whom it means now. Returns: nullopt while nobody is named. A list is as readList() read it last.
    std::optional<WarmRequest> request() const;
    // Reads the list anew, which takes its time when it is long.
    void readList();
    void focusList();

Q_SIGNALS:
    void changed();
    void heightMayHaveChanged();

private:
    QWidget *makeListPage();
    QWidget *makeRecentPage();
    QWidget *makeLanguagePage();
    QWidget *makeRoomsPage();
    QWidget *makeLimit();
    void showPage(int index);

    std::vector<std::string> m_listed; // by the text, as last read

    SegmentedControl *m_source = nullptr;
    std::array<QWidget *, 4> m_pages{}; // one is shown
    QVBoxLayout *m_layout = nullptr;
    QPlainTextEdit *m_list = nullptr;
    QLabel *m_listSummary = nullptr;
    QSpinBox *m_recent = nullptr;
    QComboBox *m_language = nullptr;
    QCheckBox *m_isLimited = nullptr;
    QSpinBox *m_perSecond = nullptr;
};

} // namespace hearth
