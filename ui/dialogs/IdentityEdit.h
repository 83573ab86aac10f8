// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace hearth {

// Where a list of users is typed or pasted. A file that is dropped or pasted, and a text that is too long to be edited
// without a stutter, are handed on instead. GUI thread only.
class IdentityEdit final : public QPlainTextEdit
{
    Q_OBJECT

public:
    static constexpr qsizetype longestText = 256 * 1024; // characters

    explicit IdentityEdit(QWidget *parent = nullptr);

Q_SIGNALS:
    void fileGiven(const QString &path);
    void longTextGiven(const QString &text);

protected:
    bool canInsertFromMimeData(const QMimeData *source) const override;
    void insertFromMimeData(const QMimeData *source) override;
};

} // namespace hearth
