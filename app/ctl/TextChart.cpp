// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/TextChart.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hearth {

namespace {

constexpr std::array<const char *, 9> blocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char *, 9> letters{" ", ".", ".", ".", ":", ":", "|", "|", "|"};

// How many eighths of a line a value fills. What is not zero is seen.
int eighthsOf(double value, int lines)
{
    const double bounded = std::clamp(value, 0.0, 1.0);
    const int eighths = static_cast<int>(std::lround(bounded * lines * 8));
    return bounded > 0 ? std::max(eighths, 1) : 0;
}

} // namespace

std::vector<std::string> textChart(const std::vector<std::optional<double>> &values, int columns, int lines,
                                   Charset charset)
{
    const auto &marks = charset == Charset::Utf8 ? blocks : letters;
    const auto width = static_cast<std::size_t>(std::max(columns, 0));
    const std::size_t skipped = values.size() > width ? values.size() - width : 0;
    const std::size_t missing = width - (values.size() - skipped);
    std::vector<std::string> chart;
    for (int line = lines - 1; line >= 0; --line) {
        std::string text(missing, ' ');
        for (std::size_t i = skipped; i < values.size(); ++i) {
            const int filled = values[i] ? std::clamp(eighthsOf(*values[i], lines) - line * 8, 0, 8) : 0;
            text += marks[static_cast<std::size_t>(filled)];
        }
        chart.push_back(std::move(text));
    }
    return chart;
}

} // namespace hearth
