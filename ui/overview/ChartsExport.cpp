// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/ChartsExport.h"

#include "core/base/Format.h"
#include "ui/overview/OverviewCharts.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Csv.h"
#include "ui/widgets/VisibleText.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDateTime>
#include <QImage>
#include <QLocale>
#include <QPainter>
#include <QSvgGenerator>

#include <cmath>
#include <utility>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

constexpr int margin = space::l;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChartsExport)
};

QDateTime dateTime(WallTime time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count());
}

// "28 Nov 2026, 11:05:12 – 11:35:12"; the second day only where it is another.
QString rangeText(const QDateTime &from, const QDateTime &to, const QString &dayFormat, const QLocale &locale)
{
    const QString time = u"HH:mm:ss"_s;
    const QString end = from.date() == to.date() ? time : dayFormat + time;
    return locale.toString(from, dayFormat + time) + u" – "_s + locale.toString(to, end);
}

// "30 min", "24 h" (as the window is called, not "1 d").
QString lengthText(std::chrono::seconds length)
{
    const auto hours = std::chrono::floor<std::chrono::hours>(length);
    return length == hours ? Words::tr("%1 h").arg(hours.count()) : QString::fromStdString(format::span(length));
}

QString timesText(WallTime from, WallTime to)
{
    const QDateTime localFrom = dateTime(from);
    const QDateTime localTo = dateTime(to);
    const QString utc = rangeText(localFrom.toUTC(), localTo.toUTC(), u"yyyy-MM-dd "_s, QLocale::c()) + u" UTC"_s;
    const QString span = lengthText(std::chrono::round<std::chrono::seconds>(to - from));
    if (localFrom.offsetFromUtc() == 0 && localTo.offsetFromUtc() == 0)
        return span + u" · "_s + utc;
    return span + u" · "_s + rangeText(localFrom, localTo, u"d MMM yyyy, "_s, QLocale()) + u' ' +
           localTo.timeZoneAbbreviation() + u" · "_s + utc;
}

// One of a kind with its moment, several with their number.
QString marksText(const OverviewModel &model, const ChartsPicture &picture)
{
    struct Kind {
        QString name;
        double time = 0;
        int count = 0;
    };
    std::vector<Kind> kinds;
    for (const ChartMark &mark : picture.marks) {
        const auto known =
            std::find_if(kinds.begin(), kinds.end(), [&mark](const Kind &kind) { return kind.name == mark.name; });
        if (known == kinds.end())
            kinds.push_back({mark.name, mark.time, 1});
        else
            ++known->count;
    }
    QStringList texts;
    for (const Kind &kind : kinds) {
        const QDateTime when = dateTime(model.timeAt(picture.entries.data.now - kind.time));
        texts << kind.name + (kind.count > 1 ? u" ×"_s + QString::number(kind.count) : when.toString(u" HH:mm:ss"_s));
    }
    return texts.isEmpty() ? QString() : u"▾ "_s + texts.join(u" · "_s);
}

int lineHeight(TextRole role)
{
    return QFontMetrics(textFont(role)).height();
}

int captionHeight()
{
    return lineHeight(TextRole::Title) + space::xs + lineHeight(TextRole::Small) + space::m;
}

int marksHeight(const ChartsCaption &caption)
{
    return caption.marks.isEmpty() ? 0 : space::s + lineHeight(TextRole::Small);
}

QSize pictureSize(const OverviewCharts &charts, const ChartsCaption &caption)
{
    return charts.size() + QSize(2 * margin, 2 * margin + captionHeight() + marksHeight(caption));
}

void paintLine(QPainter &painter, const QRect &line, TextRole role, const QColor &colour, const QString &text)
{
    const QFont font = textFont(role);
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetrics(font).elidedText(text, Qt::ElideRight, line.width()));
}

void paintPicture(QPainter &painter, const OverviewCharts &charts, const ChartsCaption &caption)
{
    const Theme &theme = Theme::of(&charts);
    const QSize size = pictureSize(charts, caption);
    painter.fillRect(QRect(QPoint(), size), theme.ground);
    QRect line(margin, margin, charts.width(), lineHeight(TextRole::Title));
    paintLine(painter, line, TextRole::Title, theme.text, caption.title);
    line = QRect(margin, line.bottom() + 1 + space::xs, charts.width(), lineHeight(TextRole::Small));
    paintLine(painter, line, TextRole::Small, theme.quiet, caption.times);
    for (TimeSeriesChart *chart : charts.charts()) {
        painter.save();
        painter.translate(QPoint(margin, margin + captionHeight()) + chart->pos());
        chart->paintPicture(painter);
        painter.restore();
    }
    line.moveTop(size.height() - margin - line.height());
    paintLine(painter, line, TextRole::Small, theme.quiet, caption.marks);
}

