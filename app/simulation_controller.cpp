// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulation_controller.h"

#include <QElapsedTimer>

namespace shearbench::app {

namespace {

constexpr qint64 kReportMilliseconds = 100;

}  // namespace

SimulationController::SimulationController(QObject* parent) : QObject(parent) {}

SimulationController::~SimulationController() {
    cancelled_ = true;
}

void SimulationController::start(const data::simulator::SimulationSettings& settings,
                                 const QString& file) {
    if (active_)
        return;
    active_ = true;
    cancelled_ = false;
    QElapsedTimer clock;
    clock.start();
    auto lastReport = std::make_shared<qint64>(-kReportMilliseconds);
    // A signal emitted on the worker's thread reaches the window through its event queue.
    const auto report = [this, clock, lastReport](std::int64_t done, std::int64_t count) {
        const qint64 now = clock.elapsed();
        if (now - *lastReport >= kReportMilliseconds) {
            *lastReport = now;
            const double left = done > 0 ? 1e-3 * static_cast<double>(now) *
                                               static_cast<double>(count - done) /
                                               static_cast<double>(done)
                                         : 0;
            Q_EMIT progressed(done, count, left);
        }
        return !cancelled_;
    };
    background_.run(
        [settings, file, report] {
            return data::simulator::simulate(settings, file.toStdString(), report);
        },
        [this, file](std::int64_t made) {
            active_ = false;
            Q_EMIT finished(file, made);
        },
        [this](const Failure& failure) {
            active_ = false;
            Q_EMIT failed(failure);
        });
}

}  // namespace shearbench::app
