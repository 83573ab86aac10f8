// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/NodeJsonReader.h"

#include "core/api/JsonMembers.h"
#include "core/profiles/ProfileJson.h"

#include <array>
#include <charconv>

namespace hearth {

namespace {

constexpr std::array agreements{std::pair{"same", Agreement::Same}, std::pair{"different", Agreement::Different},
                                std::pair{"absent", Agreement::Absent},
                                std::pair{"unreachable", Agreement::Unreachable}};
constexpr std::array warmStates{std::pair{"running", WarmState::Running}, std::pair{"done", WarmState::Done},
                                std::pair{"cancelled", WarmState::Cancelled}, std::pair{"failed", WarmState::Failed}};
constexpr std::array entryStates{std::pair{"active", EntryState::Active}, std::pair{"expired", EntryState::Expired}};

template <class Table>
auto named(const JsonMembers &members, std::string_view name, const Table &table)
{
    const std::string text = members.text(name);
    for (const auto &[known, value] : table) {
        if (text == known)
            return value;
    }
    members.fail("The member \"" + std::string(name) + "\" is none of its values.");
    return table.front().second;
}

EntryRow readRow(const JsonMembers &members)
{
    EntryRow row;
    row.identity = members.text("user_identity");
    row.masked = members.flagOr("masked", false);
    row.language = row.masked ? members.textOrEmpty("native_language") : members.text("native_language");
    row.voiceId = members.textOrEmpty("voice_id");
    row.voiceName = members.textOrEmpty("voice_name");
    row.state = named(members, "state", entryStates);
    row.cachedAt = members.time("cached_at");
    row.expiresAt = members.time("expires_at");
    row.ttl = members.seconds("ttl_seconds");
    row.hits = members.count("hits");
    row.source = members.text("source");
    if (members.has("load_ms"))
        row.loadTime = members.milliseconds("load_ms");
    row.expiryForced = members.flagOr("expiry_forced", false);
    return row;
}

struct ShownProfile {
    ProfilePtr profile;
    Voice voice;
    bool masked = false;
};

Voice readVoice(const JsonMembers &profile)
{
    if (!profile.has("voice_avatar"))
        return {};
    const JsonMembers members = profile.object("voice_avatar");
    Voice voice;
    voice.id = members.text("voice_id");
    voice.provider = members.textOrEmpty("provider");
    voice.name = members.textOrEmpty("name");
    voice.gender = members.textOrEmpty("gender");
    voice.accent = members.textOrEmpty("accent");
    voice.description = members.textOrEmpty("description");
    voice.language = members.textOrEmpty("language");
    return voice;
}

// Of a masked profile only the identity is known, and when its row was changed.
Result<Profile> maskedProfile(const JsonMembers &members)
{
    Result<ProfileId> id = ProfileId::parse(members.text("user_identity"));
    if (!id)
        return Error{ErrorCode::BadData, "The member \"user_identity\" is wrong. " + id.error().detail};
    Profile profile(*std::move(id));
    profile.nativeLanguage.clear();
    if (members.has("updated_at"))
        profile.updatedAt = members.time("updated_at") + members.reading().ahead; // as profileFromJson() has it
    return profile;
}

ShownProfile readProfile(const JsonMembers &members)
{
    ShownProfile shown;
    shown.masked = members.flagOr("masked", false);
    Result<Profile> profile = shown.masked ? maskedProfile(members) : profileFromJson(members.value().dump());
    if (!profile) {
        members.fail(profile.error().detail);
        return shown;
    }
    if (profile->updatedAt)
        profile->updatedAt = *profile->updatedAt - members.reading().ahead;
    shown.voice = readVoice(members);
    shown.profile = std::make_shared<const Profile>(*std::move(profile));
    return shown;
}

void readDatabaseSide(const JsonMembers &members, ProfileView &view)
{
    view.agreement = named(members, "state", agreements);
    view.differing = members.texts("differences");
    view.databaseProblem = members.textOrEmpty("problem");
    if (members.has("query_ms"))
        view.queryTime = members.milliseconds("query_ms");
    if (!members.has("profile"))
        return;
    ShownProfile stored = readProfile(members.object("profile"));
    view.stored = std::move(stored.profile);
    view.storedVoice = std::move(stored.voice);
    view.masked = view.masked || stored.masked;
}

ProfileView readView(const JsonMembers &document)
{
    ProfileView view;
    if (document.has("entry")) {
        const JsonMembers entry = document.object("entry");
        view.entry = readRow(entry);
        ShownProfile cached = readProfile(entry.object("profile"));
        view.cached = std::move(cached.profile);
        view.cachedVoice = std::move(cached.voice);
        view.masked = cached.masked;
        if (view.entry->voiceName.empty())
            view.entry->voiceName = view.cachedVoice.name;
    }
    if (document.has("database"))
        readDatabaseSide(document.object("database"), view);
    return view;
}

Event readEvent(const JsonMembers &members)
{
    Event event;
    event.seq = members.count("seq");
    event.time = members.time("time");
    // A kind that only a newer node knows is shown as what changes nothing.
    event.kind = eventKindFromText(members.text("kind")).value_or(EventKind::Settings);
    const std::string result = members.textOrEmpty("result");
    for (const EventResult known : {EventResult::Done, EventResult::Refused, EventResult::Failed}) {
        if (toString(known) == result)
            event.result = known;
    }
    event.user = members.textOrEmpty("user");
    event.who = members.textOrEmpty("who");
    event.count = members.countOr("count", 0);
    event.detail = members.textOrEmpty("detail");
    if (!members.has("target"))
        return event;
    if (const auto &target = members.value()["target"]; target == "everyone")
        event.concernsEveryone = true;
    else if (target.is_string())
        event.target = target.get<std::string>();
    else
        event.users = std::make_shared<const std::vector<std::string>>(members.texts("target"));
    return event;
}

std::uint64_t readJobId(const JsonMembers &members)
{
    const std::string text = members.textOrEmpty("job_id");
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!text.empty() && (read.ec != std::errc() || read.ptr != text.data() + text.size()))
        members.fail("The member \"job_id\" is not the number of a job.");
    return number;
}

} // namespace

