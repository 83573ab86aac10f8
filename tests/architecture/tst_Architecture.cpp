// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/architecture/SourceRules.h"

#include <QFile>
#include <QTest>

using namespace hearth::architecture;

namespace {

const QString lgpl = "// SPDX-FileCopyrightText: The Hearth authors\n// SPDX-License-Identifier: LGPL-3.0-or-later\n";
const QString gpl = "// SPDX-FileCopyrightText: The Hearth authors\n// SPDX-License-Identifier: GPL-3.0-or-later\n";

QString read(const QString &path)
{
    QFile file(QString(HEARTH_SOURCE_DIR "/%1").arg(path));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

// Holds the source tree to the arrows of ARCHITECTURE.md, and the rules themselves to examples of what they must find.
class tst_Architecture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFileKeepsTheRules()
    {
        QStringList problems;
        int code = 0;
        for (const QString &path : filesOf(HEARTH_SOURCE_DIR)) {
            problems << problemsOf({path, read(path)});
            code += isCode(path);
        }

        QVERIFY2(code > 50, "too few files were found to believe the result");
        QVERIFY2(problems.isEmpty(), qPrintable('\n' + problems.join('\n')));
    }

    void everyArrowPointsUpTheList()
    {
        QStringList above{"core/", "ui/"};
        for (const Layer &layer : layers()) {
            for (const QString &name : layer.mayInclude)
                QVERIFY2(above.contains(name), qPrintable(layer.folder + " names " + name));
            above << layer.folder;
        }
    }

    void theCoreNamesNoUserInterface()
    {
        for (const Layer &layer : layers()) {
            if (!layer.folder.startsWith("core/"))
                continue;
            for (const QString &name : layer.mayInclude)
                QVERIFY(name.startsWith("core/"));
            QVERIFY(!layer.qtModules.contains("QtGui") && !layer.qtModules.contains("QtWidgets"));
        }
    }

    void everyLongFileOfTheListIsLong()
    {
        for (auto file = longFiles().begin(); file != longFiles().end(); ++file)
            QVERIFY2(read(file.key()).count('\n') > longestFile, qPrintable(file.key()));
    }

    void findsWhatIsWrong_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("problem");

        QTest::newRow("an arrow that points down")
            << "core/cache/A.h" << lgpl + "#include \"core/service/ProfileService.h\"\n"
            << "core/cache/A.h: includes \"core/service/ProfileService.h\", but core/cache may not include "
               "core/service";
        QTest::newRow("an arrow sideways") << "core/cache/A.h" << lgpl + "#include \"core/profiles/Profile.h\"\n"
                                           << "core/cache may not include core/profiles";
        QTest::newRow("the core looks at the window") << "core/local/A.h" << lgpl + "#include \"ui/MainWindow.h\"\n"
                                                      << "core/local may not include ui";
        QTest::newRow("a page looks at a concrete service")
            << "ui/overview/A.cpp" << gpl + "#include \"core/service/ProfileService.h\"\n"
            << "ui/overview may not include core/service";
        QTest::newRow("a widget knows a cache") << "ui/widgets/A.h" << gpl + "#include \"core/node/NodeClient.h\"\n"
                                                << "ui/widgets may not include core/node";
        QTest::newRow("a program looks at tests") << "app/desktop/A.cpp" << gpl + "#include \"tests/support/Fake.h\"\n"
                                                  << "app/desktop may not include tests/support";
        QTest::newRow("not from the root") << "core/cache/A.cpp" << lgpl + "#include \"TtlCache.h\"\n"
                                           << "not written from the root";
        QTest::newRow("spaces in the line") << "core/base/A.h" << lgpl + "  #  include  \"core/cache/TtlCache.h\"\n"
                                            << "core/base may not include core/cache";
        QTest::newRow("Qt in the cache") << "core/cache/A.h" << lgpl + "#include <QString>\n"
                                         << "includes <QString>, but core/cache may not use QtCore";
        QTest::newRow("Qt in the cache, by module") << "core/cache/A.h" << lgpl + "#include <QtCore/QString>\n"
                                                    << "core/cache may not use QtCore";
        QTest::newRow("Qt in the cache, the old way") << "core/cache/A.h" << lgpl + "#include <qglobal.h>\n"
                                                      << "core/cache may not use QtCore";
        QTest::newRow("SQL in a page") << "ui/entries/A.h" << gpl + "#include <QSqlQuery>\n"
                                       << "ui/entries may not use QtSql";
        QTest::newRow("network in the window") << "ui/A.h" << gpl + "#include <QTcpSocket>\n"
                                               << "ui may not use QtNetwork";
        QTest::newRow("a window in the core") << "core/service/A.h" << lgpl + "#include <QMessageBox>\n"
                                              << "core/service may not use QtWidgets";
        QTest::newRow("libpq outside of storage") << "core/service/A.cpp" << lgpl + "#include <libpq-fe.h>\n"
                                                  << "is for core/storage only";
        QTest::newRow("an unknown folder") << "core/misc/A.h" << lgpl << "does not know: core/misc";
        QTest::newRow("no licence") << "core/base/A.h" << QString("#pragma once\n")
                                    << "has no line SPDX-License-Identifier: LGPL-3.0-or-later";
        QTest::newRow("no authors") << "ui/A.h" << QString("// SPDX-License-Identifier: GPL-3.0-or-later\n")
                                    << "has no line SPDX-FileCopyrightText";
        QTest::newRow("the core under the GPL")
            << "core/base/A.h" << gpl << "has no line SPDX-License-Identifier: LGPL-3.0-or-later";
        QTest::newRow("a page under the LGPL")
            << "ui/A.h" << lgpl << "has no line SPDX-License-Identifier: GPL-3.0-or-later";
        QTest::newRow("a script without a licence") << "run" << QString("#!/bin/sh\n") << "run: has no line SPDX";
        QTest::newRow("a CMakeLists.txt without one") << "core/CMakeLists.txt" << QString() << "has no line SPDX";
        QTest::newRow("a long file") << "core/base/A.h" << lgpl + QString(600, '\n') << "has 602 lines";
    }

