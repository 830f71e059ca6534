// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <cstdint>

#include "widgets/problem.h"
#include "widgets/theme.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace shearbench::widgets {

class Form;
class NumberEdit;
class SeedEdit;

struct SimulateDialogState {
    qint64 count = 2000;
    std::uint64_t seed = 1;
    QString file;
    bool noiseless = false;  ///< also the images before noise

    bool operator==(const SimulateDialogState&) const = default;
};

/// Asks what to simulate and shows how far it is. Values and signals only: the window simulates.
class SimulateDialog : public QDialog {
    Q_OBJECT
  public:
    explicit SimulateDialog(const Theme& theme, QWidget* parent = nullptr);

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
    void startRequested();
    void cancelRequested();  ///< while running; the window answers with setFinished()
    void browseRequested();
    void openRequested(const QString& file);  ///< after it finished

  public Q_SLOTS:
    void reject() override;

  private:
    enum class Stage { asking, running, finished, failed };

    void build();
    void measure();
    void readFields();
    void showStage(Stage stage);

    const Theme& theme_;
    SimulateDialogState state_;
    Stage stage_ = Stage::asking;
    double megabytes_ = 0;
    bool filling_ = false;
    Form* form_;
    NumberEdit* count_;
    SeedEdit* seed_;
    QLineEdit* file_;
    QCheckBox* noiseless_;
    QLabel *size_, *status_;
    QProgressBar* bar_;
    Note* note_;
    QPushButton *browse_, *start_, *cancel_;
};

}  // namespace shearbench::widgets
