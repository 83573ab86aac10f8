// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches for a cursor that shows somebody a list of others, or a place outside of it. The bytes are a number and then
// a cursor: it is tried on lists that are kept, and as it is.
#include "core/base/Clock.h"
#include "core/server/EntryCursors.h"
#include "tests/fuzz/FuzzCheck.h"

using namespace hearth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const SystemClock clock;
    EntryCursors cursors(clock);
    FuzzInput input(data, size);
    const std::size_t first = input.byte();
    const std::size_t position = first + input.byte();
    const auto list = std::make_shared<const EntryCursors::List>(
        EntryCursors::List{std::vector<EntryRow>(4), first, first + 4, {}, "operator/eve"});
    const std::uint64_t name = cursors.keep(list);
    const std::string own = EntryCursors::cursor(name, position);

    const auto found = cursors.find(own, "operator/eve");
    must(found && found->list == list && found->position == position && found->name == name,
         "a cursor finds its place");
    const auto others = cursors.find(own, "operator/bob");
    must(!others || !others->list, "a cursor is its owner's only");

    const auto foreign = cursors.find(input.rest(), "operator/eve");
    must(!foreign || !foreign->list || foreign->name == name, "a list is found by its own name");
    must(!foreign || !foreign->list || foreign->position >= first, "a place stands in what is kept");
    const std::string longer = own + std::string(input.rest());
    const auto changed = cursors.find(longer, "operator/eve");
    must(!changed || !changed->list || changed->list == list, "there is one list");
    return 0;
}
