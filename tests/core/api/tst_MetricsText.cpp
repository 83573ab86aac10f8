// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/MetricsText.h"

#include <QHash>
#include <QRegularExpression>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

QString someMetrics()
{
    Stats stats;
    stats.hits = 5;
    stats.missesByReason = {1, 2, 3, 4, 5};
    stats.databaseTime = 1500ms;
    LatencyHistogram hits;
    for (const auto latency : {1ns, 100ns, 1'000ns, 1'000'000ns, 10'000'000'000ns})
        hits.record(latency);
    HttpCounts http;
    http.responsesByStatus = {{200, 7}, {404, 1}};
    return QString::fromStdString(metricsText(stats, hits.counts(), {}, http, "0.1.0\"x\\"));
}

// What promtool would complain about, and more. Returns: the problems.
QStringList problemsOf(const QString &text)
{
    static const QRegularExpression help("^# HELP ([a-z_]+) \\S.*\\.$");
    static const QRegularExpression type("^# TYPE ([a-z_]+) (counter|gauge|histogram)$");
    static const QRegularExpression sample("^([a-z_]+)(\\{[a-z]+=\"([^\"\\\\]|\\\\[\"\\\\])*\"\\})? ([0-9.e+-]+)$");
    QStringList problems;
    QHash<QString, QString> types;
    QString described;
    for (const QString &line : text.split('\n').mid(0, text.count('\n'))) {
        if (const auto match = help.match(line); match.hasMatch()) {
            described = match.captured(1);
        } else if (const auto typed = type.match(line); typed.hasMatch()) {
            if (typed.captured(1) != described || types.contains(described))
                problems << "a type without its help, or twice: " + line;
            types[described] = typed.captured(2);
            if ((typed.captured(2) == "counter") != described.endsWith("_total"))
                problems << "a counter ends in _total, nothing else does: " + line;
        } else if (const auto value = sample.match(line); value.hasMatch()) {
            QString name = value.captured(1);
            if (types.value(described) == "histogram")
                name.remove(QRegularExpression("_(bucket|sum|count)$"));
            if (name != described)
                problems << "a value of another metric: " + line;
        } else {
            problems << "cannot be read: " + line;
        }
    }
    if (!text.endsWith('\n'))
        problems << "does not end with a line break";
    return problems;
}

} // namespace

class tst_MetricsText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isWhatPrometheusReads()
    {
        const QStringList problems = problemsOf(someMetrics());

        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('\n')));
    }

    void theReaderFindsWhatIsWrong()
    {
        QVERIFY(!problemsOf("hearth_x 1\n").isEmpty());
        QVERIFY(!problemsOf("# HELP hearth_x Some.\n# TYPE hearth_x counter\nhearth_x 1\n").isEmpty());
        QVERIFY(!problemsOf("# HELP hearth_x Some.\n# TYPE hearth_x gauge\nhearth_x one\n").isEmpty());
    }

    void bucketsOnlyGrowAndEndWithAll()
    {
        static const QRegularExpression bucket("hearth_cache_hit_duration_seconds_bucket\\{le=\"([^\"]+)\"\\} (\\d+)");
        double before = 0;
        qulonglong count = 0;
        int buckets = 0;
        for (auto match = bucket.globalMatch(someMetrics()); match.hasNext(); ++buckets) {
            const auto found = match.next();
            const double bound = found.captured(1) == "+Inf" ? 1e300 : found.captured(1).toDouble();
            QVERIFY(bound > before);
            QVERIFY(found.captured(2).toULongLong() >= count);
            before = bound;
            count = found.captured(2).toULongLong();
        }

        QCOMPARE(buckets, 20);
        QCOMPARE(count, 5ULL);
        QVERIFY(someMetrics().contains("hearth_cache_hit_duration_seconds_count 5\n"));
        QVERIFY(someMetrics().contains("hearth_cache_hit_duration_seconds_bucket{le=\"6.4e-08\"} 1\n"));
    }

    void valuesAreInBaseUnits()
    {
        QVERIFY(someMetrics().contains("hearth_database_query_seconds_total 1.5\n"));
        QVERIFY(someMetrics().contains("hearth_cache_misses_total{reason=\"load_failed\"} 5\n"));
        QVERIFY(someMetrics().contains("hearth_http_responses_total{code=\"404\"} 1\n"));
    }
};

QTEST_APPLESS_MAIN(tst_MetricsText)
#include "tst_MetricsText.moc"
