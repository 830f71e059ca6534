// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/posterior.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/number_text.h"

namespace shearbench::widgets {

bool PosteriorScene::anyPosterior() const {
    return std::any_of(galaxies.begin(), galaxies.end(),
                       [](const GalaxyPosterior& g) { return g.posterior.has_value(); });
}

bool PosteriorScene::splitsUncertainty() const {
    return std::any_of(galaxies.begin(), galaxies.end(), [](const GalaxyPosterior& g) {
        return g.posterior && g.posterior->aleatoric && g.posterior->epistemic;
    });
}

bool PosteriorScene::anyCompared() const {
    return std::any_of(galaxies.begin(), galaxies.end(),
                       [](const GalaxyPosterior& g) { return g.compared.has_value(); });
}

int PosteriorScene::indexOf(qint64 row) const {
    const auto found = std::find_if(galaxies.begin(), galaxies.end(),
                                    [row](const GalaxyPosterior& g) { return g.row == row; });
    return found == galaxies.end() ? -1 : int(found - galaxies.begin());
}

analysis::Covariance2 shapeBlock(const Covariance3& covariance) {
    return {covariance[0][0], covariance[0][1], covariance[1][1]};
}

bool canBeDrawn(const PosteriorEstimate& estimate) {
    const auto finite = [](double v) { return std::isfinite(v); };
    const bool numbers =
        std::all_of(estimate.mean.begin(), estimate.mean.end(), finite) &&
        std::all_of(estimate.total.begin(), estimate.total.end(), [&](const auto& line) {
            return std::all_of(line.begin(), line.end(), finite);
        });
    const auto [xx, xy, yy] = shapeBlock(estimate.total);
    return numbers && xx >= 0 && yy >= 0 && xx * yy - xy * xy >= -1e-12 * xx * yy;
}

QString galaxyLetter(int index) {
    QString letters;
    for (int i = index; i >= 0; i = i / 26 - 1) {
        letters.prepend(QChar('A' + i % 26));
    }
    return letters;
}

QString describe(const GalaxyPosterior& galaxy) {
    const auto text = [](const char* source) {
        return QCoreApplication::translate("shearbench::widgets::Posterior", source);
    };
    static const QString names[] = {QStringLiteral("e₁"), QStringLiteral("e₂"),
                                    QStringLiteral("z")};
    QStringList parts;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto value = [i](double v) { return i < 2 ? signedText(v, 3) : fixedText(v, 3); };
        QString part = names[i] + QLatin1Char(' ');
        if (galaxy.posterior) {
            const double sigma = std::sqrt(std::max(0.0, galaxy.posterior->total[i][i]));
            part += value(galaxy.posterior->mean[i]) + QLatin1Char(' ') + plusMinusText(sigma, 3);
            if (std::isfinite(galaxy.truth[i])) {
                part += text(" (label %1)").arg(value(galaxy.truth[i]));
            }
        } else if (std::isfinite(galaxy.truth[i])) {
            part += text("label %1").arg(value(galaxy.truth[i]));
        } else {
            continue;
        }
        parts << part;
    }
    if (std::isfinite(galaxy.snr)) {
        parts << text("SNR %1").arg(fixedText(galaxy.snr, 0));
    }
    return galaxy.name + QStringLiteral(": ") + parts.join(QStringLiteral(", "));
}

}  // namespace shearbench::widgets
