// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/galaxy_measures.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/model/quality.h"
#include "widgets/number_text.h"

namespace shearbench::app {

namespace {

using analysis::GalaxyStatistics;

QString tr(const char* text) {
    return QCoreApplication::translate("GalaxyMeasures", text);
}

QString measured(const std::vector<double>& values, int decimals) {
    return values.empty() ? QString(QChar(0x2013)) : widgets::fixedText(values.front(), decimals);
}

}  // namespace

std::vector<widgets::CloseUp::Line> measuredLines(
    const data::Schema& schema, const std::vector<widgets::CutoutPixels>& galaxies) {
    std::vector<GalaxyStatistics> statistics;
    for (const widgets::CutoutPixels& pixels : galaxies)
        statistics.push_back(analysis::galaxyStatistics(model::galaxyImages(schema, *pixels)));
    std::vector<widgets::CloseUp::Line> lines;
    const auto add = [&](const QString& name, const auto& valueOf) {
        widgets::CloseUp::Line line{name, {}};
        for (const GalaxyStatistics& one : statistics)
            line.values << valueOf(one);
        lines.push_back(std::move(line));
    };
    const QString unit = QString::fromStdString(schema.units).section(QLatin1Char(','), 0, 0);
    for (std::size_t band = 0; band < static_cast<std::size_t>(schema.channels); ++band) {
        const QString name = band < schema.bands.size() ? QString::fromStdString(schema.bands[band])
                                                        : QString::number(band + 1);
        add(unit.isEmpty() ? tr("flux %1").arg(name) : tr("flux %1, %2").arg(name, unit),
            [&](const GalaxyStatistics& s) { return widgets::shortText(s.flux[band].front(), 4); });
    }
    if (!schema.zeroPoints.empty() &&
        std::any_of(statistics.begin(), statistics.end(),
                    [](const GalaxyStatistics& s) { return !s.greenRed.empty(); })) {
        add(tr("g − r"), [](const GalaxyStatistics& s) { return measured(s.greenRed, 2); });
        add(tr("r − i"), [](const GalaxyStatistics& s) { return measured(s.redInfrared, 2); });
    }
    const double scale = schema.pixelScaleArcsec;
    add(scale > 0 ? tr("half-light radius, ″") : tr("half-light radius, pixels"),
        [scale](const GalaxyStatistics& s) {
            std::vector<double> radius = s.halfLightRadius;
            for (double& value : radius)
                value *= scale > 0 ? scale : 1;
            return measured(radius, 2);
        });
    add(tr("|e|"), [](const GalaxyStatistics& s) { return measured(s.ellipticity, 3); });
    add(tr("concentration"),
        [](const GalaxyStatistics& s) { return measured(s.concentration, 2); });
    return lines;
}

}  // namespace shearbench::app
