// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hearth {

// Appends JSON to a string, without a tree in between. The caller sees to it that what it begins it ends.
// Strings may hold any bytes: those that are no UTF-8 become U+FFFD. Not synchronized. Borrows the string.
class JsonWriter
{
public:
    explicit JsonWriter(std::string &out)
        : m_out(out)
    {
    }

    JsonWriter &beginObject() { return begin('{'); }
    JsonWriter &endObject() { return end('}'); }
    JsonWriter &beginArray() { return begin('['); }
    JsonWriter &endArray() { return end(']'); }

    JsonWriter &key(std::string_view name);
    JsonWriter &string(std::string_view text);
    JsonWriter &boolean(bool value);
    JsonWriter &number(std::uint64_t value);
    JsonWriter &number(std::int64_t value);
    // With up to six digits behind the point. What JSON cannot write (infinite, no number) becomes null.
    JsonWriter &decimal(double value);
    JsonWriter &null();
    // A value that somebody else appends, with a writer of its own: write(the string).
    template <class Write>
    JsonWriter &document(Write write)
    {
        separate();
        write(m_out);
        return *this;
    }

    // "name": value
    JsonWriter &member(std::string_view name, std::string_view text) { return key(name).string(text); }
    JsonWriter &member(std::string_view name, const char *text) { return key(name).string(text); }
    JsonWriter &member(std::string_view name, bool value) { return key(name).boolean(value); }
    JsonWriter &member(std::string_view name, std::uint64_t value) { return key(name).number(value); }
    JsonWriter &member(std::string_view name, std::int64_t value) { return key(name).number(value); }
    JsonWriter &member(std::string_view name, double value) { return key(name).decimal(value); }
    // null where the text is empty.
    JsonWriter &memberOrNull(std::string_view name, std::string_view text)
    {
        return text.empty() ? key(name).null() : member(name, text);
    }

private:
    JsonWriter &begin(char bracket);
    JsonWriter &end(char bracket);
    void separate();

    std::string &m_out;
    bool m_needsComma = false;
};

} // namespace hearth
