// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/generation_writer.h"

#include <QElapsedTimer>

#include "core/device/registry.h"
#include "core/output_file.h"
#include "core/training/generative_sequence.h"

namespace shearbench::app {

namespace {

constexpr qint64 kReportMilliseconds = 100;

}  // namespace

GenerationWriter::GenerationWriter(QObject* parent) : QObject(parent) {
    qRegisterMetaType<model::GenerationProgress>("shearbench::model::GenerationProgress");
}

GenerationWriter::~GenerationWriter() {
    cancelled_ = true;
}

/// On the worker's thread; its signals reach the window through the event queue.
bool GenerationWriter::write(const Request& wanted) {
    const auto run = training::RunDirectory::open(wanted.run.toStdString());
    const std::filesystem::path file = wanted.file.toStdString();
    requireOutput(file, training::filesKept(run));
    const DeviceSettings& device = run.experiment().device;
    model::Generator generator =
        training::makeGenerator(run, *device::findDevice(device.id), device.threads);
    model::GenerationRequest request = training::generationRequest(run, generator);
    request.count = wanted.count;
    request.seed = wanted.seed;
    request.temperature = wanted.temperature;
    QElapsedTimer sinceReport;
    return model::writeGenerated(
        generator, request, file, [&](const model::GenerationProgress& progress) {
            if (!sinceReport.isValid() || sinceReport.elapsed() >= kReportMilliseconds ||
                progress.done == progress.count) {
                sinceReport.start();
                Q_EMIT progressed(progress);
            }
            return !cancelled_;
        });
}

void GenerationWriter::start(const Request& request) {
    if (active_)
        return;
    active_ = true;
    cancelled_ = false;
    background_.run([this, request] { return write(request); },
                    [this](bool whole) {
                        active_ = false;
                        Q_EMIT finished(whole);
                    },
                    [this](const Failure& failure) {
                        active_ = false;
                        Q_EMIT failed(failure);
                    });
}

}  // namespace shearbench::app
