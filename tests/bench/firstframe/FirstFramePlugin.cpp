// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A plugin for any program of Qt that is started with QT_QPA_GENERIC_PLUGINS=firstframe:FILE: writes into FILE how long
// after HEARTH_BENCH_STARTED (nanoseconds of CLOCK_MONOTONIC) the first frame of its first window had been painted, and
// how much CPU the process and its GUI thread had used by then; "wall process gui" in milliseconds.
#include <QCoreApplication>
#include <QEvent>
#include <QFile>
#include <QGenericPlugin>

#include <ctime>

namespace {

double now(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

class Watcher final : public QObject
{
public:
    explicit Watcher(const QString &file)
        : m_file(file)
    {
        QCoreApplication::instance()->installEventFilter(this);
    }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::Paint || !watched->isWidgetType() || m_painted)
            return false;
        m_painted = true;
        // All of a window is painted within one event, and handed to the screen at its end: that is after it.
        QMetaObject::invokeMethod(
            this, [this] { write(); }, Qt::QueuedConnection);
        return false;
    }

private:
    void write()
    {
        const double wall = now(CLOCK_MONOTONIC) - qgetenv("HEARTH_BENCH_STARTED").toDouble() / 1e6;
        const double process = now(CLOCK_PROCESS_CPUTIME_ID);
        const double gui = now(CLOCK_THREAD_CPUTIME_ID);
        QFile file(m_file);
        if (file.open(QIODevice::WriteOnly))
            file.write(QByteArray::number(wall) + ' ' + QByteArray::number(process) + ' ' + QByteArray::number(gui) +
                       '\n');
        QCoreApplication::instance()->removeEventFilter(this);
    }

    const QString m_file;
    bool m_painted = false;
};

} // namespace

class FirstFramePlugin final : public QGenericPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QGenericPluginFactoryInterface_iid FILE "FirstFrame.json")

public:
    QObject *create(const QString &name, const QString &file) override
    {
        Q_UNUSED(name);
        return new Watcher(file);
    }
};

#include "FirstFramePlugin.moc"
