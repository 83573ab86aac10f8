// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QHash>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <QStringList>

namespace hearth::architecture {

// A folder of the house, what it may include of the others, and which modules of Qt it may use.
// A name that ends in a slash stands for everything below it.
struct Layer {
    QString folder;
    QStringList mayInclude;
    QStringList qtModules;
};

// The arrows of ARCHITECTURE.md. A folder may name only folders that stand above it in this list.
inline const QList<Layer> &layers()
{
    static const QStringList noQt;
    static const QStringList qtCore{"QtCore"};
    static const QStringList qtNetwork{"QtCore", "QtNetwork"};
    static const QStringList qtSql{"QtCore", "QtSql"};
    static const QStringList qtWidgets{"QtCore", "QtGui", "QtWidgets", "QtSvg"};
    static const QStringList qtCharts{"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtCharts"};
    static const QStringList shown{"core/base", "core/profiles", "core/telemetry", "core/node"};
    static const QList<Layer> table{
        {"core/base", {}, noQt},
        {"core/cache", {"core/base"}, noQt},
        {"core/profiles", {"core/base"}, noQt},
        {"core/telemetry", {"core/base"}, qtCore},
        {"core/service", {"core/cache", "core/profiles", "core/telemetry", "core/base"}, qtCore},
        {"core/rooms", {"core/service", "core/profiles", "core/telemetry", "core/base"}, qtCore},
        {"core/experiments",
         {"core/service", "core/rooms", "core/telemetry", "core/profiles", "core/cache", "core/base"},
         qtCore},
        {"core/node", {"core/profiles", "core/telemetry", "core/base"}, qtCore},
        {"core/local",
         {"core/node", "core/service", "core/rooms", "core/experiments", "core/telemetry", "core/profiles",
          "core/cache", "core/base"},
         qtCore},
        {"core/api", {"core/node", "core/telemetry", "core/profiles", "core/base"}, qtCore},
        {"core/server",
         {"core/api", "core/node", "core/rooms", "core/service", "core/telemetry", "core/profiles", "core/cache",
          "core/base"},
         qtCore},
        {"core/remote", {"core/api", "core/node", "core/telemetry", "core/profiles", "core/base"}, qtNetwork},
        {"core/storage", {"core/service", "core/rooms", "core/profiles", "core/telemetry", "core/base"}, qtSql},
        {"ui/theme", {"core/base"}, qtWidgets},
        {"ui/widgets", {"ui/theme", "core/base"}, qtCharts}, // knows numbers, not caches
        {"ui/dialogs", shown + QStringList{"ui/widgets", "ui/theme"}, qtWidgets},
        {"ui/overview", shown + QStringList{"ui/widgets", "ui/theme"}, qtCharts},
        {"ui/profile", shown + QStringList{"ui/dialogs", "ui/widgets", "ui/theme"}, qtWidgets},
        {"ui/entries", shown + QStringList{"ui/profile", "ui/dialogs", "ui/widgets", "ui/theme"}, qtWidgets},
        {"ui", shown + QStringList{"ui/"}, qtCharts},
        {"app/wiring", {"core/"}, qtSql}, // also in a program without a window
        {"app/desktop", {"core/", "ui/", "ui", "app/wiring"}, qtCharts},
        {"app/ctl", {"core/", "app/wiring"}, qtCore},
        {"app/node", {"core/", "app/wiring"}, qtSql},
    };
    return table;
}

// Libraries that one folder hides from all others: how their headers begin, and who may include them.
struct HiddenLibrary {
    QString headers;
    QStringList folders;
};

inline const QList<HiddenLibrary> &hiddenLibraries()
{
    static const QList<HiddenLibrary> table{
        {"libpq", {"core/storage"}},
        {"nlohmann/", {"core/profiles", "core/rooms", "core/api"}},
        {"boost/", {"core/server"}},
        {"openssl/", {"core/rooms", "core/server"}},
    };
    return table;
}

// Files over 600 lines that may stay so, each with its reason.
inline const QHash<QString, QString> &longFiles()
{
    static const QHash<QString, QString> table;
    return table;
}
constexpr int longestFile = 600;

// One source file: where it stands below the project's root, and what it says.
struct Source {
    QString path;
    QString text;
};

inline QString folderOf(const QString &path)
{
    return path.contains('/') ? path.section('/', 0, -2) : QString();
}

inline const Layer *layerOf(const QString &folder)
{
    for (const Layer &layer : layers()) {
        if (layer.folder == folder)
            return &layer;
    }
    return nullptr;
}

inline bool covers(const QStringList &names, const QString &folder)
{
    return std::any_of(names.begin(), names.end(), [&](const QString &name) {
        return name == folder || (name.endsWith('/') && folder.startsWith(name));
    });
}

// The module that a header of Qt belongs to, as this machine's Qt has it; empty when it is none of Qt's.
inline QString qtModuleOf(const QString &header)
{
    static const QHash<QString, QString> modules = [] {
        QHash<QString, QString> found;
        const QDir root(QLibraryInfo::path(QLibraryInfo::HeadersPath));
        for (const QString &module : root.entryList({"Qt*"}, QDir::Dirs)) {
            for (const QString &name : QDir(root.filePath(module)).entryList(QDir::Files))
                found.insert(name, module);
        }
        return found;
    }();
    return header.startsWith("Qt") && header.contains('/') ? header.section('/', 0, 0) : modules.value(header);
}

struct Include {
    QString header;
    bool quoted = false;
};

inline QList<Include> includesOf(const QString &text)
{
    static const QRegularExpression line(R"re(^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">])re",
                                         QRegularExpression::MultilineOption);
    QList<Include> found;
    for (auto match = line.globalMatch(text); match.hasNext();) {
        const auto include = match.next();
        found << Include{include.captured(2), include.captured(1) == "\""};
    }
    return found;
}

