// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/Description.h"

#include <QFile>

#include <string>

// At the root's namespace, as Qt asks: a static library's resources are not there unless they are named.
static void initializeDescription()
{
    Q_INIT_RESOURCE(hearth_api_description);
}

namespace hearth {

std::string_view apiDescription()
{
    static const std::string text = [] {
        initializeDescription();
        QFile file(QStringLiteral(":/hearth/api/openapi.json"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string("{}");
    }();
    return text;
}

} // namespace hearth
