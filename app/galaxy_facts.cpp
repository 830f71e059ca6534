// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/galaxy_facts.h"

#include <QLocale>
#include <QObject>
#include <QStringList>
#include <cmath>

namespace shearbench::app {

namespace {

std::optional<double> valueOf(const Dataset& dataset, int column, std::int64_t row) {
    if (column < 0)
        return std::nullopt;
    const double value = dataset.value(column, row);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> valueOf(const Dataset& dataset, const char* column, std::int64_t row) {
    return valueOf(dataset, dataset.catalogue->table.columnOf(QLatin1String(column)), row);
}

QString factsText(const Dataset& dataset, std::int64_t row) {
    const QLocale english(QLocale::English);
    QStringList facts;
    if (const auto magnitude = valueOf(dataset, "mag", row))
        facts << QObject::tr("r mag %1").arg(english.toString(*magnitude, 'f', 1));
    if (const auto snr = signalToNoise(dataset, row))
        facts << QObject::tr("SNR %1").arg(english.toString(*snr, 'f', 0));
    if (const auto radius = valueOf(dataset, "hlr", row))
        facts << QObject::tr("half-light radius %1″").arg(english.toString(*radius, 'f', 2));
    return facts.join(QStringLiteral("   "));
}

}  // namespace

QString galaxyTitle(const Dataset& dataset, std::int64_t row) {
    return QObject::tr("Galaxy %1").arg(dataset.catalogue->idOf(row));
}

std::array<std::optional<double>, 3> labels(const Dataset& dataset, std::int64_t row) {
    std::array<std::optional<double>, 3> values;
    for (int i = 0; i < 3; ++i)
        values[static_cast<std::size_t>(i)] = valueOf(dataset, dataset.targetColumn(i), row);
    return values;
}

std::optional<double> signalToNoise(const Dataset& dataset, std::int64_t row) {
    return valueOf(dataset, dataset.snrColumn(), row);
}

widgets::EllipticityDefinition ellipticityDefinition(const Dataset& dataset) {
    switch (dataset.schema().convention) {
        case data::EllipticityConvention::reducedShear:
            return widgets::EllipticityDefinition::reducedShear;
        case data::EllipticityConvention::distortion:
            return widgets::EllipticityDefinition::distortion;
        case data::EllipticityConvention::unknown:
            break;
    }
    return widgets::EllipticityDefinition::notStated;
}

double outlineRadius(const Dataset& dataset, std::int64_t row) {
    constexpr double kSeeingHalfLightArcsec = 0.4;  // of LSST's usual 0.65" seeing
    const auto radius = valueOf(dataset, "hlr", row);
    const double scale = dataset.schema().pixelScaleArcsec;
    if (!radius || scale <= 0)
        return 0;
    return 2 * std::hypot(*radius, kSeeingHalfLightArcsec) / scale;
}

widgets::CutoutDetails cutoutDetails(const Dataset& dataset, std::int64_t row,
                                     const std::optional<model::Posterior>& posterior) {
    widgets::CutoutDetails details;
    details.row = row;
    details.title = galaxyTitle(dataset, row);
    details.outlines.definition = ellipticityDefinition(dataset);
    const bool drawable = details.outlines.definition != widgets::EllipticityDefinition::notStated;
    details.outlines.radius = outlineRadius(dataset, row);
    details.facts = factsText(dataset, row);
    const auto known = labels(dataset, row);
    if (drawable && known[0] && known[1])
        details.outlines.label = {*known[0], *known[1]};
    if (drawable && posterior)
        details.outlines.posterior = {posterior->mean[0], posterior->mean[1]};
    const char* const names[] = {"e₁", "e₂", "z"};
    for (std::size_t i = 0; i < 3; ++i) {
        widgets::LabelledValue value;
        value.name = QString::fromUtf8(names[i]);
        value.label = known[i];
        if (posterior) {
            value.mean = posterior->mean[i];
            value.sigma = std::sqrt(posterior->covariance[i][i]);
        }
        value.withSign = i < 2;
        details.values.push_back(value);
    }
    return details;
}

}  // namespace shearbench::app
