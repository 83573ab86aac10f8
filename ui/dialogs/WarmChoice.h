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
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace hearth {

class ElidedLabel;
class IdentityEdit;
class IdentityReader;
class SegmentedControl;
struct IdentityList;

// Whom to warm, and how fast: a list (typed, pasted, or of a file), the most recent, a language or the rooms, and a
// limit that spares the database. GUI thread only.
class WarmChoice final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int defaultPerSecond = 500;

    explicit WarmChoice(QWidget *parent = nullptr);

    // Whom it means now. Returns: nullopt while nobody is named. A list is as it was read last.
    std::optional<WarmRequest> request() const;
    std::size_t perSecond() const; // 0: as fast as it can
    // Whether what stands there has been read. If not, readList() begins with it, and listRead() tells the end.
    bool isRead() const;
    void readList();
    void openFile(const QString &path); // its identities, instead of those that are typed
    void focusList();

Q_SIGNALS:
    void changed();
    void listRead();
    void heightMayHaveChanged();

private:
    QWidget *makeListPage();
    QWidget *makeFileRow(QWidget *parent);
    void chooseFile();
    void takeLongText(const QString &text);
    void showFile(const QString &name);
    void typeInstead();
    void takeList(const IdentityList &list);
    void takeProblem(const QString &sentence);
    QWidget *makeRecentPage();
    QWidget *makeLanguagePage();
    QWidget *makeRoomsPage();
    QWidget *makeLimit();
    void showPage(int index);

    std::vector<std::string> m_listed; // as last read
    bool m_isListRead = true;
    bool m_isTyped = true; // else the list is of a file, or was too long to be edited
    IdentityReader *m_reader = nullptr;

    SegmentedControl *m_source = nullptr;
    std::array<QWidget *, 4> m_pages{}; // one is shown
    QVBoxLayout *m_layout = nullptr;
    IdentityEdit *m_list = nullptr;
    QWidget *m_fileRow = nullptr;
    ElidedLabel *m_fileName = nullptr;
    QPushButton *m_openFile = nullptr;
    QLabel *m_listSummary = nullptr;
    QSpinBox *m_recent = nullptr;
    QComboBox *m_language = nullptr;
    QCheckBox *m_isLimited = nullptr;
    QSpinBox *m_perSecond = nullptr;
};

} // namespace hearth
