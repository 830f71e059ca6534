// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <cstdint>
#include <vector>

#include "widgets/theme.h"

class QLabel;
class QSlider;

namespace shearbench::widgets {

class NumberEdit;
class SeedEdit;

/// Which galaxies are generated, and how they are shown.
struct GenerationChoice {
    std::uint64_t seed = 1;
    int count = 40;
    double temperature = 1;
    double stretch = 0;  ///< CutoutDisplay::stretch
    bool operator==(const GenerationChoice&) const = default;
};

/// One line of fields for a GenerationChoice. Where it is narrow the stretch is left out.
class GenerationBar : public QWidget {
    Q_OBJECT
  public:
    static constexpr int kMostGalaxies = 1000;

    explicit GenerationBar(const Theme& theme, QWidget* parent = nullptr);

    void setChoice(const GenerationChoice& choice);  ///< emits nothing
    const GenerationChoice& choice() const { return choice_; }
    /// Seed, count and temperature: nothing can be generated yet while this is off.
    void setGenerating(bool possible);

    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void choiceEdited();  ///< seed, count or temperature
    void stretchEdited();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void measure();
    QLabel* label(const QString& text, QWidget* field);

    const Theme& theme_;
    GenerationChoice choice_;
    SeedEdit* seed_;
    NumberEdit *count_, *temperature_;
    QSlider* stretch_;
    std::vector<QWidget*> generating_, stretching_;
};

}  // namespace shearbench::widgets
