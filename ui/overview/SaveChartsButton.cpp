// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/SaveChartsButton.h"

#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"

#include <QDateTime>
#include <QFileDialog>
#include <QMenu>
#include <QShortcut>

#include <array>

namespace hearth {

namespace {

struct Format {
    ChartsFormat format;
    const char *action;
    const char *filter;
    const char *suffix;
};
constexpr std::array<Format, 3> formats{
    {{ChartsFormat::Png, QT_TRANSLATE_NOOP("hearth::SaveChartsButton", "&Picture (PNG)…"),
      QT_TRANSLATE_NOOP("hearth::SaveChartsButton", "PNG picture (*.png)"), "png"},
     {ChartsFormat::Svg, QT_TRANSLATE_NOOP("hearth::SaveChartsButton", "&Vector picture (SVG)…"),
      QT_TRANSLATE_NOOP("hearth::SaveChartsButton", "SVG picture (*.svg)"), "svg"},
     {ChartsFormat::Csv, QT_TRANSLATE_NOOP("hearth::SaveChartsButton", "Values as a &table (CSV)…"),
      QT_TRANSLATE_NOOP("hearth::SaveChartsButton", "Comma separated values (*.csv)"), "csv"}}};

} // namespace

SaveChartsButton::SaveChartsButton(QWidget *parent)
    : QPushButton(tr("Save…"), parent)
    , m_menu(new QMenu(this))
{
    setButtonIcon(*this, hearth::icon(Glyph::Export, Tint::Quiet));
    setAutoDefault(false);
    const QKeySequence key(QKeySequence::Save);
    setToolTip(tr("Save the charts as they are shown (%1)").arg(key.toString(QKeySequence::NativeText)));
    setAccessibleDescription(tr("Opens a menu: picture, vector picture, values as a table"));
    for (const Format &format : formats) {
        QAction *action = m_menu->addAction(tr(format.action));
        connect(action, &QAction::triggered, this, [this, chosen = format.format] { askForFile(chosen); });
    }
    connect(this, &QPushButton::clicked, this, &SaveChartsButton::openMenu);
    // Of the whole window: a hidden page's button hears nothing.
    connect(new QShortcut(key, this), &QShortcut::activated, this, &SaveChartsButton::openMenu);
}

void SaveChartsButton::openMenu()
{
    m_menu->popup(mapToGlobal(QPoint(width() - m_menu->sizeHint().width(), height() + space::xs)));
    m_menu->setActiveAction(m_menu->actions().constFirst());
}

void SaveChartsButton::askForFile(ChartsFormat format)
{
    const Format &chosen = formats[static_cast<std::size_t>(format)];
    auto *dialog = new QFileDialog(this, tr("Save the charts"), {}, tr(chosen.filter));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QString::fromLatin1(chosen.suffix));
    dialog->selectFile(QDateTime::currentDateTime().toString(QStringLiteral("'hearth-charts-'yyyyMMdd-HHmmss")) +
                       QLatin1Char('.') + QString::fromLatin1(chosen.suffix));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, format](const QString &path) { Q_EMIT fileChosen(format, path); });
    dialog->open();
}

} // namespace hearth
