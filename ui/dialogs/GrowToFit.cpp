// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/GrowToFit.h"

#include <QLayout>
#include <QWidget>

namespace hearth {

void growToFit(QWidget &window)
{
    QLayout *layout = window.layout();
    layout->activate();
    const int needed = layout->hasHeightForWidth() ? layout->totalMinimumHeightForWidth(window.width())
                                                   : layout->totalMinimumSize().height();
    if (needed > window.height())
        window.resize(window.width(), needed);
}

} // namespace hearth
