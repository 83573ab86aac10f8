// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmJob.h"

#include "core/base/Format.h"

namespace hearth {

void WarmProgress::fail(const ProfileId *begin, const ProfileId *end, const std::string &why)
{
    if (begin == end)
        return;
    done += static_cast<std::uint64_t>(end - begin);
    failed += static_cast<std::uint64_t>(end - begin);
    problem = why;
    for (; begin != end && failedUsers.size() < maximumFailedUsers; ++begin)
        failedUsers.push_back(begin->text());
}

std::string summaryOf(const WarmProgress &progress)
{
    std::string text = "warmed " + format::count(progress.warmed) + " of " + format::count(progress.requested);
    const auto mention = [&text](std::uint64_t count, const char *words) {
        if (count > 0)
            text += ", " + format::count(count) + words;
    };
    mention(progress.alreadyCached, " cached already");
    mention(progress.notFound, " unknown");
    mention(progress.failed, " failed");
    if (progress.state == JobState::Cancelled)
        text += ", cancelled";
    text += ", " + format::span(progress.elapsed);
    if (!progress.problem.empty())
        text += ": " + progress.problem;
    return text;
}

} // namespace hearth
