// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// Asked every few thousand steps of long work: false, when nobody waits for its result any more.
using StillWanted = std::function<bool()>;

// Many short texts in which one is looked for without regard to case. They stand folded behind one another, so that
// all of them are searched as one text: a gigabyte or so a second. Not synchronized; reading it is.
class FoldedTexts
{
public:
    void reserve(std::size_t count, std::size_t bytes);
    void append(std::string_view utf8);

    // The numbers of the texts that contain it, ascending; what was found so far, when nobody wants it any more.
    std::vector<std::uint32_t> containing(const std::string &text, const StillWanted &isWanted) const;

private:
    std::string m_texts;             // each followed by a NUL, which is in none of them
    std::vector<std::size_t> m_ends; // where that NUL stands
};

} // namespace hearth