QByteArray number(double value, int decimals)
{
    return std::isnan(value) ? QByteArray() : QByteArray::number(value, 'f', decimals);
}

QByteArray header()
{
    QByteArrayList cells{"time_utc", "seconds", "active_entries", "expired_entries", "hits_ratio"};
    for (const std::string_view reason : statsMissReasonNames)
        cells << "misses_" + QByteArray(reason.data(), qsizetype(reason.size())) + "_ratio";
    cells << "hit_p50_ns"
          << "hit_p99_ns"
          << "database_p50_ns"
          << "database_p99_ns"
          << "gets_per_second"
          << "loads_per_second"
          << "failed_loads_per_second"
          << "marks";
    return csvRow(cells);
}

QByteArray line(const ChartsRow &row)
{
    const ChartBucket &slice = row.slice;
    QByteArrayList cells{dateTime(row.time).toUTC().toString(Qt::ISODateWithMs).toLatin1(), number(slice.seconds, 3),
                         number(slice.active, 0), number(slice.expired, 0), number(slice.ratio(slice.hits), 6)};
    for (const std::uint64_t misses : slice.misses)
        cells << number(slice.ratio(misses), 6);
    for (const double nanoseconds : {slice.hitP50(), slice.hitTail(), slice.loadP50(), slice.loadTail()})
        cells << number(nanoseconds, 0);
    for (const std::uint64_t count : {slice.gets, slice.loads, slice.loadFailures})
        cells << number(slice.perSecond(count), 3);
    cells << csvCell(row.marks.join(u"; "_s).toUtf8());
    return csvRow(cells);
}

} // namespace

ChartsCaption chartsCaption(const NodeInfo &node, const OverviewModel &model)
{
    const ChartsPicture picture = model.picture();
    ChartsCaption caption;
    caption.title = visibleText(QString::fromStdString(node.name));
    if (!node.environment.empty())
        caption.title += u" · "_s + visibleText(QString::fromStdString(node.environment));
    caption.times = model.hasSamples() ? timesText(model.timeAt(static_cast<double>(picture.oldest.count())),
                                                   model.timeAt(static_cast<double>(picture.newest.count())))
                                       : Words::tr("Nothing recorded yet");
    caption.marks = marksText(model, picture);
    return caption;
}

ChartsDrawing chartsDrawing(const OverviewCharts &charts, const ChartsCaption &caption)
{
    ChartsDrawing drawing{caption, pictureSize(charts, caption), QPicture()};
    QPainter painter(&drawing.strokes);
    painter.setRenderHint(QPainter::Antialiasing);
    paintPicture(painter, charts, caption);
    return drawing;
}

QByteArray chartsPng(ChartsDrawing drawing, double scale)
{
    QImage image(drawing.size * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    QPainter painter(&image);
    drawing.strokes.play(&painter);
    painter.end();
    QBuffer buffer;
    image.save(&buffer, "PNG");
    return buffer.data();
}

QByteArray chartsSvg(ChartsDrawing drawing)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(drawing.size);
    generator.setViewBox(QRect(QPoint(), drawing.size));
    generator.setTitle(drawing.caption.title);
    generator.setDescription(drawing.caption.times);
    generator.setResolution(drawing.strokes.logicalDpiX()); // a unit is a device independent pixel: so fonts fit
    QPainter painter(&generator);
    drawing.strokes.play(&painter);
    painter.end();
    return buffer.data();
}

std::vector<ChartsRow> chartsRows(const OverviewModel &model)
{
    const ChartsPicture picture = model.picture();
    const double now = picture.entries.data.now;
    const double left = now - static_cast<double>(picture.oldest.count());
    const double right = now - static_cast<double>(picture.newest.count());
    std::vector<ChartsRow> rows;
    auto mark = picture.marks.begin();
    for (const ChartBucket *slice : model.visibleBuckets()) {
        if (slice->position < left || slice->position > right)
            continue;
        ChartsRow row{model.timeAt(now - slice->position), *slice, {}};
        for (; mark != picture.marks.end() && mark->time <= slice->position; ++mark)
            row.marks << mark->name;
        rows.push_back(std::move(row));
    }
    for (; mark != picture.marks.end() && !rows.empty(); ++mark) // after the last sample
        rows.back().marks << mark->name;
    return rows;
}

QByteArray chartsCsv(const std::vector<ChartsRow> &rows)
{
    QByteArray csv = header();
    for (const ChartsRow &row : rows)
        csv += line(row);
    return csv;
}

} // namespace hearth
