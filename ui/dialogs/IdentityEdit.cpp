// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/IdentityEdit.h"

#include <QMimeData>
#include <QUrl>

namespace hearth {

namespace {

// The first of the files that stand on this machine; empty: there is none.
QString fileOf(const QMimeData &source)
{
    for (const QUrl &url : source.urls()) {
        if (url.isLocalFile())
            return url.toLocalFile();
    }
    return {};
}

} // namespace

IdentityEdit::IdentityEdit(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setAcceptDrops(true);
    setTabChangesFocus(true);
}

bool IdentityEdit::canInsertFromMimeData(const QMimeData *source) const
{
    return !fileOf(*source).isEmpty() || QPlainTextEdit::canInsertFromMimeData(source);
}

void IdentityEdit::insertFromMimeData(const QMimeData *source)
{
    if (const QString file = fileOf(*source); !file.isEmpty()) {
        Q_EMIT fileGiven(file);
        return;
    }
    const QString text = source->text();
    if (text.size() + document()->characterCount() > longestText)
        Q_EMIT longTextGiven(text);
    else
        QPlainTextEdit::insertFromMimeData(source);
}

} // namespace hearth
