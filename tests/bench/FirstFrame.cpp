// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The start of the real program: nothing is built into it for this. A plugin that Qt loads into it on request
// (tests/bench/firstframe) writes down when the first frame had been painted, and this reads it.
#include "tests/bench/DashboardMeasures.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>

#include <cstdio>
#include <ctime>

namespace hearth::bench {

namespace {

constexpr int longestStart = 20'000; // ms

qint64 monotonicNow()
{
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

QProcessEnvironment environmentFor(const DashboardPlan &plan, const QTemporaryDir &home)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"DATABASE_URL", "DATABASE_URL_FILE", "HEARTH_TOKENS", "HEARTH_TOKENS_FILE"})
        environment.remove(QString::fromLatin1(name));
    for (const char *name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
        environment.insert(QString::fromLatin1(name), home.path());
    environment.insert(QStringLiteral("HEARTH_LOG"), QStringLiteral("warning"));
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.insert(QStringLiteral("QT_PLUGIN_PATH"), QString::fromStdString(plan.plugins));
    environment.insert(QStringLiteral("QT_QPA_GENERIC_PLUGINS"),
                       QStringLiteral("firstframe:%1").arg(home.filePath(QStringLiteral("frame"))));
    return environment;
}

// "wall process gui", each in milliseconds. Returns: nothing until it stands there whole.
QList<QByteArray> readFrame(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    return text.endsWith('\n') ? text.trimmed().split(' ') : QList<QByteArray>();
}

// Returns: what the plugin wrote; empty when no frame came.
QList<QByteArray> start(const DashboardPlan &plan, const QTemporaryDir &home)
{
    const QString told = home.filePath(QStringLiteral("frame"));
    QFile::remove(told);
    QProcess program;
    QProcessEnvironment environment = environmentFor(plan, home);
    environment.insert(QStringLiteral("HEARTH_BENCH_STARTED"), QString::number(monotonicNow()));
    program.setProcessEnvironment(environment);
    program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    program.start(QString::fromStdString(plan.program), {});
    QElapsedTimer waited;
    waited.start();
    QList<QByteArray> frame;
    while (frame.isEmpty() && waited.elapsed() < longestStart && program.state() != QProcess::NotRunning) {
        QThread::msleep(5); // coarse: when the frame came, the program says itself
        frame = readFrame(told);
    }
    program.terminate();
    if (!program.waitForFinished(longestStart))
        program.kill();
    return frame;
}

} // namespace

void measureFirstFrame(const DashboardPlan &plan, const AddRow &add)
{
    if (plan.program.empty())
        return;
    const QTemporaryDir home;
    const int starts = plan.orQuick(21, 9);
    for (int i = 0; i <= starts; ++i) {
        const QList<QByteArray> frame = start(plan, home);
        if (frame.size() != 3) {
            std::fprintf(stderr, "bench_dashboard: %s showed no frame\n", plan.program.c_str());
            return;
        }
        if (i == 0)
            continue; // the sample database was made, the files were read from the disk
        add("first frame/hearth", {{"wall_ms", frame[0].toDouble()},
                                   {"process_cpu_ms", frame[1].toDouble()},
                                   {"gui_cpu_ms", frame[2].toDouble()}});
    }
}

} // namespace hearth::bench
