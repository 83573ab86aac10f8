// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/BinaryCopy.h"

namespace hearth {

namespace {

constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);
constexpr std::size_t headerSize = 19; // the signature, flags, the length of an extension that there is none of
constexpr std::int16_t trailer = -1;

// bytes: at least as many as Number has.
template <class Number>
Number numberAt(std::string_view bytes)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        number = number << 8U | static_cast<unsigned char>(bytes[i]);
    return Number(number);
}

// Takes it from the front. Returns: false when there is not that much.
template <class Number>
bool take(std::string_view &bytes, Number &number)
{
    if (bytes.size() < sizeof(Number))
        return false;
    number = numberAt<Number>(bytes);
    bytes.remove_prefix(sizeof(Number));
    return true;
}

} // namespace

void BinaryCopy::feed(std::string_view message)
{
    m_rest = message;
    if (!m_hasHeader && !skipHeader())
        static_cast<void>(malformed());
}

bool BinaryCopy::skipHeader()
{
    if (m_rest.size() < headerSize || m_rest.substr(0, signature.size()) != signature)
        return false;
    m_rest.remove_prefix(headerSize);
    m_hasHeader = true;
    return true;
}

const std::vector<BinaryCopy::Field> *BinaryCopy::malformed()
{
    m_isMalformed = true;
    m_rest = {};
    return nullptr;
}

const std::vector<BinaryCopy::Field> *BinaryCopy::nextRow()
{
    std::int16_t columns = 0;
    if (m_rest.empty())
        return nullptr;
    if (!take(m_rest, columns))
        return malformed();
    if (columns == trailer)
        return nullptr;
    if (std::size_t(columns) != m_fields.size())
        return malformed();
    for (Field &field : m_fields) {
        std::int32_t length = 0;
        if (!take(m_rest, length) || length < -1 || (length >= 0 && std::size_t(length) > m_rest.size()))
            return malformed();
        field.reset();
        if (length >= 0) {
            field = m_rest.substr(0, std::size_t(length));
            m_rest.remove_prefix(std::size_t(length));
        }
    }
    return &m_fields;
}

std::optional<std::int32_t> int32Of(const BinaryCopy::Field &field)
{
    return field && field->size() == 4 ? std::optional(numberAt<std::int32_t>(*field)) : std::nullopt;
}

std::optional<std::int64_t> int64Of(const BinaryCopy::Field &field)
{
    return field && field->size() == 8 ? std::optional(numberAt<std::int64_t>(*field)) : std::nullopt;
}

} // namespace hearth
