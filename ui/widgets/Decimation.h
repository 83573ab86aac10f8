// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace hearth {

// Which samples to draw. Splits time into buckets that are aligned to the clock, not to the data, so that the picture
// does not shimmer while it slides, and keeps of each bucket the samples with the least and the greatest value of each
// row, and the first without a value (NaN). Rows are as long as times, times ascend. `span` is the time that the chart
// shows, in the unit of times; it decides the buckets. Not synchronized; no state.
// Returns: ascending indices; all of them when there are no more than maximumPoints, otherwise at most that many
// (given maximumPoints ≥ 6 · rows).
std::vector<std::size_t> decimate(const std::vector<double> &times,
                                  const std::vector<const std::vector<double> *> &rows, std::size_t maximumPoints,
                                  double span);

} // namespace hearth
