// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/gallery_generated.h"

#include <cmath>

#include "tests/widgets/gallery_cutouts.h"
#include "widgets/galaxy_close_up.h"
#include "widgets/generated_view.h"
#include "widgets/latent_walk.h"
#include "widgets/line_chart.h"
#include "widgets/pane.h"
#include "widgets/quality_view.h"

namespace shearbench::widgets::gallery {

namespace {

GalaxyGroup sampleGroup(const QString& title, const QString& remark, qint64 first, int count) {
    GalaxyGroup group;
    group.title = title;
    group.remark = remark;
    group.noun = QStringLiteral("galaxy");
    for (int i = 0; i < count; ++i) {
        group.pixels.push_back(sample().pixels(first + i));
        group.numbers.push_back(first + i);
    }
    return group;
}

GalaxyScene sampleScene(int count) {
    GalaxyScene scene;
    scene.title = QStringLiteral("Sample galaxies");
    scene.format = sample().catalogue->format;
    scene.groups = {sampleGroup("Test set", "never seen in training", 0, count),
                    sampleGroup("Generated", "seed 20240", 100, count)};
    scene.groups[1].made = true;
    return scene;
}

LatentSpace sampleSpace() {
    LatentSpace space;
    space.galaxies = sampleGroup("Generated", {}, 100, 8);
    space.galaxies.noun = QStringLiteral("generated galaxy");
    space.latents.assign(8, std::vector<float>(32, 0.0f));
    for (int i = 0; i < 32; ++i) {
        space.deviations.push_back(1.0 / (1 + (i * 7) % 32));
    }
    return space;
}

}  // namespace

QWidget* generatedSheet(const Theme& theme, GeneratedSheet sheet, int width, int height) {
    auto* pane = new Pane(theme, QStringLiteral("Generated galaxies"));
    auto* view = new GeneratedView(theme);
    pane->setContent(view, view);
    pane->setContext(QStringLiteral("sample galaxies, none of them made by a network"));
    view->setScene(sampleScene(40));
    if (sheet == GeneratedSheet::closeUp) {
        CloseUp closeUp;
        closeUp.galaxies = {{"Galaxy 12", false, sample().pixels(12)},
                            {"Reconstruction of galaxy 12", true, sample().pixels(13)}};
        closeUp.lines = {{"flux g, e-", {"1,204", "1,190"}},
                         {"half-light radius, ″", {"0.62", "0.60"}},
                         {"|e|", {"0.31", "0.28"}}};
        closeUp.canWalk = true;
        view->showCloseUp(closeUp);
    } else if (sheet != GeneratedSheet::galaxies) {
        view->setPage(GeneratedView::Page::walk);
        LatentWalk* walk = view->walk();
        walk->setSpace(sampleSpace(), sample().catalogue->format);
        walk->setBetween(sheet == GeneratedSheet::between);
        std::vector<CutoutPixels> steps;
        const int count = sheet == GeneratedSheet::between ? LatentWalk::kSteps : 1;
        for (int i = 0; i < count; ++i) {
            steps.push_back(sample().pixels(100 + i));
        }
        walk->setPictures(steps);
    }
    pane->resize(theme.px(width), theme.px(height));
    return pane;
}

QWidget* qualitySheet(const Theme& theme) {
    auto* pane = new Pane(theme, QStringLiteral("Quality"));
    auto* view = new QualityView(theme);
    pane->setContent(view, view->chart());
    QualityScene scene;
    scene.format = sample().catalogue->format;
    int place = 0;
    for (const char* name :
         {"flux u", "flux g", "flux r", "flux i", "flux z", "flux y", "g − r", "r − i",
          "half-light radius", "|e|", "concentration", "power spectrum", "pixel values"}) {
        QualityQuantity quantity;
        quantity.name = QString::fromUtf8(name);
        quantity.unit = place < 6 ? QStringLiteral("e-") : QString();
        quantity.spectrum = place == 11;
        for (std::size_t set = 0; set < kQualitySets; ++set) {
            for (int i = 0; i < (quantity.spectrum ? 33 : 800); ++i) {
                const double t = (i + 0.5) / 800;
                quantity.values[set].push_back(quantity.spectrum
                                                   ? std::exp(-0.3 * i) * 0.26
                                                   : std::exp((4 + 0.1 * double(set)) * t) *
                                                         (1 + 0.2 * std::sin(99.0 * i)));
            }
        }
        quantity.halves = 0.3 * (place + 1);
        quantity.reconstructed = 0.9 * (place + 1);
        quantity.generated = 0.37 * (place + 1);
        scene.quantities.push_back(std::move(quantity));
        ++place;
    }
    for (int i = 0; i < 6; ++i) {
        scene.neighbours.push_back(
            {sample().pixels(100 + i),
             i + 1,
             {sample().pixels(i), sample().pixels(i + 10), sample().pixels(i + 20)},
             {i, i + 10, i + 20},
             {1.2, 1.3, 1.5}});
    }
    view->setScene(std::move(scene));
    pane->resize(theme.px(1324), theme.px(300));
    return pane;
}

}  // namespace shearbench::widgets::gallery
