// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <functional>
#include <optional>
#include <vector>

#include "core/benchmark/fits.h"
#include "core/benchmark/result.h"
#include "core/experiment.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace shearbench::app {

/// Asks what a benchmark is to sweep over, and says how long it takes at most and which batch sizes
/// would fit the memory, or a cap on it. Starts from the experiment's settings.
class BenchmarkDialog : public QDialog {
    Q_OBJECT
  public:
    /// `image`: of the galaxies that are trained on; nothing where they are made up.
    BenchmarkDialog(const Experiment& experiment, std::optional<network::Shape> image,
                    QWidget* parent = nullptr);

    /// The experiment with what was asked for.
    Experiment experiment() const;

  private:
    struct Choice {
        std::string id;
        QCheckBox* box;
    };
    std::vector<Choice> addChoices(const QString& title,
                                   const std::vector<std::pair<std::string, QString>>& items,
                                   const std::vector<std::string>& chosen);
    void buildFields();
    void follow();
    QString problemOf(const Experiment& asked) const;

    Experiment experiment_;
    network::Shape image_;
    std::vector<Choice> networks_, devices_;
    QLineEdit *batches_, *images_;
    QComboBox* protocol_;
    QDoubleSpinBox *budget_, *memory_;
    QLabel *fits_, *summary_;
    QPushButton* start_;
};

/// "2, 4, 8" as numbers; nothing where that is no list of whole numbers from 1 to `most`.
std::optional<std::vector<int>> sizesFromText(const QString& text, int most);

/// Which batch sizes fit, a line for each network and device: "deterministic on cpu: up to 10 of
/// 14". Empty where there is none.
QString fitsText(const std::vector<benchmark::Fits>& fits);

/// Tells everything about a measured point, with its configuration and the commands that repeat it.
/// `source`: the run or file it comes from. `use` is called when its network, device and batch size
/// are wanted for the next training; unset: they cannot be.
void showPoint(const benchmark::Results& results, const benchmark::Point& point,
               const QString& source, const std::function<void()>& use, QWidget* parent);

}  // namespace shearbench::app
