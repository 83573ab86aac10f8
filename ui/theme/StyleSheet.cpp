// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/StyleSheet.h"

#include <utility>

namespace hearth {

namespace {

// @name is a colour of the theme, or a distance.
constexpr auto rules = R"css(
QLabel[hearthQuiet="true"], QCheckBox[hearthQuiet="true"], QRadioButton[hearthQuiet="true"] { color: @quiet; }
QToolTip { background: @tipGround; color: @tipText; border: 1px solid @control; padding: 4px 6px; }

QPushButton { background: @panel; color: @text; border: 1px solid @control; border-radius: 5px;
              padding: 5px 12px; min-height: 18px; outline: none; }
QPushButton:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked { background: @selection; }
QPushButton:focus { border: 2px solid @accent; padding: 4px 11px; }
QPushButton:disabled { color: @disabled; border-color: @line; background: @ground; }
QPushButton:default { border-color: @accent; }
QPushButton[hearthRole="accent"] { background: @accent; color: @accentText; border-color: @accent; font-weight: 600; }
QPushButton[hearthRole="accent"]:hover, QPushButton[hearthRole="accent"]:pressed { background: @accentHover;
              border-color: @accentHover; }
QPushButton[hearthRole="accent"]:focus { border: 2px solid @text; padding: 4px 11px; }
QPushButton[hearthRole="accent"]:disabled { background: @track; color: @disabled; border-color: @track; }
QPushButton[hearthRole="danger"] { color: @error; border-color: @error; }
QPushButton[hearthRole="danger"]:hover { background: @errorGround; }
QPushButton[hearthRole="danger"]:focus { border: 2px solid @error; padding: 4px 11px; }
QPushButton[hearthRole="danger"]:disabled { color: @disabled; border-color: @line; }
QPushButton[hearthRole="flat"] { background: transparent; border-color: transparent; }
QPushButton[hearthRole="flat"]:hover { background: @hover; }
QPushButton[hearthRole="flat"]:focus { border: 2px solid @accent; padding: 4px 11px; }

QToolButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 5px; padding: 3px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @selection; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @disabled; }
QToolButton[hearthRole="warningPill"] { background: @warningGround; color: @warning; border: 1px solid @warning;
              border-radius: 13px; padding: 3px 4px 3px 8px; min-height: 18px; font-weight: 600; }
QToolButton[hearthRole="warningPill"]:hover { border-width: 2px; padding: 2px 3px 2px 7px; }
QToolButton[hearthRole="warningPill"]:focus { border: 2px solid @text; padding: 2px 3px 2px 7px; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit { background: @panel; color: @text; border: 1px solid @control;
              border-radius: 5px; padding: 4px 8px; selection-background-color: @accent;
              selection-color: @accentText; }
QLineEdit { min-height: 20px; }
QLineEdit[hearthLeadingIcon="true"] { padding-left: 2px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
QLineEdit:disabled, QLineEdit:read-only { background: @ground; }

QCheckBox, QRadioButton { spacing: 7px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator { width: 15px; height: 15px;
              background: @panel; border: 1px solid @quiet; border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox:focus::indicator,
QRadioButton:focus::indicator { border-color: @accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: @accent; border-color: @accent;
              image: url(:/hearth/icons/check-@variant.svg); }
QRadioButton::indicator:checked { border: 5px solid @accent; width: 7px; height: 7px; background: @panel; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @line; background: @ground; }
QCheckBox::indicator:checked:disabled { border-color: @disabled; background: @disabled; }
QRadioButton::indicator:checked:disabled { border-color: @disabled; background: @ground; }

QSpinBox, QDoubleSpinBox { background: @panel; color: @text; border: 1px solid @control; border-radius: 5px;
              padding: 4px 6px; min-height: 20px; selection-background-color: @accent;
              selection-color: @accentText; }
QSpinBox:focus, QDoubleSpinBox:focus { border-color: @accent; }
QSpinBox:disabled, QDoubleSpinBox:disabled { color: @disabled; border-color: @line; background: @ground; }
QSpinBox::up-button, QDoubleSpinBox::up-button { border: none; width: 18px; subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button { border: none; width: 18px; subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(:/hearth/icons/arrow-up-@variant.svg); width: 10px;
              height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(:/hearth/icons/arrow-down-@variant.svg); width: 10px;
              height: 10px; }

QComboBox { background: @panel; color: @text; border: 1px solid @control; border-radius: 5px;
              padding: 4px 8px; min-height: 20px; }
QComboBox:hover { background: @hover; }
QComboBox:focus { border-color: @accent; }
QComboBox:disabled { color: @disabled; border-color: @line; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/hearth/icons/arrow-down-@variant.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @control; outline: none;
              selection-background-color: @selection; selection-color: @selectionText; }

QAbstractItemView { selection-background-color: @selection; selection-color: @selectionText; }
QTableView, QTreeView, QListView { background: @panel; alternate-background-color: @panel; border: none;
              gridline-color: @line; outline: none; }
QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @quiet; border: none; border-bottom: 1px solid @line;
              padding: 6px 8px; }
QHeaderView::section:hover { background: @hover; }
QHeaderView::down-arrow { image: url(:/hearth/icons/arrow-down-@variant.svg); width: 10px; height: 10px; }
QHeaderView::up-arrow { image: url(:/hearth/icons/arrow-up-@variant.svg); width: 10px; height: 10px; }
QTableCornerButton::section { background: @panel; border: none; border-bottom: 1px solid @line; }

QMenu { background: @panel; color: @text; border: 1px solid @control; padding: 4px; }
QMenu::item { padding: 5px 22px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selection; color: @selectionText; }
QMenu::item:disabled { color: @disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 15px; height: 15px; margin-left: 6px; border: 1px solid @quiet; border-radius: 4px; }
QMenu::indicator:exclusive { border-radius: 8px; }
QMenu::indicator:non-exclusive:checked { background: @accent; border-color: @accent;
              image: url(:/hearth/icons/check-@variant.svg); }
QMenu::indicator:exclusive:checked { border: 5px solid @accent; width: 7px; height: 7px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenuBar { background: @rail; color: @text; border-bottom: 1px solid @line; }
QMenuBar::item { padding: 4px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @selection; }

QStatusBar { background: @panel; color: @quiet; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @quiet; }
QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QProgressBar { background: @track; color: @text; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @control; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @quiet; }
QScrollBar::handle:disabled { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QScrollArea { background: transparent; border: none; }
)css";

QString disabledColour(const Theme &theme)
{
    return mixed(theme.quiet, theme.panel, 0.7).name();
}

QString value(const QString &name, const Theme &theme)
{
    const std::pair<QLatin1String, QColor> colours[] = {
        {QLatin1String("ground"), theme.ground},
        {QLatin1String("panel"), theme.panel},
        {QLatin1String("line"), theme.line},
        {QLatin1String("control"), theme.control},
        {QLatin1String("text"), theme.text},
        {QLatin1String("quiet"), theme.quiet},
        {QLatin1String("accent"), theme.accent},
        {QLatin1String("accentText"), theme.accentText},
        {QLatin1String("accentHover"), theme.accentHover},
        {QLatin1String("selection"), theme.selection},
        {QLatin1String("selectionText"), theme.selectionText},
        {QLatin1String("hover"), theme.hover},
        {QLatin1String("track"), theme.track},
        {QLatin1String("rail"), theme.rail},
        {QLatin1String("warning"), theme.warning},
        {QLatin1String("warningGround"), theme.warningGround},
        {QLatin1String("error"), theme.error},
        {QLatin1String("errorGround"), theme.errorGround},
        {QLatin1String("tipGround"), theme.palette().color(QPalette::ToolTipBase)},
        {QLatin1String("tipText"), theme.palette().color(QPalette::ToolTipText)},
    };
    for (const auto &[key, colour] : colours) {
        if (name == key)
            return colour.name();
    }
    if (name == QLatin1String("disabled"))
        return disabledColour(theme);
    if (name == QLatin1String("variant"))
        return theme.isDark ? QStringLiteral("dark") : QStringLiteral("light");
    Q_ASSERT_X(false, "styleSheet", "a name in the rules that no theme knows");
    return {};
}

} // namespace

QString styleSheet(const Theme &theme)
{
    const QString source = QString::fromLatin1(rules);
    QString result;
    result.reserve(source.size() * 2);
    for (qsizetype i = 0; i < source.size(); ++i) {
        if (source[i] != QLatin1Char('@')) {
            result += source[i];
            continue;
        }
        qsizetype end = i + 1;
        while (end < source.size() && source[end].isLetter())
            ++end;
        result += value(source.mid(i + 1, end - i - 1), theme);
        i = end - 1;
    }
    return result;
}

} // namespace hearth
