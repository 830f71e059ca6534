// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "app/generation_writer.h"
#include "widgets/theme.h"

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace shearbench::widgets {
class Form;
class Note;
class NumberEdit;
class SeedEdit;
}  // namespace shearbench::widgets

namespace shearbench::app {

/// Asks how many galaxies of a run to write to which file, writes them, and says how far that is,
/// how long it will take, and how long so many as in CosmoDC2 would.
class GenerationFileDialog : public QDialog {
    Q_OBJECT
  public:
    explicit GenerationFileDialog(const widgets::Theme& theme, QWidget* parent = nullptr);

    /// Shows the dialog for a run; `bytesOfGalaxy` is what one takes in the file. Does nothing but
    /// show while a file is being written.
    void ask(const GenerationWriter::Request& request, double bytesOfGalaxy);

    GenerationWriter::Request request() const;
    GenerationWriter& writer() { return writer_; }
    QString statusText() const;

  public Q_SLOTS:
    void start();
    void reject() override;

  private:
    enum class Stage { asking, running, stopped, finished };
    void build();
    void readFields();
    void browse();
    void showStage(Stage stage);
    void showProgress(const model::GenerationProgress& progress);
    bool isValid() const;

    const widgets::Theme& theme_;
    QString run_;
    double bytesOfGalaxy_ = 0;
    Stage stage_ = Stage::asking;
    model::GenerationProgress last_;
    widgets::Form* form_;
    widgets::NumberEdit *count_, *temperature_;
    widgets::SeedEdit* seed_;
    QWidget* fileRow_;
    QLineEdit* file_;
    QLabel *size_, *status_, *survey_;
    QProgressBar* bar_;
    widgets::Note* note_;
    QPushButton *start_, *close_;
    GenerationWriter writer_;
};

}  // namespace shearbench::app
