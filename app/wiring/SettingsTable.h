// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/NodeConfig.h"

#include <QString>

#include <variant>
#include <vector>

namespace hearth {

// A whole number within a range.
struct WholeNumber {
    qint64 minimum;
    qint64 maximum;
    const char *unit; // "seconds"; empty: a plain number
    void (*store)(NodeConfig &, qint64);
};

// A decimal number such as 0.75, without an exponent.
struct DecimalNumber {
    double minimum;
    double maximum;
    void (*store)(NodeConfig &, double);
};

// One of some words.
struct Choice {
    std::vector<const char *> words;
    void (*store)(NodeConfig &, std::size_t index);
};

// Any text that its check accepts. Returns: nothing, or why not and what is allowed, as the end of a sentence that
// began with the setting's name; it never repeats a secret.
struct FreeText {
    const char *allowed; // for the manual
    QString (*store)(NodeConfig &, const QString &);
};

enum class Secrecy {
    Open,
    FromFile,   // also as NAME_FILE
    SecretPart, // also as NAME_FILE; its text may hold a password, then not on the command line
    Secret      // also as NAME_FILE; never on the command line, never shown
};

// One row of the table: everything there is to know of a setting.
struct Setting {
    const char *name; // of the environment: "CACHE_TTL_SECONDS"
    const char *defaultText;
    Secrecy secrecy;
    std::variant<WholeNumber, DecimalNumber, Choice, FreeText> kind;
    const char *help;
    bool isForLater = false; // checked, but no program of this version does anything with it: the manual says so

    QString environmentName() const { return QString::fromLatin1(name); }
    QString optionName() const { return environmentName().toLower().replace(u'_', u'-'); }
    bool hasFile() const { return secrecy != Secrecy::Open; }
    bool isShown(const QString &value) const; // false: it is or may hold a secret
    // "a whole number from 1 to 2592000 (seconds)"
    QString allowed() const;
    // Checks and keeps the value. Returns: nothing, or what was wrong as the end of a sentence.
    QString apply(NodeConfig &config, const QString &value) const;
};

const std::vector<Setting> &settingsTable();

// Whether this database URL carries a password, in whatever form and however malformed it is.
bool hasPassword(const QString &databaseUrl);

} // namespace hearth
