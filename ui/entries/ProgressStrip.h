// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace hearth {

// What goes on for longer than a moment: its name, how far it is, and a button that ends it. Hidden until it has lasted
// long enough to be worth a look, so that what is quick does not flicker. Plain text. GUI thread only.
class ProgressStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit ProgressStrip(QWidget *parent = nullptr);

    void begin(const QString &what); // "Refreshing 12,000 entries"
    void setProgress(std::size_t done, std::size_t wanted);
    void end();
    bool isRunning() const { return m_isRunning; }
    QString text() const;

Q_SIGNALS:
    void cancelled();

private:
    QLabel *m_text = nullptr;
    QLabel *m_count = nullptr;
    QProgressBar *m_bar = nullptr;
    QPushButton *m_cancel = nullptr;
    QTimer m_showTimer;
    bool m_isRunning = false;
};

} // namespace hearth
