// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

#include <chrono>

class QWidget;

namespace hearth {

// --screenshot: lets the window settle, writes a picture of it and says whether that worked. GUI thread only.
// Ownership: borrows the window, which must outlive it.
class PictureTaker final : public QObject
{
    Q_OBJECT

public:
    PictureTaker(QWidget &window, QString file, std::chrono::milliseconds after, QObject *parent = nullptr);

Q_SIGNALS:
    // Once. The problem is a sentence, empty when the picture was written and shows something.
    void finished(const QString &problem);

private:
    void take();

    QWidget &m_window;
    const QString m_file;
    QTimer m_timer;
};

} // namespace hearth
