// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cmath>
#include <random>

#include "core/analysis/ellipse.h"
#include "tests/widgets/gallery.h"
#include "widgets/pane.h"
#include "widgets/posterior_view.h"

namespace shearbench::widgets::gallery {
namespace {

/// An elliptical blob with noise, y upwards.
QImage blob(double e1, double e2, const QColor& colour, unsigned seed) {
    constexpr int kSide = 64;
    QImage image(kSide, kSide, QImage::Format_RGB32);
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, 0.03);
    const analysis::Shape shape = analysis::shapeFromReducedShear(e1, e2);
    const double c = std::cos(shape.angle), s = std::sin(shape.angle);
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            const double dx = x - 31.5, dy = 31.5 - y;
            const double u = dx * c + dy * s, v = -dx * s + dy * c;
            const double r = std::sqrt(u * u * shape.axisRatio + v * v / shape.axisRatio) / 9;
            const double f = std::exp(-r * 1.6);
            const auto channel = [&](double part) {
                return std::clamp(int(255 * (0.04 + 1.2 * f * part + noise(random))), 0, 255);
            };
            image.setPixel(
                x, y,
                qRgb(channel(colour.redF()), channel(colour.greenF()), channel(colour.blueF())));
        }
    }
    return image;
}

}  // namespace

PosteriorScene sampleScene(Stage stage) {
    struct Sample {
        int row;
        double e1, e2, z, snr, sigma, rho, off1, off2;
        const char* colour;
    };
    static const std::array<Sample, 6> samples{
        {{1228, 0.30, 0.15, 0.74, 143, 0.056, 0.25, 0.7, -0.5, "#e08060"},
         {361, -0.06, 0.31, 0.43, 1252, 0.030, -0.3, -0.9, 0.6, "#d0f0a0"},
         {1242, -0.33, -0.04, 0.31, 932, 0.035, 0.15, 0.5, 0.9, "#f0e050"},
         {104, -0.10, -0.30, 0.55, 135, 0.062, 0.35, -0.6, 0.7, "#c0a060"},
         {1664, 0.30, -0.23, 0.30, 918, 0.033, -0.25, 0.4, -1.1, "#c8e8b0"},
         {795, 0.02, 0.01, 0.60, 895, 0.024, 0.05, -0.8, 0.3, "#f0b070"}}};
    PosteriorScene scene;
    for (const Sample& s : samples) {
        GalaxyPosterior g;
        g.row = s.row;
        g.name = QStringLiteral("galaxy %1").arg(s.row);
        g.truth = {s.e1, s.e2, s.z};
        g.snr = s.snr;
        g.picture = blob(s.e1, s.e2, QColor(s.colour), unsigned(s.row));
        if (stage != Stage::before) {
            const double a = s.sigma, b = 0.85 * s.sigma;
            PosteriorEstimate q;
            q.mean = {s.e1 + s.off1 * a, s.e2 + s.off2 * b, s.z + 0.03};
            const Covariance3 noise{
                {{a * a, s.rho * a * b, 0}, {s.rho * a * b, b * b, 0}, {0, 0, 0.0016}}};
            q.total = noise;
            if (stage == Stage::bayesian) {
                const double f = 0.3;
                const Covariance3 model{{{f * a * a, -0.4 * s.rho * f * a * b, 0},
                                         {-0.4 * s.rho * f * a * b, 0.8 * f * b * b, 0},
                                         {0, 0, 0.0004}}};
                q.aleatoric = noise;
                q.epistemic = model;
                std::mt19937 random(unsigned(s.row));
                std::normal_distribution<double> normal;
                for (int draw = 0; draw < 100; ++draw) {
                    q.draws.push_back({q.mean[0] + std::sqrt(model[0][0]) * normal(random),
                                       q.mean[1] + std::sqrt(model[1][1]) * normal(random),
                                       shapeBlock(noise)});
                }
                g.compared = q;
                g.compared->mean[0] -= 0.6 * a;
                g.compared->total = noise;
                for (std::size_t i = 0; i < 3; ++i) {
                    for (std::size_t j = 0; j < 3; ++j) {
                        q.total[i][j] = noise[i][j] + model[i][j];
                    }
                }
            }
            g.posterior = q;
        }
        scene.galaxies.push_back(std::move(g));
    }
    if (stage == Stage::bayesian) {
        scene.weightDraws = 100;
        scene.comparedRun = QStringLiteral("deterministic_b8");
    }
    if (stage == Stage::deterministic) {
        scene.coverage = MeasuredCoverage{{0.398, 0.861, 0.987}, 1000};
    }
    return scene;
}

QWidget* posteriorSheet(const Theme& theme, Stage stage, int width, int height) {
    auto* pane = new Pane(theme, QStringLiteral("Posterior ellipses"));
    pane->setContext(stage == Stage::bayesian ? QStringLiteral("S = 100 weight draws, sample data")
                                              : QStringLiteral("sample data"));
    auto* view = new PosteriorView(theme);
    view->setScene(sampleScene(stage));
    view->setSelected(361);
    pane->setContent(view, view);
    pane->resize(theme.px(width), theme.px(height));
    return pane;
}

}  // namespace shearbench::widgets::gallery
