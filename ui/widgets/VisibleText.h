// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace hearth {

// Data as it may be shown: line breaks, control, bidirectional and other invisible characters become visible
// ("⟨U+202E⟩"), so that a name can neither reorder nor hide what stands beside it. Other text, marks of Igbo,
// Yoruba and Hausa included, is unchanged. Thread-safe.
QString visibleText(const QString &data);

// The same, for labels that wrap lines: a word that is longer than a line may break, at places that nobody sees.
QString breakableText(const QString &data);

// Data for setToolTip(), showMessage() and others that would render HTML found in it: made visible, and escaped
// where Qt would take it for rich text.
QString plainToolTip(const QString &data);

} // namespace hearth
