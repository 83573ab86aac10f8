// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>

class QMenu;

namespace hearth {

enum class ChartsFormat { Png, Svg, Csv };

// "Save…": asks as what and where to. Ctrl+S opens its menu while it can be seen. GUI thread only.
class SaveChartsButton final : public QPushButton
{
    Q_OBJECT

public:
    explicit SaveChartsButton(QWidget *parent = nullptr);

public Q_SLOTS:
    void openMenu();
    void askForFile(hearth::ChartsFormat format);

Q_SIGNALS:
    void fileChosen(hearth::ChartsFormat format, const QString &path);

private:
    QMenu *m_menu = nullptr;
};

} // namespace hearth
