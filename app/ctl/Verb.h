// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>
#include <QList>

namespace hearth {

class Session;

// Through what a verb does its work.
enum class Way : std::uint8_t {
    Node,     // a node's API, or a core of its own with --embedded
    Database, // DATABASE_URL itself
    Later,    // not in this version
};

// One verb of hearthctl: everything there is to know of it.
struct Verb {
    const char *name;
    const char *arguments; // "ID..." for the usage line; empty: none
    const char *summary;   // one line
    const char *manual;    // paragraphs and examples
    QList<QCommandLineOption> options;
    Way way;
    // Returns: an exit code; what went wrong stands on stderr then.
    int (*run)(Session &, const QCommandLineParser &);
};

// In the order of the manual.
const QList<Verb> &verbTable();

// The verbs by group, each in a file of its own.
QList<Verb> lookVerbs();     // stats, entries, get, inspect
QList<Verb> warmVerbs();     // warm
QList<Verb> actVerbs();      // expire, refresh, remove, cleanup, erase
QList<Verb> configVerbs();   // config
QList<Verb> eventVerbs();    // events, audit
QList<Verb> watchVerbs();    // watch
QList<Verb> databaseVerbs(); // selftest, install-triggers

} // namespace hearth