    void findsWhatIsWrong()
    {
        QFETCH(const QString, path);
        QFETCH(const QString, text);
        QFETCH(const QString, problem);

        const QString found = problemsOf({path, text}).join('\n');

        QVERIFY2(found.contains(problem), qPrintable(found));
    }

    void letsRightThingsPass_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");

        QTest::newRow("the own folder") << "core/cache/A.cpp" << lgpl + "#include \"core/cache/A.h\"\n";
        QTest::newRow("an arrow up") << "core/service/A.h" << lgpl + "#include \"core/cache/TtlCache.h\"\n";
        QTest::newRow("the standard library")
            << "core/cache/A.h" << lgpl + "#include <chrono>\n#include <sys/mman.h>\n";
        QTest::newRow("Qt Core in a service") << "core/service/A.h" << lgpl + "#include <QTimer>\n";
        QTest::newRow("SQL in storage") << "core/storage/A.cpp"
                                        << lgpl + "#include <QSqlQuery>\n#include <libpq-fe.h>\n";
        QTest::newRow("charts in a widget") << "ui/widgets/A.h" << gpl + "#include <QChartView>\n";
        QTest::newRow("the window looks at its pages") << "ui/A.cpp" << gpl + "#include \"ui/overview/Page.h\"\n";
        QTest::newRow("the program looks at all")
            << "app/desktop/main.cpp" << gpl + "#include \"ui/MainWindow.h\"\n#include \"core/local/A.h\"\n";
        QTest::newRow("a test looks at all")
            << "tests/ui/A.cpp" << gpl + "#include \"core/cache/A.h\"\n#include <QTest>\n";
        QTest::newRow("a slot's generated part") << "core/service/A.cpp" << lgpl + "#include \"A.moc\"\n";
        QTest::newRow("an include in a comment") << "core/base/A.h" << lgpl + "//     #include \"core/cache/A.h\"\n";
        QTest::newRow("a file at the limit") << "core/base/A.h" << lgpl + QString(598, '\n');
    }

    void letsRightThingsPass()
    {
        QFETCH(const QString, path);
        QFETCH(const QString, text);

        QCOMPARE(problemsOf({path, text}).join('\n'), QString());
    }
};

QTEST_GUILESS_MAIN(tst_Architecture)
#include "tst_Architecture.moc"
