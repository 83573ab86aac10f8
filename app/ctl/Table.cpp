// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/Table.h"

#include <algorithm>
#include <numeric>

namespace hearth {

namespace {

constexpr int gap = 2;
constexpr int narrowest = 8; // of a column that had to give way

std::string spaces(int count)
{
    return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

} // namespace

std::vector<int> Table::widths(const TextStyle &style) const
{
    std::vector<int> widths;
    for (const Column &column : m_columns)
        widths.push_back(displayWidth(column.title));
    for (const auto &row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], displayWidth(shownText(row[i].text, style.charset)));
    }
    // The widest of those that may gives way first.
    const auto gaps = gap * static_cast<int>(widths.size() - 1);
    for (int excess = std::accumulate(widths.begin(), widths.end(), gaps) - style.width;
         style.width > 0 && excess > 0;) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool canShrink = m_columns[i].mayShrink && widths[i] > narrowest;
            if (canShrink && (widest == widths.size() || widths[i] > widths[widest]))
                widest = i;
        }
        if (widest == widths.size())
            break;
        --widths[widest];
        --excess;
    }
    return widths;
}

std::string Table::text(const TextStyle &style) const
{
    const std::vector<int> widths = this->widths(style);
    std::string text;
    const auto addLine = [&](auto cellOf) {
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const Cell cell = cellOf(i);
            const std::string shown = fitted(shownText(cell.text, style.charset), widths[i], style.charset);
            const int rest = widths[i] - displayWidth(shown);
            const bool isLast = i + 1 == m_columns.size();
            if (m_columns[i].align == Align::Right)
                text += spaces(rest) + toned(shown, cell.tone, style);
            else
                text += toned(shown, cell.tone, style) + (isLast ? "" : spaces(rest));
            text += isLast ? "" : spaces(gap);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    };
    const bool hasTitles =
        std::any_of(m_columns.begin(), m_columns.end(), [](const Column &column) { return !column.title.empty(); });
    if (hasTitles)
        addLine([this](std::size_t i) { return Cell(m_columns[i].title, Tone::Title); });
    for (const auto &row : m_rows)
        addLine([&row](std::size_t i) { return row[i]; });
    return text;
}

} // namespace hearth
