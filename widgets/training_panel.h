// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

#include "widgets/theme.h"

class QCheckBox;
class QComboBox;
class QLabel;

namespace shearbench::widgets {

class DetailsButton;
class Form;
class NormalisationBox;
class NumberEdit;
class SeedEdit;

/// The values that a recipe names.
struct RecipeValues {
    double learningRate = 1e-3;
    QString schedule = QStringLiteral("cosine");  ///< "constant" or "cosine"
    double finalFraction = 0.01;                  ///< of the rate, at the end of a cosine
    int warmupSteps = 500;
    double clipNorm = 5;  ///< 0: none
    double klWeight = 1;
    int klWarmup = 0;  ///< epochs
    double rhoStart = -9;
    QString reconstruction = QStringLiteral("squared_error");  ///< or "cross_entropy"
    QString normalisation = QStringLiteral("asinh");           ///< id of an item of "Pixels"

    bool operator==(const RecipeValues&) const = default;
};

struct Recipe {
    QString id, title, tip;
    RecipeValues values;
};

/// What the network's loss has a KL divergence of: nothing, its weights, or latent features (of an
/// autoencoder, which has a reconstruction loss). Weights and features start with a rho.
enum class KlOf { nothing, weights, latents };

struct TrainingPanelState {
    QString recipe;  ///< id of the recipe whose values these are; "custom" for others
    int batch = 8, epochs = 30;
    RecipeValues values;
    KlOf kl = KlOf::nothing;  ///< decides which rows are shown
    bool turnsAndFlips = true;
    std::uint64_t seed = 1;

    bool operator==(const TrainingPanelState&) const = default;
};

/// The training section. A recipe fills its values in; changing one of them makes it "custom", or
/// the recipe that has these values. While running all is disabled and one line says so.
class TrainingPanel : public QWidget {
    Q_OBJECT
  public:
    enum class Field {
        recipe,
        batch,
        epochs,
        learningRate,
        schedule,
        finalFraction,
        warmupSteps,
        clipNorm,
        klWeight,
        klWarmup,
        rhoStart,
        reconstruction,
        normalisation,
        turnsAndFlips,
        seed
    };

    explicit TrainingPanel(const Theme& theme, QWidget* parent = nullptr);

    void setRecipes(const std::vector<Recipe>& recipes);
    /// Emits nothing. The recipe shown is the one whose values these are.
    void setState(const TrainingPanelState& state);
    TrainingPanelState state() const;
    /// False while a field holds what cannot be used; state() then keeps its last good value.
    bool isValid() const;

    void setProblem(Field field, const QString& text);  ///< from outside; empty clears it
    void setRunning(bool running);
    /// How long it will take, "about 32 min"; shown in the summary. May be empty.
    void setEstimate(const QString& text);

    QString summary() const;  ///< the estimate, else "batch 8, rate 0.001"

  Q_SIGNALS:
    void edited();
    void summaryChanged();

  private:
    void build();
    void buildDetails();
    void connectFields();
    void buildKl();
    void measure();
    void showState();
    void showKl();
    void readFields();
    void chooseRecipe(const QString& id);
    void showRecipe();
    void updateProblems();
    QString recipeOf(const RecipeValues& values) const;
    QWidget* widgetOf(Field field) const;

    const Theme& theme_;
    TrainingPanelState state_;
    std::vector<Recipe> recipes_;
    QHash<int, QString> problems_;
    QString estimate_;
    bool filling_ = false;
    Form *form_, *details_;
    DetailsButton* detailsButton_;
    QWidget* recipeRow_;
    QComboBox *recipe_, *schedule_, *reconstruction_;
    NormalisationBox* normalisation_;
    NumberEdit *batch_, *epochs_, *rate_, *finalFraction_, *warmup_, *clip_;
    NumberEdit *klWeight_, *klWarmup_, *rhoStart_;
    QCheckBox* turns_;
    SeedEdit* seed_;
    QLabel* running_;
};

}  // namespace shearbench::widgets