// What is wrong with one line `#include "…"` of a file in this layer; empty when nothing is.
inline QString wrongOwnInclude(const Layer &layer, const QString &header)
{
    static const QStringList roots{"core/", "ui/", "app/", "tests/"};
    if (header.endsWith(".moc"))
        return {};
    if (std::none_of(roots.begin(), roots.end(), [&](const QString &root) { return header.startsWith(root); }))
        return QString("includes \"%1\", which is not written from the root").arg(header);
    const QString folder = folderOf(header);
    if (folder == layer.folder || covers(layer.mayInclude, folder))
        return {};
    return QString("includes \"%1\", but %2 may not include %3").arg(header, layer.folder, folder);
}

// What is wrong with one line `#include <…>` of a file in this layer; empty when nothing is.
inline QString wrongForeignInclude(const Layer &layer, const QString &header)
{
    const QString module = qtModuleOf(header);
    if (!module.isEmpty() && !layer.qtModules.contains(module))
        return QString("includes <%1>, but %2 may not use %3").arg(header, layer.folder, module);
    for (const HiddenLibrary &library : hiddenLibraries()) {
        if (header.startsWith(library.headers) && !library.folders.contains(layer.folder))
            return QString("includes <%1>, which is for %2 only").arg(header, library.folders.join(", "));
    }
    return {};
}

inline QStringList wrongIncludes(const Source &source)
{
    if (source.path.startsWith("tests/"))
        return {}; // Tests may look at everything; nothing may look at tests.
    const Layer *layer = layerOf(folderOf(source.path));
    if (!layer)
        return {QString("stands in a folder that the table of layers does not know: %1").arg(folderOf(source.path))};
    QStringList problems;
    for (const Include &include : includesOf(source.text)) {
        const QString problem =
            include.quoted ? wrongOwnInclude(*layer, include.header) : wrongForeignInclude(*layer, include.header);
        if (!problem.isEmpty())
            problems << problem;
    }
    return problems;
}

// The first lines of every file name its authors and its licence: the core can be embedded, the rest is as free as
// Qt Charts is.
inline QStringList wrongLicence(const Source &source)
{
    const QString head = source.text.left(1000);
    const bool isForOthers = source.path.startsWith("core/") || source.path.startsWith("docs/python/");
    const QString licence = isForOthers ? "LGPL-3.0-or-later" : "GPL-3.0-or-later";
    QStringList problems;
    if (!head.contains("SPDX-FileCopyrightText: The Hearth authors"))
        problems << "has no line SPDX-FileCopyrightText: The Hearth authors";
    if (!head.contains(QRegularExpression(QString("SPDX-License-Identifier: %1\\b").arg(licence))))
        problems << QString("has no line SPDX-License-Identifier: %1").arg(licence);
    return problems;
}

inline QStringList wrongLength(const Source &source)
{
    const auto lines = source.text.count('\n');
    if (lines <= longestFile || longFiles().contains(source.path))
        return {};
    return {QString("has %1 lines, more than %2").arg(lines).arg(longestFile)};
}

inline bool isCode(const QString &path)
{
    return path.endsWith(".h") || path.endsWith(".cpp");
}

// JSON and pictures cannot hold a comment: REUSE.toml speaks for them. The licences speak for themselves.
inline bool carriesLicence(const QString &path)
{
    static const QStringList silent{"json", "png", "txt"};
    return path.endsWith("CMakeLists.txt") || !silent.contains(QFileInfo(path).suffix());
}

inline QStringList problemsOf(const Source &source)
{
    QStringList problems;
    if (isCode(source.path))
        problems << wrongIncludes(source) << wrongLength(source);
    if (carriesLicence(source.path))
        problems << wrongLicence(source);
    for (QString &problem : problems)
        problem = source.path + ": " + problem;
    return problems;
}

// Every file of the project below root, without what is built, hidden folders but .ci, and version control.
inline QStringList filesOf(const QString &root)
{
    static const QStringList folders{".ci",       "app",       "cmake",   "core",  "docs",
                                     "packaging", "resources", "scripts", "tests", "ui"};
    static const QStringList own{".clang-format", ".clang-tidy",     ".gitignore", "CMakeLists.txt", "ARCHITECTURE.md",
                                 "CHANGELOG.md",  "CONTRIBUTING.md", "README.md",  "REUSE.toml",     "run",
                                 "test"};
    QStringList found = own;
    for (const QString &folder : folders) {
        QDirIterator files(root + '/' + folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext())
            found << QDir(root).relativeFilePath(files.next());
    }
    found.sort();
    return found;
}

} // namespace hearth::architecture
