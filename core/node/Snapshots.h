// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/profiles/Profile.h"
#include "core/profiles/VoiceCatalog.h"
#include "core/telemetry/DatabaseStatus.h"
#include "core/telemetry/Event.h"
#include "core/telemetry/Stats.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// What a user interface sees of a node, wherever it runs. All immutable values.
namespace hearth {

struct NodeInfo {
    std::string name;        // "this program's own cache", "eu-1"
    std::string environment; // "production"; empty where nobody said
    std::string version;
    std::string instanceId; // changes with every start
    WallTime startedAt{};
    bool embedded = true;                  // runs in this process
    std::string url;                       // of a node elsewhere
    std::string role = "operator";         // what whoever asks may do there: "viewer", "support", "service", "operator"
    std::string roleName;                  // the name that the token has; empty where it has none
    std::vector<std::string> capabilities; // of a node elsewhere: what its API offers
    bool sampleDatabase = false;           // the embedded sample one: recognisably not real people
};

// Whether a node can be asked. One in this process always can.
enum class LinkState : std::uint8_t {
    Connected,
    Connecting, // not asked yet
    Lost,       // it does not answer: tried again by itself
    Refused,    // it answers, but not us: the token, the certificate, or it is no such node; tried again, rarely
};

struct NodeLink {
    LinkState state = LinkState::Connected;
    std::string problem; // a sentence with the next step, when it is not connected
    WallTime since{};
    friend bool operator==(const NodeLink &, const NodeLink &) = default;
};

enum class EntryState : std::uint8_t { Active, Expired };

// A cached user as a row of a table.
struct EntryRow {
    std::string identity;
    std::string language; // code, as in the row of the database
    std::string voiceId;
    std::string voiceName; // empty where no catalogue knows the id
    EntryState state = EntryState::Active;
    WallTime cachedAt{};
    WallTime expiresAt{}; // for a forced expiry: when it was forced or before
    std::chrono::seconds ttl{};
    std::chrono::nanoseconds loadTime{}; // zero: was not loaded
    std::uint64_t hits = 0;
    std::string source; // "database", "created", "warmup", "refresh"
    bool expiryForced = false;
    bool masked = false; // the role that asked may not see language and voice: they are empty

    friend bool operator==(const EntryRow &, const EntryRow &) = default;
};

enum class EntrySort : std::uint8_t { Identity, Language, Voice, State, TimeToLive, Hits, Source, LoadTime };

struct EntriesFilter {
    std::string search; // part of the identity, without regard to case
    std::optional<EntryState> state;
    std::string language; // code; empty: all

