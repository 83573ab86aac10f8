// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs scripts of operations on TtlCache and on its reference: those that a fuzzer found worth keeping, and random ones
// from fixed seeds. The same scripts as tests/fuzz, without a fuzzer.
#include "tests/core/cache/CacheScript.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace hearth;

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string hexOf(const Bytes &bytes)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte / 16];
        text += digits[byte % 16];
    }
    return text;
}

Bytes bytesOf(const std::string &hex)
{
    Bytes bytes;
    for (std::size_t index = 0; index + 1 < hex.size(); index += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(index, 2), nullptr, 16)));
    return bytes;
}

// The lines that are neither empty nor begin with '#'.
std::vector<Bytes> corpus(const char *file)
{
    std::vector<Bytes> scripts;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.front() != '#')
            scripts.push_back(bytesOf(line));
    }
    return scripts;
}

Bytes randomScript(unsigned seed)
{
    std::mt19937 random(seed);
    Bytes bytes(100 + random() % 900);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
    return bytes;
}

bool passes(const Bytes &bytes, CacheScript::Choices &choices)
{
    CacheScript script(bytes);
    const std::string wrong = script.run();
    choices += script.choices();
    if (!wrong.empty())
        std::printf("FAIL: %s\n      a line for %s:\n%s\n", wrong.c_str(), HEARTH_CORPUS, hexOf(bytes).c_str());
    return wrong.empty();
}

// A file for each script: what a fuzzer begins with.
bool unpack(const std::string &folder)
{
    int number = 0;
    bool good = true;
    for (const Bytes &script : corpus(HEARTH_CORPUS)) {
        std::ofstream file(folder + "/script" + std::to_string(++number), std::ios::binary);
        good = static_cast<bool>(file.write(std::string(script.begin(), script.end()).data(),
                                            static_cast<std::streamsize>(script.size()))) &&
               good;
    }
    std::printf("%d scripts written\n", number);
    return good;
}

// The freedoms of the face are for rare accidents; a cache that lives on them is wrong.
bool areRare(const CacheScript::Choices &choices)
{
    std::printf(
        "%llu puts, %llu refused by chance; %llu misses of keys once seen, %llu forgotten; %llu evicted, at most "
        "%llu entries\n",
        static_cast<unsigned long long>(choices.puts), static_cast<unsigned long long>(choices.refusedByChance),
        static_cast<unsigned long long>(choices.absentMisses),
        static_cast<unsigned long long>(choices.forgottenReasons), static_cast<unsigned long long>(choices.evicted),
        static_cast<unsigned long long>(choices.mostEntries));
    return choices.refusedByChance * 100 <= choices.puts && choices.forgottenReasons * 20 <= choices.absentMisses &&
           choices.evicted > 0;
}

} // namespace

// An argument is the number of random scripts; --unpack FOLDER writes the kept ones into a folder for fuzz_TtlCache.
int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--unpack")
        return unpack(argv[2]) ? 0 : 1;
    const unsigned randomScripts = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 300;
    const std::vector<Bytes> kept = corpus(HEARTH_CORPUS);
    CacheScript::Choices choices;
    bool good = !kept.empty();
    for (const Bytes &script : kept)
        good = passes(script, choices) && good;
    for (unsigned seed = 1; seed <= randomScripts && good; ++seed)
        good = passes(randomScript(seed), choices);
    good = good && areRare(choices);
    std::printf("%s\n", good ? "PASS" : "FAIL");
    return good ? 0 : 1;
}