Result<NodeInfo> nodeInfoFromJson(std::string_view json, std::chrono::milliseconds ahead)
{
    return readDocument<NodeInfo>(json, ahead, [](const JsonMembers &document) {
        NodeInfo info;
        info.embedded = false;
        info.name = document.text("name");
        info.environment = document.textOrEmpty("environment");
        info.version = document.text("version");
        info.instanceId = document.text("instance_id");
        info.startedAt = document.time("started_at");
        info.role = document.text("role");
        info.roleName = document.textOrEmpty("role_name");
        info.capabilities = document.texts("capabilities");
        info.sampleDatabase = document.flagOr("sample_database", false);
        if (info.instanceId.empty())
            document.fail("The member \"instance_id\" is empty.");
        return info;
    });
}

Result<EntriesAnswer> entriesFromJson(std::string_view json, std::chrono::milliseconds ahead)
{
    return readDocument<EntriesAnswer>(json, ahead, [](const JsonMembers &document) {
        EntriesAnswer answer;
        document.each("entries", [&](const JsonMembers &row) { answer.rows.push_back(readRow(row)); });
        answer.matching = document.count("total");
        answer.nextCursor = document.textOrEmpty("next_cursor");
        if (document.has("offset"))
            answer.offset = document.count("offset");
        return answer;
    });
}

Result<ProfileView> profileViewFromJson(std::string_view json, const std::string &identity,
                                        std::chrono::milliseconds ahead)
{
    Result<ProfileView> view = readDocument<ProfileView>(json, ahead, readView);
    if (view)
        view->identity = identity;
    return view;
}

Result<ProfileReading> profileReadingFromJson(std::string_view json, std::chrono::milliseconds ahead)
{
    return readDocument<ProfileReading>(json, ahead, [](const JsonMembers &document) {
        ShownProfile shown = readProfile(document);
        return ProfileReading{std::move(shown.profile), std::move(shown.voice), {}, {}};
    });
}

Result<EventsAnswer> eventsFromJson(std::string_view json, std::chrono::milliseconds ahead)
{
    return readDocument<EventsAnswer>(json, ahead, [](const JsonMembers &document) {
        EventsAnswer answer;
        answer.instanceId = document.text("instance_id");
        answer.next = document.count("next");
        document.each("events", [&](const JsonMembers &event) { answer.events.push_back(readEvent(event)); });
        return answer;
    });
}

Result<WarmStatus> jobFromJson(std::string_view json)
{
    return readDocument<WarmStatus>(json, {}, [](const JsonMembers &document) {
        WarmStatus status;
        status.jobId = readJobId(document);
        status.state = named(document, "state", warmStates);
        status.requested = document.count("requested");
        status.done = document.count("done");
        status.warmed = document.count("warmed");
        status.alreadyCached = document.count("already_cached");
        status.notFound = document.count("not_found");
        status.failed = document.count("failed");
        status.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(document.milliseconds("elapsed_ms"));
        status.problem = document.textOrEmpty("problem");
        if (document.has("failed_users"))
            status.failedUsers = document.texts("failed_users");
        return status;
    });
}

} // namespace hearth
