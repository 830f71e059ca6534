// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trainer.h"

#include <fmt/format.h>

#include <new>
#include <system_error>

#include "core/error.h"
#include "core/training/generative_sequence.h"
#include "core/training/training_loop.h"

namespace shearbench::training {

struct Trainer::Impl {
    Impl(PreparedData prepared, std::shared_ptr<const device::Device> chosen,
         RunDirectory directory)
        : data(std::move(prepared)),
          device(std::move(chosen)),
          run(std::move(directory)),
          watcher(data.source, {data::normalisationKind(data.experiment.data.normalisation),
                                data.experiment.data.normalisationScale}) {}

    /// Whether everything was finished.
    bool work() {
        if (data.experiment.network.preset == "generative")
            return GenerativeSequence(data, *device, run, control, board, watcher).run();
        return TrainingLoop(data, *device, run, control, board, watcher).run();
    }

    void finish(bool done) {
        run.setState(done ? "done" : "stopped");
        board.draft().state = done ? TrainingState::done : TrainingState::stopped;
        board.draft().secondsLeft = 0;
        board.publish();
    }

    /// `ours`: whether the directory was this trainer's, whose failure it may record.
    [[noreturn]] void fail(const Error& error, bool ours) {
        board.draft().state = TrainingState::failed;
        board.draft().message = error.what();
        board.draft().remedy = error.remedy();
        board.draft().failure = error.kind();
        board.publish();
        try {
            if (ours)
                run.setState("failed", error.what());
        } catch (const Error&) {
            // A directory that is gone or full: the first error says so already.
        }
        throw error;
    }

    PreparedData data;
    const std::shared_ptr<const device::Device> device;
    const RunDirectory run;
    Control control;
    SnapshotBoard board;
    Watcher watcher;
};

Trainer::Trainer(PreparedData data, std::shared_ptr<const device::Device> device, RunDirectory run)
    : impl_(std::make_unique<Impl>(std::move(data), std::move(device), std::move(run))) {}

Trainer::~Trainer() = default;

void Trainer::run() {
    bool ours = false;
    try {
        const RunLock lock(impl_->run);
        ours = true;
        if (!checkPixels(impl_->data, [this] { return !impl_->control.stopping(); })) {
            impl_->finish(false);
            return;
        }
        impl_->finish(impl_->work());
    } catch (const Error& error) {
        impl_->fail(error, ours);
    } catch (const std::bad_alloc&) {
        impl_->fail(Error(ErrorKind::run, "Training ran out of memory.",
                          "Use a smaller batch, or close other programs."),
                    ours);
    } catch (const std::system_error& problem) {
        const bool threads = problem.code() == std::errc::resource_unavailable_try_again;
        impl_->fail(Error(ErrorKind::run, fmt::format("Training failed: {}.", problem.what()),
                          threads ? "Use fewer threads, or close other programs." : ""),
                    ours);
    } catch (const std::exception& problem) {
        impl_->fail(Error(ErrorKind::run, fmt::format("Training failed: {}.", problem.what())),
                    ours);
    }
}

void Trainer::pause() {
    impl_->control.pause();
}

void Trainer::resume() {
    impl_->control.resume();
}

void Trainer::stop() {
    impl_->control.stop();
}

std::shared_ptr<const Snapshot> Trainer::latest() const {
    return impl_->board.latest();
}

void Trainer::watch(std::vector<std::int64_t> rows, double perSecond) {
    impl_->watcher.watch(std::move(rows), perSecond);
    impl_->control.nudge();
}

const RunDirectory& Trainer::directory() const {
    return impl_->run;
}

}  // namespace shearbench::training
