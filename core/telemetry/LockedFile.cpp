// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/LockedFile.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace hearth {

namespace {

constexpr int mostNamesAside = 99;
constexpr int attemptsToOpen = 20; // each lost to somebody who set the file aside meanwhile

// Closes on leaving, unless it is released.
class Descriptor
{
public:
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    int operator*() const { return m_number; }
    int release() { return std::exchange(m_number, -1); }

private:
    int m_number;
};

std::string folderOf(const std::string &path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string nameOf(const std::string &path)
{
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

// Makes the folder and those above it that are missing, for their owner only. Returns: errno, 0 when it is there.
int makeFolder(const std::string &path)
{
    struct stat status {
    };
    if (::stat(path.c_str(), &status) == 0)
        return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    if (const int error = errno; error != ENOENT)
        return error;
    if (const int error = makeFolder(folderOf(path)); error != 0)
        return error;
    return ::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST ? 0 : errno;
}

std::string reason(int error)
{
    return std::generic_category().message(error);
}

Error refusal(const std::string &path, const char *what, const char *nextStep)
{
    return {ErrorCode::PermissionDenied, path + ' ' + what + ' ' + nextStep};
}

Error openingProblem(const std::string &path, int error)
{
    if (error == ELOOP || error == EISDIR || error == ENXIO)
        return refusal(path, "is not a plain file.", "Move away what has this name.");
    if (error == ENOSPC || error == EDQUOT)
        return refusal(path, ("cannot be made (" + reason(error) + ").").c_str(), "Free some space on that disk.");
    return refusal(path, ("cannot be opened (" + reason(error) + ").").c_str(),
                   "Make it and its folder writable for your user, and for nobody else.");
}

// Whether it is what we would have made. Returns: what is wrong.
std::optional<Error> strangeness(const std::string &path, int file)
{
    struct stat status {
    };
    if (::fstat(file, &status) != 0)
        return openingProblem(path, errno);
    if (!S_ISREG(status.st_mode))
        return openingProblem(path, EISDIR);
    if (status.st_uid != ::geteuid())
        return refusal(path, "belongs to another user.", "Move it away.");
    if ((status.st_mode & ALLPERMS) != (S_IRUSR | S_IWUSR) && ::fchmod(file, S_IRUSR | S_IWUSR) != 0)
        return openingProblem(path, errno);
    return std::nullopt;
}

// Whether the name still stands for the file: whoever had the lock before may have set it aside.
bool isStillNamed(int folder, const std::string &name, int file)
{
    struct stat named {
    };
    struct stat opened {
    };
    return ::fstatat(folder, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 && ::fstat(file, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

bool isThere(int folder, const std::string &name)
{
    struct stat status {
    };
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

// Returns: errno, 0 when it is done. EEXIST when something has the new name.
int renameWithin(int folder, const std::string &from, const std::string &to)
{
    if (::renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    // A file system that cannot promise it: we hold the lock of what is renamed, and look first.
    if (isThere(folder, to))
        return EEXIST;
    return ::renameat(folder, from.c_str(), folder, to.c_str()) == 0 ? 0 : errno;
}

} // namespace

LockedFile::LockedFile(std::string path, int folder, int file)
    : m_path(std::move(path))
    , m_folder(folder)
    , m_file(file)
{
}

LockedFile::LockedFile(LockedFile &&other) noexcept
    : m_path(other.m_path)
    , m_folder(std::exchange(other.m_folder, -1))
    , m_file(std::exchange(other.m_file, -1))
{
}

LockedFile::~LockedFile()
{
    if (m_file >= 0)
        ::close(m_file);
    if (m_folder >= 0)
        ::close(m_folder);
}

Result<LockedFile> LockedFile::open(const std::string &path)
{
    if (const int error = makeFolder(folderOf(path)); error != 0)
        return openingProblem(path, error);
    Descriptor folder(::open(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (*folder < 0)
        return openingProblem(path, errno);
    const std::string name = nameOf(path);
    for (int attempt = 0; attempt < attemptsToOpen; ++attempt) {
        // Not blocking: a pipe in its place would wait for a reader.
        Descriptor file(
            ::openat(*folder, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, S_IRUSR | S_IWUSR));
        if (*file < 0)
            return openingProblem(path, errno);
        if (const std::optional<Error> strange = strangeness(path, *file))
            return *strange;
        if (::flock(*file, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK)
                return openingProblem(path, errno);
            return Error{ErrorCode::Unavailable,
                         "Another running Hearth writes to " + path + ". Close it and start this one again."};
        }
        if (isStillNamed(*folder, name, *file))
            return LockedFile(path, folder.release(), file.release());
    }
    return refusal(path, "is replaced all the time.", "Find out by whom.");
}

Error LockedFile::problem(const char *what, int error) const
{
    const bool isFull = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return {ErrorCode::Unavailable, m_path + " cannot be " + what + " (" + reason(error) + "). " +
                                        (isFull ? "Free some space on that disk." : "See whether that disk is well.")};
}

Result<std::vector<unsigned char>> LockedFile::read(std::size_t atMost) const
{
    std::vector<unsigned char> bytes(atMost);
    std::size_t count = 0;
    while (count < atMost) {
        const ssize_t got = ::pread(m_file, bytes.data() + count, atMost - count, static_cast<off_t>(count));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return problem("read", errno);
        if (got == 0)
            break;
        count += static_cast<std::size_t>(got);
    }
    bytes.resize(count);
    return bytes;
}

Result<void> LockedFile::write(std::size_t offset, const std::vector<unsigned char> &bytes)
{
    std::size_t count = 0;
    while (count < bytes.size()) {
        const ssize_t put =
            ::pwrite(m_file, bytes.data() + count, bytes.size() - count, static_cast<off_t>(offset + count));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return problem("written", put < 0 ? errno : ENOSPC);
        count += static_cast<std::size_t>(put);
    }
    return {};
}

Result<void> LockedFile::cutTo(std::size_t size)
{
    struct stat status {
    };
    const bool isCut = ::fstat(m_file, &status) == 0 && (status.st_size <= static_cast<off_t>(size) ||
                                                         ::ftruncate(m_file, static_cast<off_t>(size)) == 0);
    return isCut ? Result<void>() : problem("cut", errno);
}

Result<std::string> LockedFile::setAside()
{
    int error = EEXIST;
    for (int number = 1; number <= mostNamesAside && error == EEXIST; ++number) {
        const std::string suffix = ".set-aside-" + std::to_string(number);
        error = renameWithin(m_folder, nameOf(m_path), nameOf(m_path) + suffix);
        if (error == 0)
            return m_path + suffix;
    }
    return problem("set aside", error);
}

} // namespace hearth
