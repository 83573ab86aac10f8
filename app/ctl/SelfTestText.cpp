// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/SelfTestText.h"

#include "core/api/JsonWriter.h"
#include "core/api/StatsJson.h"
#include "core/base/Format.h"

#include <algorithm>

namespace hearth {

namespace {

constexpr std::size_t nameWidth = 26;
constexpr std::size_t timeWidth = 9;

struct Word {
    const char *shown;
    const char *inJson;
    Tone tone;
};

Word wordOf(SelfTestOutcome outcome)
{
    switch (outcome) {
    case SelfTestOutcome::Passed:
        return {"PASS", "pass", Tone::Good};
    case SelfTestOutcome::Failed:
        return {"FAIL", "fail", Tone::Bad};
    case SelfTestOutcome::NotTried:
        break;
    }
    return {"SKIP", "not_tried", Tone::Warning};
}

std::string padded(const std::string &text, std::size_t width)
{
    const auto shown = static_cast<std::size_t>(displayWidth(text));
    return text + std::string(width > shown ? width - shown : 0, ' ');
}

double milliseconds(std::chrono::nanoseconds time)
{
    return static_cast<double>(time.count()) / 1e6;
}

void writeTime(JsonWriter &json, std::string_view name, const std::optional<std::chrono::nanoseconds> &time)
{
    if (time)
        json.member(name, milliseconds(*time));
    else
        json.key(name).null();
}

// The counters alone, without the "success" of the API's answer around them.
void appendStats(std::string &out, const Stats &stats)
{
    constexpr std::string_view before = R"("cache_stats":)";
    const std::string whole = statsJson(stats);
    const std::size_t begin = whole.find(before) + before.size();
    out.append(whole, begin, whole.size() - begin - 1);
}

void writePart(JsonWriter &json, const SelfTestPart &part)
{
    json.beginObject()
        .member("name", part.name)
        .member("result", wordOf(part.outcome).inJson)
        .member("detail", part.detail);
    writeTime(json, "time_ms", part.time);
    json.key("cache_stats").document([&part](std::string &out) { appendStats(out, part.stats); });
    json.endObject();
}

std::string simulatedText(const DatabaseStatus &database)
{
    const auto latency = database.simulatedLatency.count();
    return latency > 0 ? " (simulated +" + std::to_string(latency) + " ms round trip)" : "";
}

} // namespace

std::string selfTestPartText(const SelfTestPart &part, const TextStyle &style)
{
    const Word word = wordOf(part.outcome);
    const Stats &stats = part.stats;
    const std::string time = part.time ? format::latency(*part.time) : "";
    const std::string state = "      " + padded("", nameWidth) + "  cache: " + format::count(stats.activeEntries) +
                              " active, " + format::count(stats.expiredEntries) + " expired, " +
                              format::count(stats.gets) + " gets, " + format::count(stats.hits) + " hits, hit rate " +
                              format::percent(stats.hitRate());
    return toned(word.shown, word.tone, style) + "  " + padded(part.name, nameWidth) + "  " +
           padded(shownText(time, style.charset), timeWidth) + "  " + shownText(part.detail, style.charset) + "\n" +
           toned(state, Tone::Dim, style) + "\n";
}

std::string selfTestSummary(const SelfTestReport &report, const DatabaseStatus &database, const TextStyle &style)
{
    std::string text = "\n";
    const bool passed = report.passed();
    text += toned(passed ? "PASS" : "FAIL", passed ? Tone::Good : Tone::Bad, style) + "  " +
            format::count(report.count(SelfTestOutcome::Passed)) + " passed, " +
            format::count(report.count(SelfTestOutcome::Failed)) + " failed, " +
            format::count(report.count(SelfTestOutcome::NotTried)) + " not tried";
    if (report.wasInterrupted)
        text += "; it was interrupted";
    text += "\n";
    for (const SelfTestPart &part : report.parts)
        text += "      " + padded(wordOf(part.outcome).shown, 4) + "  " + part.name + "\n";
    if (const auto ratio = report.ratio())
        text += shownText("The database took " + format::latency(*report.firstFetch) + simulatedText(database) +
                              ", the cache " + format::latency(*report.secondFetch) + ": " +
                              format::count(static_cast<std::uint64_t>(*ratio + 0.5)) + " times as fast.",
                          style.charset) +
                "\n";
    return text;
}

std::string selfTestJson(const SelfTestReport &report, const DatabaseStatus &database)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject().member("success", report.passed()).key("database").beginObject();
    json.member("url", database.displayUrl)
        .member("kind", database.kind)
        .member("simulated_latency_ms", std::int64_t(database.simulatedLatency.count()))
        .member("profiles", std::int64_t(report.profiles))
        .endObject();
    json.key("parts").beginArray();
    for (const SelfTestPart &part : report.parts)
        writePart(json, part);
    json.endArray().memberOrNull("user_identity", report.identity).memberOrNull("native_language", report.language);
    writeTime(json, "first_fetch_ms", report.firstFetch);
    writeTime(json, "second_fetch_ms", report.secondFetch);
    if (const auto ratio = report.ratio())
        json.member("ratio", *ratio);
    else
        json.key("ratio").null();
    json.member("passed", std::uint64_t(report.count(SelfTestOutcome::Passed)))
        .member("failed", std::uint64_t(report.count(SelfTestOutcome::Failed)))
        .member("not_tried", std::uint64_t(report.count(SelfTestOutcome::NotTried)))
        .member("own_rows", report.usedOwnRows)
        .member("interrupted", report.wasInterrupted)
        .endObject();
    return out;
}

} // namespace hearth
