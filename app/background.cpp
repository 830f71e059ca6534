// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/background.h"

#include <QMetaObject>

namespace shearbench::app {

Failure failureOf(const std::exception& error) {
    const QString sentence = QString::fromUtf8(error.what());
    if (const auto* known = dynamic_cast<const Error*>(&error))
        return {sentence, QString::fromStdString(known->remedy()), known->kind()};
    return {sentence, {}};
}

Background::Background(QObject* parent) : QObject(parent), thread_([this] { work(); }) {}

Background::~Background() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        queue_.clear();
    }
    wake_.notify_one();
    thread_.join();
}

void Background::clear() {
    const std::lock_guard lock(mutex_);
    queue_.clear();
}

void Background::enqueue(Call call) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(call));
    }
    wake_.notify_one();
}

// A queued call dies with its receiver, so nothing arrives after the destructor.
void Background::deliver(Call call) {
    QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
}

void Background::work() {
    while (true) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (ending_)
            return;
        const Call call = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        call();
    }
}

}  // namespace shearbench::app
