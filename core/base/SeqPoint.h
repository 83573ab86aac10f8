// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <functional>
#include <string_view>

namespace hearth {

// Named places in the code at which a test can stop a thread or run something, so that two threads meet without
// sleeping. Compiled to nothing unless HEARTH_SEQ_POINTS is defined (the dev, asan and tsan presets).
//
// Thread-safe. The hook runs on the thread that passes the point; never place a point under a lock.
class SeqPoint
{
public:
    // Runs the hook at every pass of the point until the returned object is destroyed.
    class [[nodiscard]] Hook
    {
    public:
        Hook(std::string_view point, std::function<void()> run);
        ~Hook();
        Hook(const Hook &) = delete;
        Hook &operator=(const Hook &) = delete;

    private:
        unsigned m_id;
    };

    static void pass(std::string_view point);
};

} // namespace hearth

#if defined(HEARTH_SEQ_POINTS)
#define HEARTH_SEQ_POINT(name) ::hearth::SeqPoint::pass(name)
#else
#define HEARTH_SEQ_POINT(name) static_cast<void>(0)
#endif