    friend bool operator==(const EntriesFilter &, const EntriesFilter &) = default;
};

struct EntriesQuery {
    EntriesFilter filter;
    EntrySort sort = EntrySort::Identity;
    bool descending = false;
    std::size_t offset = 0;
    std::size_t limit = 500;
    // How old what is listed may be: a list that is walked, or looked at in another order, need not be made anew for
    // each page. Zero: as it is now.
    std::chrono::milliseconds maxAge{0};
};

struct EntriesPage {
    std::vector<EntryRow> rows; // in the order asked for
    std::size_t offset = 0;
    std::size_t matching = 0; // rows that match the filter, on all pages
    std::size_t total = 0;    // all entries
    WallTime takenAt{};
};

// How a cached profile relates to its row in the database.
enum class Agreement : std::uint8_t { Same, Different, Absent, Unreachable };

// One user, looked at quietly: what is cached, what the row says now, what happened lately.
struct ProfileView {
    std::string identity;
    std::optional<EntryRow> entry; // nullopt: not cached
    ProfilePtr cached;             // null: not cached
    Voice cachedVoice;
    Agreement agreement = Agreement::Unreachable;
    ProfilePtr stored; // the row; null when absent or unreachable
    Voice storedVoice;
    std::vector<std::string> differing; // "native_language", "voice_avatar", "formal_tone", "preserve_emotion"
    std::string databaseProblem;        // a sentence, when unreachable
    std::chrono::nanoseconds queryTime{};
    std::vector<Event> events; // of this user, newest first
    bool masked = false;       // the role that asked may not see language, voice and preferences: they say nothing
};

// Which entries an action is about.
struct TheseUsers {
    std::vector<std::string> identities;
};
struct MatchingUsers {
    EntriesFilter filter;
};
struct AllUsers {
};
using EntriesTarget = std::variant<TheseUsers, MatchingUsers, AllUsers>;

// What forcing the expiry would do.
struct ExpiryPreview {
    std::uint64_t count = 0;           // active entries that would become expired
    std::vector<std::string> examples; // at most 10
};

// What forcing the expiry did, and how to take it back.
struct ExpiryOutcome {
    std::uint64_t expired = 0; // active entries that became expired
    std::string undoId;        // empty: it cannot be taken back
    WallTime undoUntil{};
};

struct UndoOutcome {
    std::uint64_t restored = 0;
    std::uint64_t skipped = 0; // reloaded, invalidated or gone since
};

struct CleanupOutcome {
    std::uint64_t initialCount = 0;
    std::uint64_t removed = 0;
    std::uint64_t finalCount = 0;
    std::chrono::nanoseconds took{};
    std::uint64_t keptStale = 0; // expired ones among the final count, kept while the database cannot be asked
};

// What became of the wish for triggers by which the database tells of changes.
struct TriggerInstallation {
    bool installed = false;
    std::string problem; // a sentence, when this role may not make them
    std::string sql;     // then: for somebody who may
};

// Whom to warm.
struct TheseIdentities {
    std::vector<std::string> identities;
};
struct RecentUsers {
    std::size_t count = 0;
};
struct UsersOfLanguage {
    std::string code;
};
struct ActiveRoomUsers {
}; // hosts of active rooms, and those whom this node gave tokens that are still valid
struct WarmRequest {
    std::variant<TheseIdentities, RecentUsers, UsersOfLanguage, ActiveRoomUsers> whom;
    std::size_t perSecond = 0; // so many users at most, to spare the database; 0: as fast as it can
};

struct WarmEstimate {
    std::uint64_t requested = 0;
    std::uint64_t alreadyCached = 0;
    std::uint64_t toLoad = 0;
    std::uint64_t queries = 0;
};

enum class WarmState : std::uint8_t { Running, Done, Cancelled, Failed };

struct WarmStatus {
    std::uint64_t jobId = 0;
    WarmState state = WarmState::Running;
    std::uint64_t requested = 0;
    std::uint64_t done = 0;
    std::uint64_t warmed = 0;
    std::uint64_t alreadyCached = 0;
    std::uint64_t notFound = 0;
    std::uint64_t failed = 0;
    std::chrono::milliseconds elapsed{};
    std::string problem;
    std::vector<std::string> failedUsers; // for a retry
};

// What can be changed while a node runs.
struct LiveSettings {
    std::chrono::seconds ttl{};
    std::chrono::seconds cleanupInterval{};
    std::uint64_t maxEntries = 0;
    std::chrono::seconds staleGrace{};
    double refreshAhead = 0; // share of the TTL; 0: off
    std::chrono::milliseconds simulatedLatency{};
    bool latencyMayChange = true;  // whether simulatedLatency can be changed there
    bool lastUntilRestart = false; // changes are forgotten by a restart
};

// What to change of it; the rest stays.
struct LiveSettingsChange {
    std::optional<std::chrono::seconds> ttl;
    std::optional<std::chrono::seconds> cleanupInterval;
    std::optional<std::uint64_t> maxEntries;
    std::optional<std::chrono::seconds> staleGrace;
    std::optional<double> refreshAhead;
    std::optional<std::chrono::milliseconds> simulatedLatency;
};

struct EventsQuery {
    std::uint64_t since = 0; // only events with a greater number
    std::optional<EventKind> kind;
    std::string user;          // empty: everybody's
    std::size_t limit = 1'000; // the newest ones of what matches, oldest first
};

// What a counted read gave.
struct ProfileReading {
    ProfilePtr profile;
    Voice voice;
    std::string servedAs; // "hit", "miss", "stale"
    std::chrono::nanoseconds took{};
};

// Simulated traffic, as people see it.
struct TrafficView {
    bool on = false;
    double getsPerSecond = 0;
    std::size_t users = 0;
    std::string problem; // a sentence when it could not start
};

} // namespace hearth
