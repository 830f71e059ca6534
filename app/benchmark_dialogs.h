// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <functional>
#include <vector>

#include "core/benchmark/result.h"
#include "core/experiment.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace shearbench::app {

/// Asks what a benchmark is to sweep over. Starts from the experiment's settings.
class BenchmarkDialog : public QDialog {
    Q_OBJECT
  public:
    explicit BenchmarkDialog(const Experiment& experiment, QWidget* parent = nullptr);

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
    void follow();

    Experiment experiment_;
    std::vector<Choice> networks_, devices_;
    QLineEdit *batches_, *images_;
    QComboBox* protocol_;
    QDoubleSpinBox* budget_;
    QLabel* summary_;
    QPushButton* start_;
};

/// "2, 4, 8" as numbers; nothing where that is no list of whole numbers from 1 to `most`.
std::optional<std::vector<int>> sizesFromText(const QString& text, int most);

/// Tells everything about a measured point, with the commands that repeat it. `use` is called when
/// its network, device and batch size are wanted for the next training.
void showPoint(const benchmark::Results& results, const benchmark::Point& point,
               const QString& directory, const std::function<void()>& use, QWidget* parent);

}  // namespace shearbench::app
