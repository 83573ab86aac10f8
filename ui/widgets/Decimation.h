// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace hearth
{

// Which samples to draw. Splits time into buckets that are aligned to the clock, not to the data, so that the picture
// does not shimmer while it slides, and keeps of each bucket the samples with the least and the greatest value of each
// row (NaN counts for neither; the first sample of a gap is kept). Rows of equal length, times ascending.
// Returns: ascending indices, at most maximumPoints (≥ 8 · rows) of them; all when there are no more than that.
std::vector<std::size_t> decimate(const std::vector<double> &times,
                                  const std::vector<const std::vector<double> *> &rows, std::size_t maximumPoints);

} // namespace hearth
