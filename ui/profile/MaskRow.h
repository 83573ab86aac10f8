// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <chrono>
#include <string>

class QLabel;
class QPushButton;

namespace hearth {

// Says that something is masked, with the way to see it; or that it is revealed, for how long, and the way back.
// Hidden while neither is so. GUI thread only.
class MaskRow final : public QWidget
{
    Q_OBJECT

public:
    explicit MaskRow(QWidget *parent = nullptr);

    void showNothing();
    void showMasked(const std::string &role);
    void showRevealed(std::chrono::seconds left);
    QPushButton &button() { return *m_button; }

Q_SIGNALS:
    void revealWanted();
    void maskWanted();

private:
    QLabel *m_text = nullptr;
    QPushButton *m_button = nullptr;
    bool m_isRevealed = false;
};

} // namespace hearth
