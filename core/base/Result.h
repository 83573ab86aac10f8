// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace hearth {

enum class ErrorCode : std::uint8_t {
    InvalidArgument, // what the caller passed is malformed
    NotFound,        // no such user, entry, job
    AlreadyExists,
    PermissionDenied, // the database role may not; row level security hides the rows
    Timeout,          // no answer within the limit
    Unavailable,      // the database cannot be reached now; retried on its own
    Overloaded,       // too many loads are waiting
    SchemaMismatch,   // a table or column is missing
    BadData,          // a row or document cannot be read
    Cancelled,
    ShuttingDown,
    Internal, // our own mistake
};

// Why something failed. Immutable value.
// The code is for the program; the detail is a sentence that a person can act on. It never holds a secret.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string detail;

    friend bool operator==(const Error &, const Error &) = default;
};

// Either a T or the Error that prevented it. Not synchronized.
//   Result<Profile> profile = …;
//   if (!profile) return profile.error();
//   use(*profile);
template <class T>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }
    Result(ErrorCode code, std::string detail)
        : Result(Error{code, std::move(detail)})
    {
    }

    explicit operator bool() const { return m_state.index() == 0; }

    const T &operator*() const & { return value(); }
    T &operator*() & { return value(); }
    T &&operator*() && { return std::move(value()); }
    const T *operator->() const { return &value(); }
    T *operator->() { return &value(); }

    const Error &error() const
    {
        assert(!*this);
        return std::get<1>(m_state);
    }

private:
    T &value()
    {
        assert(*this);
        return std::get<0>(m_state);
    }
    const T &value() const
    {
        assert(*this);
        return std::get<0>(m_state);
    }

    std::variant<T, Error> m_state;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error)
        : m_error(std::move(error))
        , m_failed(true)
    {
    }
    Result(ErrorCode code, std::string detail)
        : Result(Error{code, std::move(detail)})
    {
    }

    explicit operator bool() const { return !m_failed; }
    const Error &error() const
    {
        assert(m_failed);
        return m_error;
    }

private:
    Error m_error;
    bool m_failed = false;
};

} // namespace hearth
