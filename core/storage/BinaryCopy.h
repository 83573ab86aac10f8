// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hearth {

// Takes apart what COPY … TO STDOUT (FORMAT binary) sends. Copies nothing: fields are valid as long as the message is.
// Not synchronized.
class BinaryCopy
{
public:
    // A field; none is null.
    using Field = std::optional<std::string_view>;

    explicit BinaryCopy(std::size_t columns)
        : m_fields(columns)
    {
    }

    // The next message: whole rows, one as a rule.
    void feed(std::string_view message);
    // Returns: the next row of the message; null when there is no further one, or isMalformed().
    const std::vector<Field> *nextRow();
    bool isMalformed() const { return m_isMalformed; }

private:
    bool skipHeader();
    const std::vector<Field> *malformed();

    std::vector<Field> m_fields;
    std::string_view m_rest;
    bool m_hasHeader = false;
    bool m_isMalformed = false;
};

// A number in network order; none where the field is null or of another size.
std::optional<std::int32_t> int32Of(const BinaryCopy::Field &field);
std::optional<std::int64_t> int64Of(const BinaryCopy::Field &field);

} // namespace hearth
