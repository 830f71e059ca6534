// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QTimer>
#include <functional>
#include <memory>
#include <vector>

#include "app/background.h"
#include "app/figures.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace shearbench::app {

/// Asks for journal, resolution, type size and folder, and makes the paper's figures there, a file
/// at a time between whatever else the window has to do. Stopping, and closing, leave the files
/// that were whole.
class FiguresDialog : public QDialog {
    Q_OBJECT
  public:
    /// What is drawn, asked for when the making begins: `command` is followed by the options.
    struct Source {
        std::vector<benchmark::Results> results;
        QString command;
    };

    FiguresDialog(std::function<Source()> source, const QString& folder, QWidget* parent = nullptr);
    ~FiguresDialog() override;

    void setFolder(const QString& folder);
    void make();
    void stop();
    bool making() const { return making_; }

  Q_SIGNALS:
    /// All were made, or those before stop().
    void made(const QStringList& files);
    void failed(const shearbench::app::Failure& failure);

  protected:
    void done(int result) override;

  private:
    void build(const QString& folder);
    FigureSet asked() const;
    void begin(FigureSet set);
    void makeNext();
    void end(const QString& sentence);
    void showState();

    std::function<Source()> source_;
    std::unique_ptr<FigureMaker> maker_;
    bool making_ = false, stopped_ = false;
    QTimer turn_;
    QComboBox* journal_;
    QDoubleSpinBox *dpi_, *type_;
    QLineEdit* folder_;
    QPushButton *choose_, *make_, *stop_, *close_;
    QProgressBar* bar_;
    QLabel* words_;
    Background background_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app
