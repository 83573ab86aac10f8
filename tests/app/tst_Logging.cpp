// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/Logging.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QTest>

using namespace hearth;
using namespace Qt::StringLiterals;

namespace {

constexpr WallTime moment{std::chrono::milliseconds(1'795'343'600'120)}; // 2026-11-22T10:33:20.120Z

} // namespace

class tst_Logging : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textHasTimeLevelAndMessage_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QString>("category");
        QTest::addColumn<QString>("line");
        QTest::newRow("debug") << int(QtDebugMsg) << u"hearth.cache"_s << u"2026-11-22T10:33:20.120Z DEBUG words\n"_s;
        QTest::newRow("info") << int(QtInfoMsg) << u"hearth.cache"_s << u"2026-11-22T10:33:20.120Z INFO  words\n"_s;
        QTest::newRow("warning") << int(QtWarningMsg) << u"default"_s << u"2026-11-22T10:33:20.120Z WARN  words\n"_s;
        QTest::newRow("error") << int(QtCriticalMsg) << u"hearth"_s << u"2026-11-22T10:33:20.120Z ERROR words\n"_s;
        QTest::newRow("of others, with their name")
            << int(QtWarningMsg) << u"qt.sql"_s << u"2026-11-22T10:33:20.120Z WARN  qt.sql: words\n"_s;
    }
    void textHasTimeLevelAndMessage()
    {
        QFETCH(int, type);
        QFETCH(QString, category);
        QFETCH(QString, line);

        QCOMPARE(QString::fromUtf8(logLine(LogFormat::Text, moment, QtMsgType(type), category, u"words"_s)), line);
    }

    void jsonIsOneObjectALine()
    {
        const QByteArray line = logLine(LogFormat::Json, moment, QtInfoMsg, u"hearth.cache"_s, u"say \"ẹ kú\""_s);

        QVERIFY(line.endsWith("}\n"));
        const QJsonObject record = QJsonDocument::fromJson(line).object();
        QCOMPARE(record.value(u"time"_s).toString(), u"2026-11-22T10:33:20.120Z"_s);
        QCOMPARE(record.value(u"level"_s).toString(), u"info"_s);
        QCOMPARE(record.value(u"category"_s).toString(), u"hearth.cache"_s);
        QCOMPARE(record.value(u"message"_s).toString(), u"say \"ẹ kú\""_s);
    }

    void oneRecordIsOneLine_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("shown");
        QTest::newRow("line breaks") << u"a\r\nb\tc"_s << u"a\\r\\nb\\tc"_s;
        QTest::newRow("terminal control") << u"\x1b[31mred"_s << u"\\u001b[31mred"_s;
        QTest::newRow("C1 control") << QString(QChar(u'\x9b')) << u"\\u009b"_s;
        QTest::newRow("reordering") << QString(QChar(u'\u202e')) + u"txt"_s << u"\\u202etxt"_s;
        QTest::newRow("line separator") << QString(QChar(u'\u2028')) << u"\\u2028"_s;
        QTest::newRow("words of Yoruba stay") << u"Ọlá Ṣẹ́gun"_s << u"Ọlá Ṣẹ́gun"_s;
    }
    void oneRecordIsOneLine()
    {
        QFETCH(QString, message);
        QFETCH(QString, shown);

        const QString text = QString::fromUtf8(logLine(LogFormat::Text, moment, QtInfoMsg, u"hearth.cache"_s, message));
        const QByteArray json = logLine(LogFormat::Json, moment, QtInfoMsg, u"hearth.cache"_s, message);

        QCOMPARE(text, u"2026-11-22T10:33:20.120Z INFO  "_s + shown + u'\n');
        QCOMPARE(json.count('\n'), 1);
        QCOMPARE(QJsonDocument::fromJson(json).object().value(u"message"_s).toString(), shown);
    }

    void aLevelLetsThroughWhatIsAsImportant_data()
    {
        QTest::addColumn<LogLevel>("level");
        QTest::addColumn<QString>("enabled");
        QTest::newRow("debug") << LogLevel::Debug << u"debug info warning critical"_s;
        QTest::newRow("info") << LogLevel::Info << u"info warning critical"_s;
        QTest::newRow("warning") << LogLevel::Warning << u"warning critical"_s;
        QTest::newRow("error") << LogLevel::Error << u"critical"_s;
    }
    void aLevelLetsThroughWhatIsAsImportant()
    {
        QFETCH(LogLevel, level);
        QFETCH(QString, enabled);
        const auto enabledOf = [](const QLoggingCategory &category) {
            QStringList types;
            if (category.isDebugEnabled())
                types << u"debug"_s;
            if (category.isInfoEnabled())
                types << u"info"_s;
            if (category.isWarningEnabled())
                types << u"warning"_s;
            if (category.isCriticalEnabled())
                types << u"critical"_s;
            return types.join(u' ');
        };
        const QLoggingCategory ours("hearth.cache");
        const QLoggingCategory others("qt.test.something");

        QLoggingCategory::setFilterRules(loggingRules(level));

        QCOMPARE(enabledOf(ours), enabled);
        QCOMPARE(enabledOf(others), u"warning critical"_s);
        QLoggingCategory::setFilterRules({});
    }
};

QTEST_GUILESS_MAIN(tst_Logging)
#include "tst_Logging.moc"
