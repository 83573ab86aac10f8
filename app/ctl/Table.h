// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/Terminal.h"

#include <string>
#include <utility>
#include <vector>

namespace hearth {

// Rows of text in aligned columns. Data in cells is made visible (shownText), so whoever fills it need not care.
// Not synchronized.
class Table
{
public:
    enum class Align : std::uint8_t { Left, Right };
    struct Column {
        std::string title; // no column with a title: no line of titles
        Align align = Align::Left;
        bool mayShrink = false; // where the terminal is too narrow
    };
    struct Cell {
        Cell(std::string value, Tone meaning = Tone::Plain)
            : text(std::move(value))
            , tone(meaning)
        {
        }
        Cell(const char *value)
            : text(value)
        {
        }
        std::string text;
        Tone tone = Tone::Plain;
    };

    explicit Table(std::vector<Column> columns)
        : m_columns(std::move(columns))
    {
    }
    // Two columns without titles: names and values.
    static Table ofFacts() { return Table({{"", Align::Left, false}, {"", Align::Left, false}}); }

    // As many cells as there are columns.
    void add(std::vector<Cell> row) { m_rows.push_back(std::move(row)); }
    bool isEmpty() const { return m_rows.empty(); }
    // Ends with a line break, unless there is nothing.
    std::string text(const TextStyle &style) const;

private:
    std::vector<int> widths(const TextStyle &style) const;

    std::vector<Column> m_columns;
    std::vector<std::vector<Cell>> m_rows;
};

} // namespace hearth
