// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace hearth {

// A file that belongs to this user and this program alone while it is open: mode 0600, a regular file that was reached
// through no symbolic link of its own or of its folder, locked against others that open it so. Its folder is made, for
// its owner only, where there is none.
//
// Not synchronized. Calls may take as long as the disk does. Errors are sentences about the file, with the next step.
class LockedFile
{
public:
    // Makes an empty file where there is none.
    // Returns: Unavailable while another program has it, PermissionDenied for all that stands in its way otherwise
    static Result<LockedFile> open(const std::string &path);
    ~LockedFile();
    LockedFile(LockedFile &&other) noexcept;
    LockedFile &operator=(LockedFile &&) = delete;

    // From its beginning.
    Result<std::vector<unsigned char>> read(std::size_t atMost) const;
    Result<void> write(std::size_t offset, const std::vector<unsigned char> &bytes);
    // Cuts off what stands behind, if anything does.
    Result<void> cutTo(std::size_t size);
    // Gives it another name, which nothing had before, so that the next open() makes a new file. Returns: that name.
    Result<std::string> setAside();

private:
    LockedFile(std::string path, int folder, int file);
    Error problem(const char *what, int error) const;

    const std::string m_path;
    int m_folder; // -1 when moved from, like the file
    int m_file;
};

} // namespace hearth
