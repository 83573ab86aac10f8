// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/PictureTaker.h"

#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QPixmap>
#include <QSet>
#include <QWidget>

namespace hearth {

namespace {

// A window that painted nothing has one colour or two; ours has dozens.
constexpr int fewestColours = 16;

bool isBlank(const QImage &image)
{
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) {
            colours.insert(image.pixel(x, y));
            if (colours.size() >= fewestColours)
                return false;
        }
    }
    return true;
}

} // namespace

PictureTaker::PictureTaker(QWidget &window, QString file, std::chrono::milliseconds after, QObject *parent)
    : QObject(parent)
    , m_window(window)
    , m_file(std::move(file))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &PictureTaker::take);
    m_timer.start(after);
}

void PictureTaker::take()
{
    const QImage picture = m_window.grab().toImage();
    if (isBlank(picture))
        return Q_EMIT finished(tr("The window painted nothing: %1 was not written.").arg(m_file));
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    if (!picture.save(m_file, "PNG"))
        return Q_EMIT finished(
            tr("%1 could not be written: check that its folder exists and is writable.").arg(m_file));
    Q_EMIT finished({});
}

} // namespace hearth
