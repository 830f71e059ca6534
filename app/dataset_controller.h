// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QVector>
#include <array>
#include <memory>
#include <vector>

#include "app/background.h"
#include "app/dataset.h"

namespace shearbench::app {

/// Opens files of cutouts and reads their pixels, all on a thread of its own.
class DatasetController : public QObject {
    Q_OBJECT
  public:
    explicit DatasetController(QObject* parent = nullptr);
    ~DatasetController() override;

    /// Opens the experiment's file, or looks at it anew after its data settings changed. The newest
    /// call counts; the dataset that is open stays until another one is.
    void open(const Experiment& experiment);
    void close();

    const std::shared_ptr<const Dataset>& dataset() const { return dataset_; }
    bool opening() const { return opening_; }

    /// Rows whose pixels are wanted, most wanted first, by `asker`; replaces that asker's list.
    enum class Asker { details, posteriors, browser };
    void requestPixels(Asker asker, const QVector<qint64>& rows);

  Q_SIGNALS:
    void openingStarted(const QString& file);
    void opened();
    /// dataset() is as before.
    void failed(const shearbench::app::Failure& failure);
    void closed();
    void pixelsReady(qint64 row, const shearbench::widgets::CutoutPixels& pixels);
    void pixelsFailed(const QString& sentence);

  private:
    void readNextPixels();

    std::shared_ptr<const Dataset> dataset_;
    bool opening_ = false;
    std::uint64_t newest_ = 0;
    std::array<std::vector<qint64>, 3> wanted_;  ///< by asker, the most urgent first
    bool reading_ = false;
    Background opener_, reader_;  // last: their threads end before what their jobs use
};

}  // namespace shearbench::app
