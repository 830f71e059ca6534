// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QString>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "core/analysis/ellipse.h"
#include "widgets/ellipticity.h"

// Plain values for the view of single galaxies' posteriors. Order of three: e1, e2, redshift.

namespace shearbench::widgets {

using Covariance3 = std::array<std::array<double, 3>, 3>;

/// What one weight draw of a Bayesian network says of a shape.
struct DrawnShape {
    double e1 = 0, e2 = 0;
    analysis::Covariance2 covariance;
};

/// A normal posterior. A deterministic network gives `total` alone: what it says is aleatoric, and
/// the view says so. A Bayesian one also gives the two parts that add up to it: aleatoric (mean of
/// the predicted covariances) and epistemic (covariance of the predicted means over weight draws).
struct PosteriorEstimate {
    std::array<double, 3> mean{};
    Covariance3 total{};
    std::optional<Covariance3> aleatoric, epistemic;
    std::vector<DrawnShape> draws;  ///< those the parts were made of, drawn faintly behind them
};

/// A galaxy, its label, its picture, and what the network believes, if it was asked yet.
struct GalaxyPosterior {
    qint64 row = 0;  ///< in its file; tells galaxies apart
    QString name;    ///< "galaxy 1228"
    std::optional<PosteriorEstimate> posterior;
    std::optional<PosteriorEstimate> compared;  ///< of another run, outlined over it
    /// The label; NaN where there is none.
    std::array<double, 3> truth{std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::quiet_NaN()};
    double snr = std::numeric_limits<double>::quiet_NaN();
    QImage picture;  ///< as displayed: y upwards, so the file's row 0 is the lowest line
    /// Radius at which shapes are outlined on the picture (that of a circle of the same area), as a
    /// part of its side.
    double outlineRadius = 0.3;
};

/// How many labels of a test set lie inside the contours of 1, 2, 3 sigma in the (e1, e2) plane.
struct MeasuredCoverage {
    std::array<double, 3> fraction{};
    qint64 galaxies = 0;
};

struct PosteriorScene {
    std::vector<GalaxyPosterior> galaxies;
    EllipticityDefinition definition = EllipticityDefinition::reducedShear;
    qint64 weightDraws = 0;  ///< S of a Bayesian network; 0 for a deterministic one
    QString comparedRun;     ///< name of the run that `compared` comes from
    std::optional<MeasuredCoverage> coverage;

    bool anyPosterior() const;
    /// Whether a posterior says what is aleatoric and what epistemic.
    bool splitsUncertainty() const;
    bool anyCompared() const;
    /// Index of the galaxy of this row; -1: none.
    int indexOf(qint64 row) const;
};

/// The (e1, e2) block.
analysis::Covariance2 shapeBlock(const Covariance3& covariance);
/// Whether every number is finite and the (e1, e2) block is a covariance.
bool canBeDrawn(const PosteriorEstimate& estimate);

/// A, B, ... Z, AA, AB, ...
QString galaxyLetter(int index);

/// "galaxy 1228: e1 +0.34 ± 0.06 (label +0.31), ..." for tooltips and screen readers.
QString describe(const GalaxyPosterior& galaxy);

}  // namespace shearbench::widgets
