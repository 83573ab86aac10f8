// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QVariant>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// The rows that a query returned. Reads tolerantly: null, or a value that is no such thing, is nullopt. Not
// synchronized.
class SqlRows
{
public:
    explicit SqlRows(std::size_t columns = 0)
        : m_columns(columns)
    {
    }

    std::size_t size() const { return m_columns == 0 ? 0 : m_values.size() / m_columns; }
    bool isEmpty() const { return m_values.empty(); }
    // Values are appended row by row.
    void append(QVariant value) { m_values.push_back(std::move(value)); }

    std::optional<std::string> text(std::size_t row, std::size_t column) const;
    std::optional<std::int64_t> integer(std::size_t row, std::size_t column) const;
    std::optional<bool> boolean(std::size_t row, std::size_t column) const;

private:
    const QVariant &at(std::size_t row, std::size_t column) const { return m_values[row * m_columns + column]; }

    std::size_t m_columns;
    std::vector<QVariant> m_values;
};

} // namespace hearth
