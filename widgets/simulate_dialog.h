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
class Note;
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

    /// Shows progress and disables the fields until finished() or failed().
    void setProgress(qint64 done, qint64 count, double secondsLeft);  ///< < 0: not known yet
    void setFinished(qint64 count);
    void setFailed(const Problem& problem);

  Q_SIGNALS:
    void startRequested();
    void cancelRequested();
    void browseRequested();
    void openRequested(const QString& file);  ///< after it finished

  public Q_SLOTS:
    void reject() override;

  private:
    void build();
    void readFields();
    void setBusy(bool busy);

    const Theme& theme_;
    SimulateDialogState state_;
    double megabytes_ = 0;
    bool busy_ = false, finished_ = false;
    Form* form_;
    NumberEdit* count_;
    SeedEdit* seed_;
    QLineEdit* file_;
    QPushButton* browse_;
    QCheckBox* noiseless_;
    QLabel *size_, *status_;
    QProgressBar* bar_;
    Note* note_;
    QPushButton *start_, *cancel_;
};

}  // namespace shearbench::widgets
