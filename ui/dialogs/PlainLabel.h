// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QLabel;
class QWidget;

namespace hearth {

// A label that shows data: as plain text, over as many lines as it takes. GUI thread only.
QLabel *plainLabel(QWidget *parent, const char *objectName = "", const QString &text = {});

} // namespace hearth
