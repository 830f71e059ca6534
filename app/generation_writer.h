// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <atomic>
#include <cstdint>

#include "app/background.h"
#include "core/model/generated_file.h"

namespace shearbench::app {

/// Writes the galaxies of a generative run to a file, any number of them, on a thread of its own.
class GenerationWriter : public QObject {
    Q_OBJECT
  public:
    struct Request {
        QString run, file;
        std::int64_t count = 100'000;
        std::uint64_t seed = 1;
        double temperature = 1;
    };

    explicit GenerationWriter(QObject* parent = nullptr);
    /// Stops as cancel() does.
    ~GenerationWriter() override;

    /// Ignored while another file is being written.
    void start(const Request& request);
    /// What is written stays beside the file; the same request goes on from there.
    void cancel() { cancelled_ = true; }
    bool active() const { return active_; }

  Q_SIGNALS:
    void progressed(const shearbench::model::GenerationProgress& progress);
    /// `whole`: the file is there; else it was cancelled.
    void finished(bool whole);
    void failed(const shearbench::app::Failure& failure);

  private:
    bool write(const Request& request);

    std::atomic<bool> cancelled_ = false;
    bool active_ = false;
    Background background_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app
