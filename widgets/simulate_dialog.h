// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <cstdint>
#include <vector>

#include "widgets/problem.h"
#include "widgets/theme.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace shearbench::widgets {

class DetailsButton;
class Form;
class NumberEdit;
class SeedEdit;
class Segmented;

/// How galaxies are simulated; magnitudes, arcsec, reduced shear.
struct SimulateValues {
    int mostGalaxies = 1;  ///< in an image, 1..4
    double brightest = 10, faintest = 25.32, leastSnr = 0;
    double colourScatter = 0;
    QString psf = QStringLiteral("kolmogorov");  ///< or "moffat", "gaussian"
    double seeing = 0.65, seeingScatter = 0;     ///< the second as a fraction
    double moffatBeta = 3.5;
    double shear1 = 0, shear2 = 0;
    bool bulges = true, turnedPairs = false;

    bool operator==(const SimulateValues&) const = default;
};

/// Values with a name for people who do not simulate every day.
struct SimulateKind {
    QString title, words;
    SimulateValues values;
};

struct SimulateDialogState {
    qint64 count = 2000;
    std::uint64_t seed = 1;
    QString file;
    bool noiseless = false;  ///< also the images before noise
    SimulateValues values;
    bool whileTraining = false;  ///< no file: others in every epoch

    bool operator==(const SimulateDialogState&) const = default;
};

/// Asks what to simulate and shows how far it is. Values and signals only: the window simulates.
/// Choosing a kind sets the values; values that are no kind's show as "As set below".
class SimulateDialog : public QDialog {
    Q_OBJECT
  public:
    explicit SimulateDialog(const Theme& theme, QWidget* parent = nullptr);

    void setKinds(const std::vector<SimulateKind>& kinds);
    void setState(const SimulateDialogState& state);  ///< emits nothing
    SimulateDialogState state() const;
    bool isValid() const;
    /// 1e6 bytes a galaxy's cutout takes, for the estimate of the file's size.
    void setMegabytesPerImage(double megabytes);

    /// Shows progress, with the fields waiting, until setFinished() or setFailed(); `secondsLeft` <
    /// 0: not known yet.
    void setProgress(qint64 done, qint64 count, double secondsLeft);
    /// `count` may be fewer than asked for, after a stop.
    void setFinished(qint64 count);
    void setFailed(const Problem& problem);

  Q_SIGNALS:
    void startRequested();   ///< of a file
    void useRequested();     ///< while training
    void cancelRequested();  ///< while running; the window answers with setFinished()
    void browseRequested();
    void openRequested(const QString& file);  ///< after it finished

  public Q_SLOTS:
    void reject() override;

  private:
    enum class Stage { asking, running, finished, failed };

    void build();
    void buildDetails();
    void watchFields();
    void measure();
    void readFields();
    void chooseKind(int index);
    void showKind();
    void showValues(const SimulateValues& values);
    SimulateValues values() const;
    QString sizeText() const;
    void showStage(Stage stage);
    void showStart();

    const Theme& theme_;
    SimulateDialogState state_;
    Stage stage_ = Stage::asking;
    double megabytes_ = 0;
    bool filling_ = false;
    std::vector<SimulateKind> kinds_;
    Form *form_, *details_;
    DetailsButton* more_;
    QComboBox *kind_, *most_, *psf_;
    Segmented* where_;
    NumberEdit *count_, *brightest_, *faintest_, *leastSnr_, *colourScatter_, *beta_, *seeing_,
        *seeingScatter_, *shear1_, *shear2_;
    std::vector<NumberEdit*> numbers_;  ///< those of the details
    SeedEdit* seed_;
    QWidget* fileRow_;
    QLineEdit* file_;
    QCheckBox *noiseless_, *bulges_, *turnedPairs_;
    QLabel *words_, *size_, *status_;
    QProgressBar* bar_;
    Note* note_;
    QPushButton *browse_, *start_, *cancel_;
};

}  // namespace shearbench::widgets
